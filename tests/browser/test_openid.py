"""Signing in by a real provider with a real browser: out to it and back, and in a Space's frame."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.app_process import App
from tests.acceptance.openid_provider import OpenIdProvider
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import AppPage

NEVER_ASKED = "**/cdn.jsdelivr.net/**"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenIdProvider]:
    """It knows ada, and somebody who is not invited."""
    with OpenIdProvider(tmp_path_factory.mktemp("provider")) as provider:
        checked = {"email_verified": True}
        provider.knows("ada", {"name": "Ada", "email": "ada@example.org", **checked})
        provider.knows("eve", {"name": "Eve", "email": "eve@elsewhere.example", **checked})
        yield provider


def free_port() -> int:
    """A port that nobody has at the moment: the app's address has to be known before it starts."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port


@contextmanager
def opened(folder: Path, provider: OpenIdProvider, **settings: str) -> Iterator[App]:
    """An app whose people sign in there. People type localhost, and the provider is 127.0.0.1:
    two sites."""
    port = free_port()
    given = {
        "AUTH": "oidc",
        "PORT": str(port),
        "PUBLIC_URL": f"http://localhost:{port}",
        "OIDC_ISSUER": provider.url,
        "OIDC_CLIENT_ID": "flux",
        "OIDC_CLIENT_SECRET": "marked-client-secret",
        "OIDC_ALLOWED": "@example.org",
        **settings,
    }
    with running_app(folder, **given) as app:
        app.url = given["PUBLIC_URL"]
        yield app


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, provider: OpenIdProvider) -> Iterator[App]:
    """It leads to the provider's sign-out, too."""
    with opened(tmp_path_factory.mktemp("openid"), provider, OIDC_SIGN_OUT="1") as app:
        yield app


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Callable[[], Page]]:
    """Somebody with a browser of their own."""
    contexts = []

    def arrive() -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        # the provider's form wants a style sheet from another host
        context.route(NEVER_ASKED, lambda route: route.abort())
        return context.new_page()

    yield arrive
    for context in contexts:
        context.close()


def say_who(page: Page, provider: OpenIdProvider, sub: str) -> None:
    """At the provider."""
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize").click()


def test_the_way_to_the_provider_leads_back_to_the_form(
    arrive: Callable[[], Page], app: App, provider: OpenIdProvider
) -> None:
    page = arrive()
    page.goto(f"{app.url}/create/v1-fill")
    button = page.get_by_role("link", name="Sign in with")
    expect(button).to_be_visible()
    assert violations(page) == []
    button.click()
    say_who(page, provider, "ada")
    tab = AppPage(page, app.url)
    tab.shell.ready()
    expect(page).to_have_url(f"{app.url}/create/v1-fill")
    expect(tab.shell.chip("person")).to_have_text("Ada")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{provider.url}/oauth2/end_session?**")
    assert page.request.get(f"{app.url}/api/v1/me").status == 401


def test_somebody_who_is_not_invited_reads_why(
    arrive: Callable[[], Page], app: App, provider: OpenIdProvider
) -> None:
    page = arrive()
    page.goto(app.url)
    page.get_by_role("link", name="Sign in with").click()
    say_who(page, provider, "eve")
    expect(page.get_by_role("alert")).to_contain_text("Eve, your account is not on")
    assert page.url.startswith(app.url)
    expect(page.get_by_role("link", name="Sign in with")).to_be_visible()
    assert violations(page) == []


@contextmanager
def framing() -> Iterator[str]:
    """A page of another site that has the address behind its ? in a frame, as huggingface.co has a
    Space."""

    class Host(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            _, _, address = self.path.partition("?")
            self.wfile.write(f'<iframe src="{address}" width=900 height=600></iframe>'.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_in_a_spaces_frame_the_playground_opens_in_a_tab_of_its_own(
    arrive: Callable[[], Page], provider: OpenIdProvider, tmp_path: Path
) -> None:
    space = {"SPACE_ID": "ada/flux", "HOST": "127.0.0.1"}
    with (
        framing() as outside,
        opened(tmp_path, provider, FRAME_ANCESTORS=outside, **space) as app,
    ):
        page = arrive()
        page.goto(f"{outside}?{app.url}/gallery")
        button = page.frame_locator("iframe").get_by_role("link", name="Sign in with")
        with page.context.expect_page() as opening:
            button.click()
        tab = opening.value
        say_who(tab, provider, "ada")
        own = AppPage(tab, app.url)
        own.shell.ready()
        expect(tab).to_have_url(f"{app.url}/gallery")
        expect(own.shell.chip("person")).to_have_text("Ada")
