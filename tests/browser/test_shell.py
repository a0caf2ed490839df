"""The shell, against the modules that people get, in a real browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.gallery_app import NOW, Script, Scripted, me_json, run_json, served
from tests.browser.pages.opening import OpenPage, pages_of
from tests.browser.pages.shell import Shell

STATIC = Path(__file__).parents[2] / "components" / "static"


@pytest.fixture
def server() -> Iterator[Scripted]:
    script = Script(runs=[run_json(n) for n in range(60)])
    with served(script) as running:
        yield running


@pytest.fixture
def new_page(browser: Browser) -> Iterator[OpenPage]:
    with pages_of(browser, NOW) as open_page:
        yield open_page


@pytest.fixture
def shell(server: Scripted, new_page: OpenPage) -> Shell:
    return Shell(new_page(), server.url)


@pytest.mark.parametrize(
    ("path", "view"),
    [
        ("/", "Create"),
        ("/create", "Create"),
        ("/create/v1-fill", "Create"),
        ("/gallery", "Gallery"),
        ("/presets", "Presets"),
    ],
)
def test_every_address_opens_its_view(shell: Shell, path: str, view: str) -> None:
    shell.open(path).shows(view)


@pytest.mark.parametrize("path", ["/nothing", "/gallery/of/1", "/create/a/b", "/create/%3Cb%3E"])
def test_an_unknown_address_goes_to_create(shell: Shell, path: str) -> None:
    shell.open(path).shows("Create")
    assert shell.page.evaluate("location.pathname") == "/"


def test_links_move_between_views_without_loading_the_page_again(shell: Shell) -> None:
    shell.open()
    shell.page.evaluate("window.sameDocument = true")
    shell.prompt.fill("half a thought")
    for view in ("Gallery", "Presets", "Create"):
        shell.link(view).click()
        shell.shows(view)
    assert shell.page.evaluate("window.sameDocument")
    expect(shell.prompt).to_have_value("half a thought")


def test_keys_open_the_views(shell: Shell) -> None:
    shell.open()
    for key, view in (("g", "Gallery"), ("p", "Presets"), ("c", "Create")):
        shell.page.keyboard.press(key)
        shell.shows(view)


def test_keys_are_text_where_someone_types_and_nothing_with_a_modifier(shell: Shell) -> None:
    shell.open()
    shell.prompt.click()
    shell.page.keyboard.type("gp")
    expect(shell.prompt).to_have_value("gp")
    shell.link("Create").focus()
    shell.page.keyboard.press("Alt+g")
    shell.page.keyboard.press("Control+Alt+p")
    shell.shows("Create")


def test_back_and_forward_walk_through_the_views(shell: Shell) -> None:
    shell.open("/create/v1-fill")
    shell.link("Gallery").click()
    shell.link("Presets").click()
    shell.page.go_back()
    shell.shows("Gallery")
    shell.page.go_back()
    shell.shows("Create")
    assert shell.page.evaluate("location.pathname") == "/create/v1-fill"
    shell.page.go_forward()
    shell.shows("Gallery")


def test_the_focus_moves_to_the_heading_of_the_view(shell: Shell) -> None:
    shell.open()
    shell.link("Gallery").press("Enter")
    expect(shell.heading).to_be_focused()
    expect(shell.heading).to_have_text("Gallery")
    expect(shell.page.get_by_role("heading", level=1)).to_have_count(1)


def test_each_view_keeps_where_it_was_scrolled_to(shell: Shell) -> None:
    shell.open("/gallery")
    expect(shell.page.locator("#view-gallery img").first).to_be_visible()
    shell.scroll_to(700)
    shell.link("Create").evaluate("link => link.click()")
    assert shell.scrolled == 0
    shell.scroll_to(120)
    shell.page.go_back()
    shell.shows("Gallery")
    assert shell.scrolled == 700
    shell.page.go_forward()
    shell.shows("Create")
    assert shell.scrolled == 120


def test_the_address_opens_the_endpoint_now_and_later(shell: Shell) -> None:
    shell.open("/create/v1-fill")
    assert shell.form_calls == [["open", "v1-fill"]]
    shell.page.evaluate(
        "dispatchEvent(new CustomEvent('playground:navigate', {detail: {href: '/create/v1.1'}}))"
    )
    assert shell.form_calls[-1] == ["open", "v1.1"]


def test_the_address_follows_the_tab_that_a_person_chose(shell: Shell) -> None:
    shell.open()
    shell.page.evaluate(
        "dispatchEvent(new CustomEvent('playground:endpoint-opened', {detail: {slug: 'v1.1'}}))"
    )
    assert shell.page.evaluate("location.pathname") == "/create/v1.1"
    shell.link("Presets").click()
    shell.link("Create").click()
    assert shell.page.evaluate("location.pathname") == "/create/v1.1"


def test_the_bar_says_what_today_cost_and_who_is_there(shell: Shell) -> None:
    shell.open()
    expect(shell.chip("spent")).to_have_text("Today $0.42 of $20")
    expect(shell.chip("person")).to_have_text("Ada")
    expect(shell.chip("practice")).to_have_count(0)
    expect(shell.notices).to_have_count(0)
    expect(shell.page.get_by_role("button", name="Sign out")).to_have_count(0)


def test_practice_mode_and_why_are_readable_on_a_phone(
    server: Scripted, new_page: OpenPage
) -> None:
    why = "Practice mode, because this address is open to everyone and has no password. " * 2
    server.script.me = me_json(practice=True, banner={"level": "warn", "text": why})
    shell = Shell(new_page(390, 844), server.url).open()
    expect(shell.chip("practice")).to_have_text("Practice: free, nothing leaves this machine")
    expect(shell.chip("practice")).to_be_visible()
    notice = shell.notices.get_by_text(why.strip())
    assert notice.evaluate("node => node.scrollWidth <= node.clientWidth")
    assert shell.sideways() <= 0


def test_every_notice_stands_once_and_as_text(server: Scripted, shell: Shell) -> None:
    hostile = "<img src=x onerror=\"document.title='owned'\"> ${document.title='owned'}"
    banner = {"level": "info", "text": hostile}
    server.script.me = me_json(banner=banner, notices=[banner, {"level": "odd", "text": "Disk"}])
    shell.open()
    expect(shell.notices).to_have_text([hostile, "Disk"])
    expect(shell.page).to_have_title("Create · FLUX Playground")


@pytest.mark.parametrize(
    ("state", "trouble"),
    [
        ("present", False),
        ("accepted", False),
        ("refused", True),
        ("locked", True),
        ("unknown", True),
    ],
)
def test_the_keys_state_is_one_word_and_not_only_a_colour(
    server: Scripted, shell: Shell, state: str, trouble: bool
) -> None:
    server.script.me = me_json(key_state=state)
    shell.open()
    expect(shell.chip("key")).to_have_text(f"Key {state}")
    expect(shell.chip("key").locator(".pg-icon")).to_have_count(1 if trouble else 0)
    expect(shell.chip("key")).to_have_attribute("title", re.compile("fal"))


@pytest.mark.parametrize("me", [{"practice": True, "key_state": "missing"}, {"key_state": "odd"}])
def test_without_a_key_nothing_is_said_of_it(
    server: Scripted, shell: Shell, me: dict[str, object]
) -> None:
    server.script.me = me_json(**me)
    shell.open()
    expect(shell.chip("person")).to_be_visible()
    expect(shell.chip("key")).to_have_count(0)


def test_the_day_is_asked_for_again_when_a_run_ends(server: Scripted, shell: Shell) -> None:
    shell.open()
    expect(shell.chip("spent")).to_contain_text("$0.42")
    server.script.me = me_json(spent_today_usd="0.48")
    server.feed.send("run", run_json(0, id="new", state="running", images=[]))
    server.feed.send("run", run_json(0, id="new", state="done", images=[]))
    expect(shell.chip("spent")).to_contain_text("$0.48")


def test_signing_out_is_a_real_form(server: Scripted, shell: Shell) -> None:
    server.script.me = me_json(sign_out=True)
    shell.open()
    shell.page.get_by_role("button", name="Sign out").click()
    expect(shell.page).to_have_url(re.compile(r"/\?as=nobody$"))
    assert "/sign-out" in server.script.calls


def test_when_me_fails_the_page_works_and_retry_mends_it(server: Scripted, shell: Shell) -> None:
    server.script.broken["/api/v1/me"] = 500
    shell.open()
    expect(shell.notices).to_contain_text("could not be loaded")
    del server.script.broken["/api/v1/me"]
    shell.page.get_by_role("button", name="Retry").click()
    expect(shell.chip("person")).to_have_text("Ada")
    expect(shell.notices).to_have_count(0)


def test_a_session_that_has_ended_offers_to_sign_in(server: Scripted, shell: Shell) -> None:
    shell.open("/gallery")
    expect(shell.chip("person")).to_have_text("Ada")
    server.script.broken["/api/v1/runs"] = 401
    shell.page.locator("#view-gallery").get_by_role("radio", name="Mine").check()
    expect(shell.notices).to_have_text("You are signed out.Sign in")
    server.script.broken.clear()
    shell.notices.get_by_role("button", name="Sign in").click()
    expect(shell.chip("person")).to_have_text("Ada")
    expect(shell.notices).to_have_count(0)


def test_one_part_that_cannot_start_takes_no_other_with_it(
    server: Scripted, new_page: OpenPage
) -> None:
    page = new_page()
    page.route("**/js/stage.js", lambda route: route.fulfill(status=500, body=""))
    page.route("**/js/form.js", lambda route: route.fulfill(status=404, body=""))
    shell = Shell(page, server.url).open("/gallery")
    shell.shows("Gallery")
    expect(page.locator("#view-gallery img").first).to_be_visible()
    expect(page.locator(".toast")).to_contain_text("The stage could not start")
    assert page.evaluate("document.documentElement.dataset.failed") == "stage"


def test_hosts_that_come_late_are_waited_for(server: Scripted, new_page: OpenPage) -> None:
    page = new_page()
    page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
          const late = document.createElement("div");
          late.append(...document.body.children);
          window.arrive = () => document.body.append(late);
        })"""
    )
    page.goto(f"{server.url}/gallery")
    expect(page.locator(".shell-bar")).to_have_count(0)
    page.evaluate("window.arrive()")
    shell = Shell(page, server.url)
    shell.ready()
    shell.shows("Gallery")


@pytest.mark.parametrize(
    ("scheme", "path", "dark"),
    [
        ("dark", "/", True),
        ("light", "/", False),
        ("light", "/?__theme=dark", True),
        ("dark", "/?__theme=light", False),
    ],
)
def test_light_and_dark_follow_the_address_then_the_system(
    server: Scripted, new_page: OpenPage, scheme: str, path: str, dark: bool
) -> None:
    page = new_page(color_scheme=scheme)
    Shell(page, server.url).open(path)
    ground = page.locator(".shell-bar").evaluate("bar => getComputedStyle(bar).backgroundColor")
    assert ground == ("rgb(31, 31, 31)" if dark else "rgb(255, 255, 255)")


def test_dark_changes_with_the_system_while_the_page_is_open(shell: Shell) -> None:
    shell.open()
    expect(shell.page.locator("body")).not_to_have_class(re.compile("dark"))
    shell.page.emulate_media(color_scheme="dark")
    expect(shell.page.locator("body")).to_have_class(re.compile("dark"))


@pytest.mark.parametrize("practice", [True, False])
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_no_view_scrolls_sideways(
    server: Scripted, new_page: OpenPage, width: int, practice: bool
) -> None:
    server.script.me = me_json(
        practice=practice,
        key_state="unknown",
        sign_out=True,
        person={"id": "x", "name": "Wolfeschlegelsteinhausenbergerdorff", "role": "member"},
    )
    shell = Shell(new_page(width, 844), server.url)
    for path in ("/gallery", "/presets"):
        shell.open(path)
        expect(shell.chip("person")).to_be_visible()
        assert shell.sideways() <= 0


def test_every_icon_that_the_modules_name_is_there_and_no_other() -> None:
    source = "\n".join(path.read_text() for path in (STATIC / "js").glob("*.js"))
    called = re.findall(r'\bicon\(\s*"([a-z0-9-]+)"|\bicon: "([a-z0-9-]+)"', source)
    there = {path.stem for path in (STATIC / "icons").glob("*.svg")}
    assert {first or second for first, second in called} <= there
    assert {name for name in there if f'"{name}"' not in source} == set()
