"""The blank page: Gradio with one text box and one button, mounted as the playground's page is.

What it weighs and takes is Gradio's own share. `python -m benchmarks.blank PORT` serves it.
"""

import sys

import gradio as gr
import uvicorn
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

GZIP_FROM_BYTES = 1_000


def build() -> FastAPI:
    """The whole app."""
    with gr.Blocks(title="Blank", analytics_enabled=False, fill_width=True) as blocks:
        text = gr.Textbox(label="Prompt")
        gr.Button("Run").click(lambda given: given, text, text, api_visibility="private")
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES)
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
    )
    return app


def main() -> None:
    """Serve until a signal."""
    uvicorn.run(
        build(),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
