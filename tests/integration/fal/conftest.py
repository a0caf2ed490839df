"""What all tests over a socket share."""

from collections.abc import Iterator

import certifi
import pytest


@pytest.fixture(autouse=True, scope="session")
def one_certificate_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Each HTTP client reads the world's certificates; here, on plain loopback, one is enough.

    There are hundreds of clients in these tests, and reading them was most of their time.
    """
    with open(certifi.where(), encoding="utf-8") as bundle:
        text = bundle.read()
    end = "-----END CERTIFICATE-----\n"
    first = text[text.index("-----BEGIN") : text.index(end) + len(end)]
    path = tmp_path_factory.mktemp("certificates") / "one.pem"
    path.write_text(first, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield
