"""A door with a password, and two people behind it."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import RUN_MS, AppPage, Faults, is_drawn
from tests.browser.pages.door import DoorPage

PASSWORD = "a long and secret sentence"

Person = Callable[[str], AppPage]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, fal: ScriptedFal) -> Iterator[App]:
    """An app with a door."""
    folder = tmp_path_factory.mktemp("door")
    with running_app(folder, APP_PASSWORD=PASSWORD, FAL_STAND_IN_URL=fal.url) as running:
        yield running


@pytest.fixture
def stranger(browser: Browser, app: App, faults: Faults) -> Iterator[Callable[[], AppPage]]:
    """Somebody with a browser of their own who has not come in."""
    contexts = []

    def arrive() -> AppPage:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        return AppPage(page, app.url)

    yield arrive
    for context in contexts:
        context.close()


@pytest.fixture
def person(stranger: Callable[[], AppPage]) -> Person:
    """Somebody who has come in by that name."""

    def arrive(name: str) -> AppPage:
        tab = stranger()
        DoorPage(tab.page, tab.url).open().come_in(name, PASSWORD)
        tab.shell.ready()
        expect(tab.shell.chip("person")).to_have_text(name)
        return tab

    return arrive


def make(tab: AppPage, prompt: str) -> str:
    form = tab.create("v1.1")
    form.box("prompt").fill(prompt)
    return tab.make(form)


def test_a_wrong_password_is_said_and_keeps_the_name(
    stranger: Callable[[], AppPage], faults: Faults
) -> None:
    faults.expect("status of 403")
    tab = stranger()
    door = DoorPage(tab.page, tab.url).open()
    door.come_in("alice", "a guess")
    expect(door.message).to_have_text("This is not the password.")
    expect(door.name).to_have_value("alice")


def test_the_door_leads_on_to_the_address_that_was_asked_for(
    stranger: Callable[[], AppPage],
) -> None:
    tab = stranger()
    DoorPage(tab.page, tab.url).open("/create/v1-fill").come_in("alice", PASSWORD)
    tab.shell.ready()
    expect(tab.page).to_have_url(f"{tab.url}/create/v1-fill")


def test_others_see_a_picture_in_the_gallery_and_can_not_change_it(person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    run_id = make(alice, "By alice")

    expect(bob.stage.root).not_to_contain_text("By alice")
    assert bob.runs_of("By alice") == []
    bob.go("Gallery")
    bob.gallery.whose("Everyone")
    is_drawn(bob.gallery.picture(run_id))
    bob.gallery.tile(run_id).click()
    expect(bob.viewer.at(run_id)).to_be_visible()
    expect(bob.viewer.fact("Person")).to_have_text("alice")
    expect(bob.viewer.action("Download")).to_be_visible()
    expect(bob.viewer.action("Delete")).to_have_count(0)
    bob.viewer.close.click()
    bob.gallery.whose("Mine")
    expect(bob.gallery.picture(run_id)).to_have_count(0)


TAKE = "The team sees this. Keep it to yourself"
GIVE = "Only you see this. Show it to the team"


def test_a_picture_goes_from_open_galleries_when_it_is_taken_away_and_comes_when_it_is_shared(
    person: Person,
) -> None:
    alice, bob = person("alice"), person("bob")
    run_id = make(alice, "Shown and taken away")
    bob.go("Gallery")
    bob.gallery.whose("Everyone")
    is_drawn(bob.gallery.picture(run_id))
    alice.stage.action(TAKE).click()
    expect(alice.stage.action(GIVE)).to_be_visible()
    expect(bob.gallery.picture(run_id)).to_have_count(0)
    assert bob.page.request.get(f"{bob.url}/media/{run_id}/0").status == 404
    alice.go("Gallery")
    expect(alice.gallery.tile(run_id).locator(".tile-mark")).to_be_visible()
    alice.gallery.tile(run_id).click()
    alice.viewer.action(GIVE).click()
    expect(alice.viewer.action(TAKE)).to_be_visible()
    is_drawn(bob.gallery.picture(run_id))


#: an address as an image of the page asks for it: the answer's status, and whether it came from
#: this browser's own store
ASK = """async (address) => {
  performance.clearResourceTimings();
  const answer = await fetch(address);
  await answer.arrayBuffer();
  const [timing] = performance.getEntriesByName(new URL(address, location.href).href);
  return [answer.status, timing?.transferSize === 0];
}"""


def test_the_next_person_at_a_browser_does_not_get_what_it_has_kept_of_the_one_before(
    person: Person, faults: Faults
) -> None:
    faults.expect("status of 404")
    tab = person("alice")
    run_id = make(tab, "Mine alone")
    tab.stage.action(TAKE).click()
    expect(tab.stage.action(GIVE)).to_be_visible()
    addresses = [f"/media/{run_id}/0", f"/media/{run_id}/0/preview"]
    for address in addresses:
        assert tab.page.evaluate(ASK, address)[0] == 200
    tab.reload()
    for address in addresses:
        assert tab.page.evaluate(ASK, address) == [200, True], "she is sent it again"

    tab.page.get_by_role("button", name="Sign out").click()
    door = DoorPage(tab.page, tab.url)
    expect(door.password).to_be_visible()
    door.come_in("bob", PASSWORD)
    tab.shell.ready()
    for address in addresses:
        assert tab.page.evaluate(ASK, address)[0] == 404
        answer = tab.page.goto(tab.url + address)
        assert answer is not None
        assert answer.status == 404
        tab.open()


def test_a_preset_is_kept_to_oneself_and_shown_to_the_team(person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    body = {"endpoint_id": "fal-ai/flux-pro/v1.1", "name": "At dusk", "values": {"seed": 7}}
    preset = alice.page.request.post(f"{alice.url}/api/v1/presets", data=body).json()
    row = f'[data-preset-id="{preset["id"]}"]'
    for tab in (alice, bob):
        tab.open("/presets")
        expect(tab.page.locator(row)).to_be_visible()
    expect(bob.page.locator(row)).to_contain_text("alice")
    expect(bob.page.locator(row).get_by_role("button")).to_have_text(["More", "Use"])
    alice.page.locator(row).get_by_role("button", name=TAKE).click()
    expect(alice.page.locator(row).get_by_role("button", name=GIVE)).to_be_focused()
    bob.open("/presets")
    expect(bob.page.locator("[data-preset-id]").first).to_be_visible()
    expect(bob.page.locator(row)).to_have_count(0)


def test_a_token_is_made_shown_once_and_revoked(person: Person) -> None:
    alice = person("alice")
    alice.page.get_by_role("button", name="View", exact=True).click()
    alice.page.get_by_role("menuitem", name="API tokens").click()
    dialog = alice.dialog
    expect(dialog).to_contain_text("You have no tokens.")
    assert violations(alice.page) == []
    dialog.get_by_label("What it is for").fill("nightly batch")
    dialog.get_by_role("button", name="Make token").click()
    made = dialog.locator(".token-made code")
    expect(made).to_have_text(re.compile("^flux_[0-9a-f]{8}_.{43}$"))
    token = made.inner_text()
    expect(dialog.locator("[data-token-id]")).to_contain_text("never used")
    assert violations(alice.page) == []
    me, carried = f"{alice.url}/api/v1/me", {"authorization": f"Bearer {token}"}
    asked = alice.page.request.get(me, headers=carried)
    assert asked.json()["person"]["name"] == "alice"
    alice.page.keyboard.press("Escape")
    alice.page.get_by_role("button", name="View", exact=True).click()
    alice.page.get_by_role("menuitem", name="API tokens").click()
    expect(dialog.locator("[data-token-id]")).to_contain_text("last used")
    expect(made).to_have_count(0)
    dialog.get_by_role("button", name="Revoke the token nightly batch").click()
    expect(dialog).to_contain_text("You have no tokens.")
    assert alice.page.request.get(me, headers=carried).status == 401


def test_a_run_of_another_person_can_not_be_cancelled(person: Person, fal: ScriptedFal) -> None:
    alice, bob = person("alice"), person("bob")
    fal.hold("running")
    form = alice.create("v1.1")
    form.box("prompt").fill("Held for alice")
    run_id = alice.run(form)
    card = alice.stage.showing(run_id)
    expect(card).to_have_attribute("data-run-state", "running", timeout=RUN_MS)
    expect(bob.stage.showing(run_id)).to_have_count(0)
    refused = bob.page.request.post(f"{bob.url}/api/v1/runs/{run_id}/cancel")
    assert refused.status == 403
    fal.obey()
    alice.see_done(run_id)


def test_a_name_is_the_same_person_in_another_browser(person: Person) -> None:
    run_id = make(person("alice"), "From the desk")
    elsewhere = person("alice")
    elsewhere.see_done(run_id)
    expect(elsewhere.stage.action("Delete")).to_be_visible()


def test_who_has_signed_out_stands_before_the_door(person: Person) -> None:
    alice = person("alice")
    alice.page.get_by_role("button", name="Sign out").click()
    door = DoorPage(alice.page, alice.url)
    expect(door.password).to_be_visible()
    door.open("/gallery")
    assert alice.page.request.get(f"{alice.url}/api/v1/runs").status == 401


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_door_keeps_nobody_out_who_reads_or_types_otherwise(
    browser: Browser, app: App, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    door = DoorPage(context.new_page(), app.url).open()
    assert violations(door.page) == []
    door.come_in("Ada", "a guess")
    expect(door.message).not_to_be_empty()
    assert violations(door.page) == []
    context.close()
