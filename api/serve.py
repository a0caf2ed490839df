"""Serves the app until a signal: the intake and the event streams close first."""

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.join import tell_first_link
from api.peer import RealPeer

log = logging.getLogger(__name__)

#: answers to browsers that are under way; the POSTs to fal get their ten seconds after it
STOP_WITHIN_S = 5
#: connections that may wait for the start
WAITING = 128
#: a family or an address that this machine does not have
NOT_OURS = frozenset({errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL})
SIGNALS = (signal.SIGINT, signal.SIGTERM)


class AddressTaken(ValueError):
    """One sentence about an address that can't be listened on."""


class Config(uvicorn.Config):
    """uvicorn's, with the address of the connection kept before a header changes it."""

    def load(self) -> None:
        """The app as it is called."""
        super().load()
        self.loaded_app = RealPeer(self.loaded_app)


class Server(uvicorn.Server):
    """uvicorn, with a word to us before it waits for open connections."""

    def __init__(
        self,
        config: uvicorn.Config,
        closing: Callable[[], None],
        greet: Callable[[str], Awaitable[None]],
    ):
        super().__init__(config)
        self._closing = closing
        self._greet = greet

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """As uvicorn's, but the signal is not raised again at the end.

        That would end the process before anything but the web server has stopped: POSTs under way
        would be cut off, and the exit code would be the signal's.
        """
        before = {number: signal.signal(number, self.handle_exit) for number in SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM or SIGINT: event streams would otherwise stay open for ever."""
        asyncio.get_running_loop().call_soon_threadsafe(self._closing)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, which does not name an address where it is given sockets."""
        await super().startup(sockets)
        addresses = list(dict.fromkeys(_shown(listener) for listener in sockets or ()))
        for address in addresses:
            log.info("The playground is on %s (Ctrl+C stops it)", address)
        if addresses:
            await self._greet(addresses[0])


@contextmanager
def bound(host: str, port: int) -> Iterator[list[socket.socket]]:
    """The sockets of this address, IPv4 and IPv6. Raises AddressTaken.

    Taken before anything else starts: a process that can't serve shall not touch a run. Who
    connects meanwhile waits for the start.
    """
    with ExitStack() as stack:
        try:
            sockets = [stack.enter_context(one) for one in _listening(host, port)]
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "that is no address"
            raise AddressTaken(
                f"The server can't listen on {host}, port {port}: {reason}. "
                "Set HOST and PORT to another address."
            ) from error
        yield sockets


def _listening(host: str, port: int) -> Iterator[socket.socket]:
    """A name may stand for addresses that this machine does not have; one that it has will do."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    missing: OSError | None = None
    count = 0
    for family, kind, protocol, _, address in dict.fromkeys(found):
        try:
            listener = _listen(family, kind, protocol, address)
        except OSError as error:
            if error.errno not in NOT_OURS:
                raise
            missing = error
        else:
            count += 1
            yield listener
    if missing is not None and not count:
        raise missing


def _listen(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> socket.socket:
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            # else it takes the same port of IPv4, too, for which there is a socket of its own
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind(address)
        listener.listen(WAITING)
    except OSError:
        listener.close()
        raise
    return listener


def _shown(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


async def serve(
    app: FastAPI, sockets: Sequence[socket.socket], closing: Callable[[], None]
) -> None:
    """Serve until SIGTERM or SIGINT."""
    config = Config(
        app,
        log_config=None,
        access_log=False,
        # nothing here speaks it, nor does Gradio
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=STOP_WITHIN_S,
    )
    greet = partial(tell_first_link, app)
    await Server(config, closing, greet).serve(list(sockets))
