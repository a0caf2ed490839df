"""Everything Gradio: builds the page, reads the widgets, answers what a press asks for.

`page` builds the Blocks and `mount` puts them on the app; `form` knows one endpoint's fields as
widgets (components/widgets); `handlers` answer the page's forms and know nothing of Gradio.
"""
