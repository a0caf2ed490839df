import pytest

from backend.fal.hosts import FalHosts

FAL = FalHosts()
STAND_IN = FalHosts.stand_in_at("http://127.0.0.1:4711")


@pytest.mark.parametrize(
    "url",
    [
        "https://queue.fal.run/fal-ai/flux-pro",
        "https://queue.falrun.com/fal-ai/flux-pro",
        "https://fal.run/x",
        "https://falrun.com/x",
        "https://rest.fal.ai/storage/auth/token",
        "https://api.fal.ai:443/v1/models",
        "https://QUEUE.FAL.RUN/x",
    ],
)
def test_fals_own_hosts_get_the_key(url):
    assert FAL.may_get_key(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://queue.fal.run/x",
        "https://queue.fal.run:8443/x",
        "https://queue.fal.run@evil.example/x",
        "https://user:pass@queue.fal.run/x",
        "https://evil.example/queue.fal.run",
        "https://queue.fal.run.evil.example/",
        "https://xqueue.fal.run/",
        "https://v3.fal.media/files/a.png",
        "https://storage.googleapis.com/x",
        "http://127.0.0.1:4711/x",
        "http://localhost/x",
        "//queue.fal.run/x",
        "queue.fal.run",
        "",
        "https://",
        "file:///etc/passwd",
        "https://queue.fal.run\\@evil.example/",
        "https://[::1/",
    ],
)
def test_nobody_else_gets_the_key(url):
    assert not FAL.may_get_key(url)


@pytest.mark.parametrize("value", [None, 7, b"https://queue.fal.run", ["https://queue.fal.run"]])
def test_what_is_not_text_gets_no_key(value):
    assert not FAL.may_get_key(value)


def test_with_a_stand_in_only_its_own_origin_gets_the_key():
    assert STAND_IN.may_get_key("http://127.0.0.1:4711/fal-ai/flux-pro/requests/1")
    assert not STAND_IN.may_get_key("http://127.0.0.1:4712/x")
    assert not STAND_IN.may_get_key("https://127.0.0.1:4711/x")
    assert not STAND_IN.may_get_key("http://a:b@127.0.0.1:4711/x")
    assert not STAND_IN.may_get_key("https://queue.fal.run/x")


@pytest.mark.parametrize(
    "base",
    ["http://10.0.0.1:80", "https://queue.fal.run", "http://0.0.0.0:1", "ftp://127.0.0.1", "", "x"],
)
def test_a_stand_in_off_loopback_is_refused(base):
    with pytest.raises(ValueError, match="loopback"):
        FalHosts.stand_in_at(base)


@pytest.mark.parametrize("base", ["http://127.0.0.1:1/", "http://localhost:1", "http://[::1]:1"])
def test_a_stand_in_answers_for_all_of_fal(base):
    hosts = FalHosts.stand_in_at(base)
    addresses = {hosts.queue_url, hosts.rest_url, hosts.cdn_url, hosts.api_url, hosts.stand_in}
    assert addresses == {base.rstrip("/")}


def test_a_stored_address_of_an_earlier_start_goes_to_todays_port():
    stored = "http://127.0.0.1:9999/fal-ai/flux-pro/requests/1/status?logs=1"
    today = "http://127.0.0.1:4711/fal-ai/flux-pro/requests/1/status?logs=1"
    assert STAND_IN.rebase(stored) == today
    assert STAND_IN.rebase("http://localhost/x") == "http://127.0.0.1:4711/x"


@pytest.mark.parametrize("url", ["https://v3.fal.media/a.png", "nonsense", "http://10.0.0.1/x"])
def test_other_addresses_are_never_rebased(url):
    assert STAND_IN.rebase(url) == url


def test_without_a_stand_in_loopback_stays_and_is_refused():
    url = "http://127.0.0.1:9999/a.png"
    assert FAL.rebase(url) == url
    assert not FAL.may_get_key(url)
    assert not FAL.may_download(url)


@pytest.mark.parametrize(
    "url",
    [
        "https://v3.fal.media/files/a.png",
        "https://v3b.fal.media/files/a.png",
        "https://fal.media/files/a.png",
        "https://storage.googleapis.com/falserverless/a.png",
    ],
)
def test_pictures_come_from_fals_media_hosts(url):
    assert FAL.may_download(url)
    assert STAND_IN.may_download(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://v3.fal.media/a.png",
        "https://evil.example/a.png",
        "https://xfal.media/a.png",
        "https://fal.media.evil.example/a.png",
        "https://queue.fal.run/a.png",
        "https://v3.fal.media:22/a.png",
        "https://169.254.169.254/latest",
        "data:image/png;base64,AAAA",
    ],
)
def test_pictures_come_from_nowhere_else(url):
    assert not FAL.may_download(url)
