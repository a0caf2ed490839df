"""Pictures, as bytes: what people bring, and what a run keeps. Everything here is synchronous,
pure and slow (up to a second or two for 64 megapixels): callers put it on a thread.

`check` makes a brought picture ours, `mask` a mask, `data_url` decodes an inline one; `verify`
proves that a picture of fal's is whole, `metadata` writes its run into it and reads it again,
`preview` makes the small one. Below them: `sniff` (what is it really), `containers` (files taken
apart without decoding, by format in `*_parts`), `orientation`, `decode`, and `xmp` (reading a
packet).
"""
