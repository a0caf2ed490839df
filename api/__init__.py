"""Everything HTTP of our own: /api/v1, media, events, health, the sign-in page. No Gradio."""
