"""Endpoints as data: the files, and everything that is read from them.

`<slug>.json` is one endpoint of fal. `catalogue` loads them all, `read_fields` turns a JSON Schema
into neutral fields, `check_input` says what is wrong with an input before anything is spent,
`warn_input` what is merely doubtful, `price` what a run can cost at most.
"""
