"""Every text of the page by its key, a JSON file for each language, and which one a request gets.

`en.json` holds what the page's modules and Gradio's widgets say. English of the server's own
sentences stands where they are made (`backend/domain/sentence.py`), of fields and endpoints in
their files, of errors in their classes; every other language has all of it in its one file.
"""
