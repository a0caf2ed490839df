"""What hundreds of tests would each read or make anew is read and made once here."""

from collections.abc import Iterator
from functools import cache

import certifi
import pytest

from backend.endpoints.catalogue import load_catalogue


@pytest.fixture(autouse=True, scope="session")
def one_certificate_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each HTTP client reads the world's certificates; here, on plain loopback, one is enough.

    There are thousands of clients in these tests, and reading them was most of their time.
    """
    with open(certifi.where(), encoding="utf-8") as bundle:
        text = bundle.read()
    end = "-----END CERTIFICATE-----\n"
    first = text[text.index("-----BEGIN") : text.index(end) + len(end)]
    path = tmp_path_factory.mktemp("certificates") / "one.pem"
    path.write_text(first, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        # for clients that do not trust the environment
        patch.setattr(certifi, "where", lambda: str(path))
        yield


@pytest.fixture(autouse=True, scope="session")
def one_catalogue() -> Iterator[None]:
    """The files of the endpoints, which nothing changes, are checked once, not at each start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backend.playground.load_catalogue", cache(load_catalogue))
        yield
