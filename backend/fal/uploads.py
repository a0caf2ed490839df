"""A picture to fal's storage, through fal-client."""

import asyncio
import logging
import time

from fal_client import StorageSettings

from backend.domain.errors import NotAccepted
from backend.domain.sentence import Sentence
from backend.fal.hosts import FalHosts
from backend.fal.library import Library
from backend.fal.point_fal_client import points_at
from backend.fal.translate import LIBRARY_ERRORS, Step, from_exception

log = logging.getLogger(__name__)

#: such a copy is public to anyone who has its URL; ours is kept, fal's goes
LIFECYCLE = StorageSettings(expires_in="1d")


async def upload(
    library: Library,
    hosts: FalHosts,
    *,
    data: bytes,
    content_type: str,
    file_name: str,
    within: float,
) -> str:
    """Its URL at fal. Raises Refused or NotAccepted.

    fal-client's second way (a signed address at Google) is switched off: it sends the key there.
    """
    if not points_at(hosts):
        raise AssertionError("point_fal_client was not called for these hosts")
    began = time.monotonic()
    try:
        async with asyncio.timeout(within):
            url = await library.client.upload(
                data,
                content_type,
                file_name=file_name,
                fallback_repository=[],
                lifecycle=LIFECYCLE,
            )
    except LIBRARY_ERRORS as error:
        log.debug("upload: %s", type(error).__name__)
        library.forget_login()
        raise from_exception(error, Step.UPLOAD) from None
    log.debug("upload: %d bytes in %.0f ms", len(data), (time.monotonic() - began) * 1000)
    return _checked(hosts, url)


def _checked(hosts: FalHosts, url: object) -> str:
    if isinstance(url, str) and hosts.may_download(hosts.rebase(url)):
        return url
    log.warning("fal's storage answered with an address that is not fal's")
    raise NotAccepted(
        Sentence(
            "fal.upload_unusable",
            "fal's storage gave an answer that can't be used. Nothing was charged.",
        )
    )
