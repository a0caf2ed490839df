"""What browsers are asked for, by every answer and by a page."""

from base64 import b64encode
from hashlib import sha256

from api.headers import GRADIO, Policy
from api.hosting import policy_of

SPACE = {"SPACE_ID": "team/flux"}


def script_sources(page: bytes) -> list[str]:
    """What a page with that markup may run."""
    policy = Policy().of_page(page)
    (directive,) = [one for one in policy.split("; ") if one.startswith("script-src ")]
    return directive.split()[1:]


def hashed(script: bytes) -> str:
    """A script as a policy names it."""
    return f"'sha256-{b64encode(sha256(script).digest()).decode()}'"


def test_each_script_in_the_page_is_named_by_its_hash_and_no_other_runs() -> None:
    page = b"<head><script>one()</script><SCRIPT data-x>two()\n</SCRIPT ><script>one()</script>"
    assert script_sources(page) == ["'self'", hashed(b"one()"), hashed(b"two()\n")]


def test_a_script_in_a_file_needs_no_hash() -> None:
    assert script_sources(b'<script src="/static/a.js"></script>') == ["'self'"]


def test_only_gradios_page_may_compile() -> None:
    assert "'unsafe-eval'" not in script_sources(b"<script>one()</script>")
    page = b"<script>" + GRADIO + b" = {}</script>"
    assert script_sources(page)[-1] == "'unsafe-eval'"
    assert "'unsafe-inline'" not in script_sources(page)


def test_what_is_no_page_runs_and_loads_nothing() -> None:
    headers = Policy().headers()
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'self'"
    assert headers["x-content-type-options"] == "nosniff"
    assert "strict-transport-security" not in headers


def test_frames_are_for_the_own_pages_a_space_s_host_or_whom_a_setting_names() -> None:
    assert policy_of(None, None, {}).frame_ancestors == "'self'"
    assert "https://huggingface.co" in policy_of(None, None, SPACE).frame_ancestors
    assert policy_of("'none'", None, SPACE).frame_ancestors == "'none'"
    page = policy_of("https://intranet.example", None, {}).of_page(b"")
    assert page.endswith("; frame-ancestors https://intranet.example")


def test_behind_https_browsers_are_told_to_stay_there() -> None:
    headers = policy_of(None, "https://flux.example.org", {}).headers()
    assert headers["strict-transport-security"] == "max-age=31536000"
    for address in (None, "http://flux.example.org"):
        assert "strict-transport-security" not in policy_of(None, address, {}).headers()
