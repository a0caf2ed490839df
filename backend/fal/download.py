"""A picture's bytes, without the key, from fal's media hosts only."""

import asyncio
import logging

import httpx

from backend.domain.errors import FalError, PictureGone, PictureUnavailable
from backend.domain.picture import MAX_BYTES
from backend.domain.sentence import Sentence
from backend.fal.answer import Answer, lower
from backend.fal.hosts import FalHosts, is_loopback, parsed
from backend.fal.translate import WIRE_ERRORS, Step, from_answer, from_exception
from backend.fal.wire import TooLarge, Wire, read_body

log = logging.getLogger(__name__)

MOST_REDIRECTS = 3


async def download(wire: Wire, url: str) -> bytes:
    """The whole picture. Raises PictureUnavailable or PictureGone."""
    target = url
    try:
        async with asyncio.timeout(wire.timeouts.download):
            for _ in range(MOST_REDIRECTS + 1):
                _check(wire.hosts, target)
                got = await _get(wire, target)
                if isinstance(got, bytes):
                    return got
                target = got
    except TooLarge:
        raise PictureGone(
            Sentence("download.large", "The picture at fal is larger than 50 MB. It was charged.")
        ) from None
    except WIRE_ERRORS as error:
        raise from_exception(error, Step.DOWNLOAD) from None
    raise PictureUnavailable


def _check(hosts: FalHosts, url: str) -> None:
    if hosts.may_download(hosts.rebase(url)):
        return
    target = parsed(url)
    if target is not None and is_loopback(target):
        raise PictureGone(
            Sentence(
                "download.practice_over", "This picture was made in practice mode, which is over."
            )
        )
    log.warning("a picture is at an address that is not fal's; it is not fetched")
    raise PictureUnavailable(
        Sentence(
            "download.foreign",
            "The picture is at an address that is not known to be fal's, so it is not fetched.",
        )
    )


async def _get(wire: Wire, url: str) -> bytes | str:
    """The bytes, or where they are instead."""
    async with wire.stream(
        url, name="download", within=wire.timeouts.ask, with_key=False, accept="image/*"
    ) as response:
        if response.has_redirect_location:
            return str(response.url.join(response.headers["location"]))
        if response.status_code != httpx.codes.OK:
            raise _refusal(response)
        announced = _announced(response)
        if announced is not None and announced > MAX_BYTES:
            raise TooLarge
        data = await read_body(response, MAX_BYTES)
        if not data or (announced is not None and announced != len(data)):
            raise PictureUnavailable
        return data


def _refusal(response: httpx.Response) -> FalError:
    answer = Answer(status=response.status_code, headers=lower(response.headers), whole=False)
    return from_answer(answer, Step.DOWNLOAD)


def _announced(response: httpx.Response) -> int | None:
    """The announced length, where it is that of the bytes we read."""
    length = response.headers.get("content-length", "")
    if response.headers.get("content-encoding", "identity") != "identity":
        return None
    return int(length) if length.isascii() and length.isdecimal() else None
