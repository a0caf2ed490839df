"""What the HTTP libraries must not write into our log."""

import logging

#: httpx logs every URL at INFO, httpcore every response header at DEBUG, fal-client the URLs that
#: it repeats at DEBUG and fal's answers (which echo the input) in warnings
LEVELS = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx_sse": logging.WARNING,
    "fal_client": logging.ERROR,
}


def quiet_libraries() -> None:
    """Keep picture addresses, prompts and answers out of the log, also where it is at DEBUG."""
    for name, level in LEVELS.items():
        logging.getLogger(name).setLevel(level)
