"""The stage: every state of a run, its events, what can be done with it."""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.acceptance.processes import until
from tests.browser.pages.stage import StagePage
from tests.browser.pages.viewer import ViewerPage
from tests.browser.stage_app import PROMPT, Script, image, now, problem, run, serve

HOSTILE = (
    "${document.title='owned'} <img src=x onerror=\"document.title='owned'\"> {{7*7}} \u202eabc 🦊"
)


@pytest.fixture
def script() -> Script:
    """What the server knows and answers."""
    return Script()


@pytest.fixture
def url(script: Script) -> Iterator[str]:
    """The address of the scripted server."""
    with serve(script) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page whose scripts must not fail, and which may talk to this machine only."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    failures: list[str] = []
    opened.on("pageerror", lambda error: failures.append(str(error)))
    yield opened
    context.close()
    assert failures == []


@pytest.fixture
def stage(page: Page) -> StagePage:
    """The stage; a test opens it when its server is ready."""
    return StagePage(page)


STATES: list[tuple[str, dict[str, Any], str | re.Pattern[str]]] = [
    ("created", {"before_you": 3}, "Waiting, 3 before it"),
    ("created", {}, "Waiting, next to be sent"),
    ("submitting", {}, "Sending"),
    ("queued", {}, "Queued, position 2 at fal"),
    ("running", {}, re.compile(r"Running, \d+ s")),
    ("saving", {}, re.compile(r"Saving, 1 picture, \d+ s")),
    ("done", {}, "Done in 9.8 s"),
    ("failed", {}, "Failed"),
    ("cancelled", {}, "Cancelled"),
    ("uncertain", {}, "Uncertain, fal may have taken it"),
    ("lost", {}, "Lost, fal made it, but no longer has it"),
]


@pytest.mark.parametrize(
    ("state", "more", "words"), STATES, ids=[f"{i}-{s}" for i, (s, _, _) in enumerate(STATES)]
)
def test_every_state_has_its_words(
    stage: StagePage,
    script: Script,
    url: str,
    state: str,
    more: dict[str, Any],
    words: str | re.Pattern[str],
) -> None:
    script.knows(run("a", state, **more))
    stage.open(url)
    expect(stage.showing("a")).to_have_attribute("data-run-state", state)
    expect(stage.state_line).to_contain_text(words)
    expect(stage.tiles).to_have_count(1)


def test_a_slow_fal_is_named_with_how_long_already(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", slow_since=now(12)))
    stage.open(url)
    expect(stage.state_line).to_contain_text(re.compile(r"fal is slow to answer, for \d+ s"))


def test_without_runs_it_says_what_to_do_next(stage: StagePage, url: str) -> None:
    stage.open(url)
    expect(stage.root).to_contain_text("Write a prompt or choose a preset, then press Run.")
    expect(stage.tiles).to_have_count(0)


def test_a_run_goes_from_the_press_to_its_picture(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.open(url)
    expect(stage.root).to_contain_text("No pictures yet")
    script.push(run("a", "created", age=0))
    expect(stage.card).to_have_attribute("data-run-state", "created")
    script.change("a", state="queued", queue_position=1, request_id="req-a")
    expect(stage.state_line).to_contain_text("Queued, position 1 at fal")
    script.change("a", state="running")
    script.log("a", "Loading the model", "Step 12 of 28")
    expect(stage.log).to_contain_text("Step 12 of 28")
    expect(stage.spoken).to_have_text("Running.")
    script.finish("a")
    expect(stage.card).to_have_attribute("data-run-state", "done")
    expect(stage.picture("a")).to_have_attribute("alt", PROMPT)
    expect(stage.picture("a")).to_have_attribute("src", "/media/a/0/preview")
    expect(stage.spoken).to_have_text("Done. Picture ready.")
    expect(stage.log).to_be_hidden()
    for fact in ("Seed 4182934112", "2752×1536", "JPEG, 1.4 MB", "Billed $0.06", "Ada"):
        expect(stage.facts).to_contain_text(fact)


def test_a_preview_that_has_come_is_shown_before_the_stream_says_that_it_is_there(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.open(url)
    on_its_way = image("a", url=None, preview_url=None, fal_url="https://fal.example/a.jpeg")
    script.push(run("a", "saving", age=0, images=[on_its_way]))
    expect(stage.picture("a")).to_have_attribute("src", "/media/a/0/preview")
    expect(stage.card).to_have_attribute("data-run-state", "saving")


def test_a_preview_is_asked_for_once_fal_has_completed_the_run(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.open(url)
    script.push(run("a", "running", age=0))
    expect(stage.card).to_have_attribute("data-run-state", "running")
    with stage.page.expect_request("**/media/a/0/preview"):
        script.change("a", pictures_due=1)


def test_the_time_ticks_each_second_until_the_run_has_ended(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", age=5))
    stage.page.clock.install()
    stage.open(url)
    expect(stage.elapsed).to_have_text(re.compile(r"^[5-9] s$"))
    stage.page.clock.fast_forward(60_000)
    expect(stage.elapsed).to_have_text(re.compile(r"^1 min \d s$"))


def test_the_usual_time_comes_from_ones_own_finished_runs(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", age=5), run("b", age=100), run("c", age=200))
    stage.open(url)
    expect(stage.hero).to_contain_text("usually 9.8 s")


def test_hostile_texts_stay_text_everywhere(stage: StagePage, script: Script, url: str) -> None:
    hostile = {"prompt": HOSTILE, "seed": HOSTILE}
    output = {"seed": 1, "prompt": f"used {HOSTILE}", "timings": None}
    failure = problem("x", HOSTILE, fields={HOSTILE: HOSTILE})
    script.knows(
        run("a", input=hostile, output=output, person_name=HOSTILE),
        run("b", "failed", age=90, input=hostile, error=failure),
        run("c", "running", age=120, input=hostile),
    )
    stage.open(url)
    expect(stage.picture("a")).to_have_attribute("alt", HOSTILE)
    expect(stage.card).to_contain_text(f"used {HOSTILE}")
    stage.page.keyboard.press("Tab")
    stage.action("Open large").click()
    expect(ViewerPage(stage.page).about).to_contain_text(HOSTILE)
    stage.page.keyboard.press("Escape")
    stage.choose("b")
    expect(stage.hero).to_contain_text(HOSTILE)
    stage.choose("c")
    script.log("c", HOSTILE)
    expect(stage.log).to_contain_text(HOSTILE)
    assert stage.page.title() == "FLUX Playground"
    assert stage.page.locator("img[onerror]").count() == 0


def test_an_address_that_would_run_a_script_is_not_linked(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(
        run("a", "saving", images=[image("a", url=None, fal_url="javascript:document.title=1")])
    )
    stage.open(url)
    link = stage.hero.locator("a", has_text="See it at fal meanwhile")
    expect(link).to_have_count(1)
    assert link.get_attribute("href") is None


def test_a_refresh_shows_what_was_there(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a", "running", age=10), run("b", age=100))
    stage.open(url)
    expect(stage.showing("a")).to_be_visible()
    stage.page.reload()
    expect(stage.showing("a")).to_have_attribute("data-run-state", "running")
    expect(stage.tiles).to_have_count(2)
    script.finish("a")
    expect(stage.picture("a")).to_be_visible()


def test_a_hidden_page_closes_its_stream_and_comes_back_where_it_stopped(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.open(url)
    expect(stage.root).to_contain_text("No pictures yet")
    script.push(run("a", "running", age=1))
    expect(stage.showing("a")).to_be_visible()
    stage.hide()
    until(lambda: not script.listeners, "the stream closed")
    script.finish("a")
    stage.show()
    expect(stage.showing("a")).to_have_attribute("data-run-state", "done")
    assert script.connections() == ["", "after=1"]


def test_a_run_that_ends_while_hidden_marks_the_title_until_it_is_seen(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", age=10))
    stage.page.clock.install()
    stage.open(url)
    expect(stage.showing("a")).to_be_visible()
    stage.hide()
    until(lambda: not script.listeners, "the stream closed")
    script.finish("a")
    stage.page.clock.fast_forward(6000)
    expect(stage.page).to_have_title("✓ Done – FLUX Playground")
    stage.show()
    expect(stage.page).to_have_title("FLUX Playground")


def test_a_lost_connection_is_named_after_a_while_and_comes_back_by_itself(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", age=10))
    stage.page.clock.install()
    stage.open(url)
    expect(stage.showing("a")).to_be_visible()
    script.refuse_events = 3
    script.drop_streams()
    for tried in range(1, 4):
        until(lambda: not script.listeners, "the stream closed")
        stage.page.clock.run_for(1000 * 2 ** (tried - 1))
        until(lambda n=tried: len(script.connections()) > n, f"try {tried}")
    expect(stage.reconnecting).to_contain_text("reconnecting")
    stage.page.clock.run_for(8000)
    expect(stage.reconnecting).to_be_hidden()
    script.finish("a")
    expect(stage.picture("a")).to_be_visible()


def test_a_short_gap_is_not_worth_a_word(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a", "running", age=10))
    stage.page.clock.install()
    stage.open(url)
    expect(stage.showing("a")).to_be_visible()
    script.drop_streams()
    until(lambda: not script.listeners, "the stream closed")
    stage.page.clock.run_for(1100)
    until(lambda: bool(script.listeners), "the stream came back")
    stage.page.clock.run_for(4000)
    expect(stage.reconnecting).to_be_hidden()


def test_try_now_does_not_wait_for_the_next_try(stage: StagePage, script: Script, url: str) -> None:
    stage.page.clock.install()
    script.refuse_events = 3
    stage.open(url)
    until(lambda: len(script.connections()) == 1, "the first try")
    stage.page.clock.run_for(1000)
    until(lambda: len(script.connections()) == 2, "the second try")
    stage.page.clock.run_for(2000)
    until(lambda: len(script.connections()) == 3, "the third try")
    expect(stage.reconnecting).to_contain_text("reconnecting")
    assert len(script.connections()) == 3
    stage.reconnecting.get_by_role("button", name="Try now").click()
    expect(stage.root).to_contain_text("No pictures yet")
    expect(stage.reconnecting).to_be_hidden()


def test_an_expired_sign_in_is_told_to_the_page(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a", "failed"))
    script.answers["POST /api/v1/runs/a/again"] = (401, {"title": "Sign in first."})
    stage.open(url)
    stage.page.evaluate(
        "addEventListener('playground:signed-out', () => document.body.dataset.out = '1')"
    )
    stage.action("Try again").click()
    expect(stage.page.locator("body[data-out='1']")).to_be_attached()
    expect(stage.toast).to_contain_text("Sign in first.")


def test_the_newest_run_takes_the_stage_and_an_older_one_that_ends_does_not(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("old", "running", age=50))
    stage.open(url)
    expect(stage.showing("old")).to_be_visible()
    script.push(run("new", "running", age=1))
    expect(stage.showing("new")).to_be_visible()
    expect(stage.state_line).to_contain_text("2 running")
    script.finish("old")
    expect(stage.spoken).to_have_text("Another run: Done. Picture ready.")
    expect(stage.showing("new")).to_be_visible()


def test_a_chosen_run_keeps_the_stage_while_others_end(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("c", "running", age=10), run("b", "running", age=20), run("a", age=90))
    stage.open(url)
    expect(stage.showing("c")).to_be_visible()
    stage.choose("a")
    expect(stage.showing("a")).to_be_visible()
    script.finish("b")
    script.finish("c")
    expect(stage.spoken).to_have_text("Another run: Done. Picture ready.")
    expect(stage.recent.locator("[data-tile='c'] img")).to_be_visible()
    expect(stage.showing("a")).to_be_visible()


def test_arrow_keys_choose_in_the_strip(stage: StagePage, script: Script, url: str) -> None:
    script.knows(*(run(f"r{i:02}", age=60 * (i + 1)) for i in range(30)))
    stage.open(url)
    expect(stage.tiles).to_have_count(24)
    expect(stage.showing("r00")).to_be_visible()
    stage.current_tile.focus()
    keys = stage.page.keyboard
    keys.press("ArrowRight")
    keys.press("ArrowRight")
    expect(stage.showing("r02")).to_be_visible()
    expect(stage.current_tile).to_be_focused()
    keys.press("ArrowLeft")
    expect(stage.showing("r01")).to_be_visible()
    keys.press("End")
    expect(stage.showing("r23")).to_be_visible()
    expect(stage.current_tile).to_be_in_viewport()
    keys.press("Home")
    expect(stage.showing("r00")).to_be_visible()
    expect(stage.current_tile).to_have_count(1)


def test_cancel_is_sent_once_and_says_so(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a", "running", age=5))
    script.held["POST /api/v1/runs/a/cancel"] = threading.Event()
    stage.open(url)
    stage.action("Cancel").dblclick()
    expect(stage.action("Cancelling…")).to_be_disabled()
    script.held["POST /api/v1/runs/a/cancel"].set()
    script.log("a", "Still working")
    script.change("a", state="running")
    expect(stage.action("Cancelling…")).to_be_disabled()
    script.change("a", state="cancelled", finished_at=now())
    expect(stage.card).to_have_attribute("data-run-state", "cancelled")
    expect(stage.hero).to_contain_text("It may have been charged.")
    assert script.count("POST", "/api/v1/runs/a/cancel") == 1


def test_a_cancel_that_is_refused_can_be_pressed_again(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "running", age=5))
    script.answers["POST /api/v1/runs/a/cancel"] = (503, {"detail": "The server is stopping."})
    stage.open(url)
    stage.action("Cancel").click()
    expect(stage.toast).to_contain_text("The server is stopping.")
    expect(stage.action("Cancel")).to_be_enabled()


@pytest.mark.parametrize("state", ["saving", "done", "failed", "cancelled", "uncertain", "lost"])
def test_what_can_not_be_cancelled_has_no_cancel(
    stage: StagePage, script: Script, url: str, state: str
) -> None:
    script.knows(run("a", state))
    stage.open(url)
    expect(stage.action("Copy as…")).to_be_visible()
    expect(stage.action("Cancel")).to_have_count(0)


def test_same_again_starts_one_run_and_shows_it(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a"))
    stage.open(url)
    stage.action("Same again").dblclick()
    expect(stage.showing("a-again")).to_have_attribute("data-run-state", "created")
    calls = [c for c in script.calls if c.path.endswith("/a/again")]
    assert len(calls) == 1
    assert re.fullmatch(r"[0-9a-f]{32}", calls[0].idempotency_key or "")


def test_a_press_whose_answer_was_lost_is_repeated_under_its_own_key(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a"))
    script.answers["POST /api/v1/runs/a/again"] = (502, {"title": "Bad gateway"})
    stage.open(url)
    stage.action("Same again").click()
    expect(stage.toast).to_have_count(1)
    del script.answers["POST /api/v1/runs/a/again"]
    stage.action("Same again").click()
    expect(stage.showing("a-again")).to_be_visible()
    stage.choose("a")
    stage.action("Same again").click()
    until(lambda: script.count("POST", "/api/v1/runs/a/again") == 3, "the third press")
    keys = [c.idempotency_key for c in script.calls if c.path.endswith("/a/again")]
    assert keys[0] == keys[1] != keys[2]


def test_a_refused_repeat_says_why(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a"))
    script.answers["POST /api/v1/runs/a/again"] = (402, {"detail": "Today's budget is used up."})
    stage.open(url)
    stage.action("Same again").click()
    expect(stage.toast).to_contain_text("Today's budget is used up.")
    expect(stage.action("Same again")).to_be_enabled()
    expect(stage.showing("a")).to_be_visible()


def test_a_failed_run_says_why_where_and_whether_it_cost_anything(
    stage: StagePage, script: Script, url: str
) -> None:
    error = problem(
        "fields_refused",
        "fal refused some fields.",
        retryable=False,
        fields={"image_url": "The picture is too small."},
    )
    script.knows(run("a", "failed", error=error))
    stage.open(url)
    for words in ("fal refused some fields.", "image_url The picture is too small."):
        expect(stage.hero).to_contain_text(words)
    expect(stage.hero).to_contain_text("Nothing was charged.")
    expect(stage.facts).to_contain_text("Not charged")
    stage.hero.get_by_role("button", name="Copy request id").click()
    expect(stage.toast).to_contain_text("Request id copied")
    assert stage.page.evaluate("navigator.clipboard.readText()") == "req-a"
    first = stage.card.get_by_role("group", name="Actions").get_by_role("button").first
    expect(first).to_have_text("Open in form")


def test_an_uncertain_run_is_looked_up_or_decided_by_a_person(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "uncertain"))
    stage.open(url)
    stage.action("Check at fal").click()
    expect(stage.toast).to_contain_text("fal does not list it")
    stage.action("It never ran").click()
    dialog = stage.page.get_by_role("dialog", name="It never ran?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    stage.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    assert script.count("POST", "/api/v1/runs/a/forget") == 0
    stage.action("It never ran").click()
    script.answers["POST /api/v1/runs/a/forget"] = (
        200,
        run("a", "failed", state_at=now(), error=problem("forgotten", "You closed it.")),
    )
    dialog.get_by_role("button", name="It never ran").click()
    expect(stage.card).to_have_attribute("data-run-state", "failed")


def test_running_an_uncertain_run_again_warns_that_it_may_cost_twice(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", "uncertain"))
    stage.open(url)
    stage.action("Try again").click()
    dialog = stage.page.get_by_role("dialog", name="Run it again?")
    expect(dialog).to_contain_text("up to $0.06 more")
    assert script.count("POST", "/api/v1/runs/a/again") == 0
    dialog.get_by_role("button", name="Run again").click()
    expect(stage.showing("a-again")).to_be_visible()


def test_a_flagged_picture_is_covered_until_it_is_asked_for(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", images=[image("a", flagged=True)]))
    stage.open(url)
    expect(stage.cover).to_contain_text("content filter marked this picture")
    expect(stage.recent.locator("img")).to_have_count(0)
    on_top = stage.page.evaluate(
        """() => {
          const box = document.querySelector("#stage .picture").getBoundingClientRect();
          const node = document.elementFromPoint(box.x + box.width / 2, box.y + 8);
          return node.className;
        }"""
    )
    assert on_top == "picture-cover"
    stage.cover.click()
    expect(stage.cover).to_have_count(0)
    expect(stage.picture("a")).to_be_visible()
    expect(stage.recent.locator("img")).to_have_count(1)


def test_a_missing_picture_says_so_with_the_request_id(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a", images=[image("a", url=None, preview_url=None, missing=True)]))
    stage.open(url)
    expect(stage.hero).to_contain_text("This picture is missing")
    expect(stage.hero).to_contain_text("req-a")
    expect(stage.action("Download")).to_have_count(0)


def test_while_saving_fals_own_copy_is_linked(stage: StagePage, script: Script, url: str) -> None:
    waiting = image("a", url=None, preview_url=None, fal_url="https://v3.fal.media/files/x.png")
    script.knows(run("a", "saving", images=[waiting]))
    stage.open(url)
    link = stage.hero.get_by_role("link", name="See it at fal meanwhile")
    expect(link).to_have_attribute("href", "https://v3.fal.media/files/x.png")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert stage.pictures.count() == 0


def test_a_preview_that_is_not_there_yet_gives_way_to_the_picture(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.page.route("**/preview", lambda route: route.fulfill(status=404))
    script.knows(run("a"))
    stage.open(url)
    expect(stage.picture("a")).to_have_attribute("src", re.compile(r"/media/a/0$"))


def test_the_actions_are_about_the_chosen_picture_of_several(
    stage: StagePage, script: Script, url: str
) -> None:
    four = [image("a", i, width=1024 + i, height=768) for i in range(4)]
    script.knows(run("a", images=four))
    stage.open(url)
    expect(stage.pictures).to_have_count(4)
    expect(stage.facts).to_contain_text("1024×768")
    stage.card.get_by_role("button", name="Picture 3 of 4").click()
    expect(stage.facts).to_contain_text("1026×768")
    download = stage.action("Download")
    expect(download).to_have_attribute("href", "/media/a/2?download=1")
    expect(stage.card.get_by_role("button", name="Picture 3 of 4")).to_be_focused()


def test_copy_link_leads_to_the_pictures_place_in_the_gallery(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a"))
    stage.open(url)
    stage.action("Copy link").click()
    expect(stage.toast).to_contain_text("Link copied")
    copied = stage.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{url}/gallery?run=a&image=0"


def test_use_as_reference_lists_every_field_that_takes_a_picture(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a"))
    stage.open(url)
    button = stage.action("Use as reference in…")
    button.click()
    menu = stage.page.get_by_role("menu", name="Use as reference in")
    items = menu.get_by_role("menuitem")
    expect(items).to_have_text(["1.1 ultraReference picture", "FillPicture", "FillMask"])
    expect(items.first).to_be_focused()
    stage.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    button.click()
    stage.page.keyboard.press("ArrowDown")
    stage.page.keyboard.press("Enter")
    stage.page.wait_for_function("window.formCalls?.length === 1")
    assert stage.page.evaluate("window.formCalls") == [
        ["reference", "v1-fill", "image_url", {"run_id": "a", "index": 0}]
    ]


def test_open_in_form_hands_over_the_exact_input(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a"))
    stage.open(url)
    stage.action("Open in form").click()
    stage.page.wait_for_function("window.formCalls?.length === 1")
    given = ["open", "v1.1-ultra", {"prompt": PROMPT, "aspect_ratio": "16:9"}, "a"]
    assert stage.page.evaluate("window.formCalls") == [given]


def test_a_run_is_copied_as_code_in_four_languages(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("a"))
    stage.open(url)
    stage.action("Copy as…").click()
    dialog = stage.page.get_by_role("dialog", name="This run as code")
    tabs = dialog.get_by_role("tab")
    expect(tabs).to_have_text(["Python", "JavaScript", "cURL", "JSON"])
    expect(dialog.get_by_role("tabpanel")).to_have_text("# python of a")
    expect(dialog).to_contain_text("FAL_KEY")
    tabs.first.focus()
    stage.page.keyboard.press("ArrowRight")
    expect(dialog.get_by_role("tabpanel")).to_have_text("# javascript of a")
    dialog.get_by_role("button", name="Copy", exact=True).click()
    expect(stage.toast).to_contain_text("JavaScript copied")
    assert stage.page.evaluate("navigator.clipboard.readText()") == "# javascript of a"
    stage.page.keyboard.press("Escape")
    expect(stage.action("Copy as…")).to_be_focused()


def test_delete_can_be_undone(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a"), run("b", age=300))
    stage.open(url)
    stage.action("Delete").click()
    expect(stage.showing("b")).to_be_visible()
    expect(stage.tiles).to_have_count(1)
    stage.toast.get_by_role("button", name="Undo").click()
    expect(stage.showing("a")).to_be_visible()
    assert script.count("DELETE", "/api/v1/runs/a") == 1
    assert script.count("POST", "/api/v1/runs/a/restore") == 1


def test_a_note_waits_while_it_is_looked_at(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a"))
    stage.page.clock.install()
    stage.open(url)
    stage.action("Copy link").click()
    stage.toast.hover()
    stage.page.clock.run_for(20_000)
    expect(stage.toast).to_be_visible()
    stage.page.mouse.move(5, 5)
    stage.page.clock.run_for(9000)
    expect(stage.toast).to_have_count(0)


def test_a_dragged_picture_says_which_one_it_is(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a"))
    stage.open(url)
    carried = stage.picture("a").evaluate(
        """img => {
          const dataTransfer = new DataTransfer();
          img.dispatchEvent(new DragEvent("dragstart", { bubbles: true, dataTransfer }));
          return dataTransfer.getData("application/x-playground-image");
        }"""
    )
    assert json.loads(carried) == {"run_id": "a", "index": 0}


def test_events_do_not_take_the_focus_away(stage: StagePage, script: Script, url: str) -> None:
    script.knows(run("a", "queued", age=5))
    stage.open(url)
    stage.action("Open in form").focus()
    script.change("a", state="running")
    expect(stage.card).to_have_attribute("data-run-state", "running")
    expect(stage.action("Open in form")).to_be_focused()
    stage.action("Cancel").focus()
    script.finish("a")
    expect(stage.picture("a")).to_be_visible()
    expect(stage.card).to_be_focused()


def test_runs_of_others_do_not_stand_on_the_stage(
    stage: StagePage, script: Script, url: str
) -> None:
    script.knows(run("mine", age=100), run("theirs", mine=False))
    stage.open(url)
    expect(stage.showing("mine")).to_be_visible()
    expect(stage.tiles).to_have_count(1)


@pytest.mark.parametrize("width", [390, 768, 1280])
def test_nothing_hangs_over_the_side_at_any_width(
    stage: StagePage, script: Script, url: str, width: int
) -> None:
    long = "W" * 300
    script.knows(
        run("a", input={"prompt": long}, images=[image("a", i) for i in range(4)]),
        run("b", "failed", age=100, error=problem("x", long, fields={long: long})),
        *(run(f"r{i}", age=200 + i) for i in range(12)),
    )
    stage.page.set_viewport_size({"width": width, "height": 844})
    stage.open(url)
    for run_id in ("a", "b"):
        stage.choose(run_id)
        expect(stage.showing(run_id)).to_be_visible()
        assert stage.page.evaluate("document.documentElement.scrollWidth") <= width
    small = stage.page.evaluate(
        """[...document.querySelectorAll("#stage .btn, #stage .strip-tile")]
          .filter((node) => node.getBoundingClientRect().height < 32).length"""
    )
    assert small == 0


def test_who_allowed_it_is_told_by_the_system_while_the_page_is_hidden(
    stage: StagePage, script: Script, url: str
) -> None:
    stage.page.add_init_script(
        """window.told = [];
        window.Notification = class {
          static permission = "default";
          static async requestPermission() { return (this.permission = "granted"); }
          constructor(title, { body }) { window.told.push([title, body]); }
        };"""
    )
    script.knows(run("a", "running", age=10))
    stage.page.clock.install()
    stage.open(url)
    stage.hero.get_by_role("button", name="Tell me when it is done").click()
    stage.hide()
    until(lambda: not script.listeners, "the stream closed")
    script.finish("a")
    stage.page.clock.fast_forward(6000)
    stage.page.wait_for_function("window.told.length > 0")
    assert stage.page.evaluate("window.told") == [["Done. Picture ready.", PROMPT]]
