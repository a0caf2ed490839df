"""Pictures: what people bring and what a run keeps."""
