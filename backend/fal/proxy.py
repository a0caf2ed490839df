"""Loopback never goes through a proxy, whatever the environment says."""

from collections.abc import MutableMapping

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def spare_loopback(environ: MutableMapping[str, str]) -> None:
    """Add the loopback names to NO_PROXY, before any HTTP client exists.

    Both spellings are set to the same value: programs that read both let the lower case win.
    fal-client makes clients of its own for uploads, which only the environment reaches.
    """
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    names = [name.strip() for name in given.split(",") if name.strip()]
    if "*" not in names:
        names += [name for name in LOOPBACK if name not in names]
    environ["NO_PROXY"] = environ["no_proxy"] = ",".join(names)
