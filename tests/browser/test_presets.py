"""Presets on the page: found, applied and undone, kept from a picture, shared, and brought in."""

import json
import re
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.acceptance.app_process import App
from tests.acceptance.scripted_fal import ScriptedFal
from tests.browser.app_process import running_app
from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults, is_drawn
from tests.browser.pages.door import DoorPage
from tests.browser.pages.form import FormPage

PASSWORD = "a long and secret sentence"
V11 = "fal-ai/flux-pro/v1.1"

Person = Callable[[str], AppPage]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, fal: ScriptedFal) -> Iterator[App]:
    """An app with a door, in practice mode."""
    given = {"APP_PASSWORD": PASSWORD, "FAL_STAND_IN_URL": fal.url}
    with running_app(tmp_path_factory.mktemp("presets"), **given) as running:
        yield running


@pytest.fixture
def person(browser: Browser, app: App, faults: Faults) -> Iterator[Person]:
    """Somebody who has come in by that name."""
    contexts = []

    def arrive(name: str) -> AppPage:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        contexts.append(context)
        page = context.new_page()
        faults.watch(page)
        tab = AppPage(page, app.url)
        DoorPage(tab.page, tab.url).open().come_in(name, PASSWORD)
        tab.shell.ready()
        return tab

    yield arrive
    for context in contexts:
        context.close()


def saved(tab: AppPage, name: str, **changes: object) -> str:
    """A preset of this person's; its id."""
    body = {"endpoint_id": V11, "name": name, "values": {"prompt": name, "seed": 7}, **changes}
    answer = tab.page.request.post(f"{tab.url}/api/v1/presets", data=body)
    assert answer.status == 201, answer.text()
    return str(answer.json()["id"])


def test_a_newcomers_first_picture_comes_from_a_shipped_preset(person: Person) -> None:
    tab = person("newcomer")
    form = tab.create("v1.1")
    form.root.get_by_role("button", name="Find…").click()
    tab.dialog.get_by_label("Search presets").fill("watering can")
    choice = tab.dialog.locator("[data-pick]")
    expect(choice).to_have_count(1)
    choice.click()
    told = tab.dialog.get_by_role("region", name="What it will change")
    expect(told).to_contain_text("A single line icon")
    assert violations(tab.page) == []
    tab.dialog.get_by_role("button", name="Apply").click()
    expect(form.box("prompt")).to_have_value(re.compile("watering can"))
    tab.make(form)


def test_what_was_applied_is_undone_and_a_dot_shows_what_differs(person: Person) -> None:
    tab = person("undoer")
    preset_id = saved(tab, "Dusk", visibility="private")
    form = tab.create("v1.1")
    form.box("prompt").fill("Before")
    form.presets.select_option(preset_id)
    expect(form.box("prompt")).to_have_value("Dusk")
    dot = form.root.get_by_role("img", name="The form holds something else than this preset")
    expect(dot).to_be_hidden()
    form.box("prompt").fill("Changed")
    expect(dot).to_be_visible()
    form.root.get_by_role("button", name="Revert").click()
    expect(form.box("prompt")).to_have_value("Dusk")
    expect(dot).to_be_hidden()
    tab.open("/create/v1.1")
    form = tab.create("v1.1")
    form.box("prompt").fill("Before")
    form.presets.select_option(preset_id)
    expect(form.box("prompt")).to_have_value("Dusk")
    tab.page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(form.box("prompt")).to_have_value("Before")
    expect(form.box("seed")).to_have_value("")


def test_a_past_picture_of_alices_becomes_a_team_preset_that_bob_uses(person: Person) -> None:
    alice, bob = person("alice"), person("bob")
    form = alice.create("v1.1")
    form.box("prompt").fill("A lighthouse on slate")
    run_id = alice.make(form)
    card = alice.page.locator("#stage")
    card.get_by_role("button", name="Save as preset…").click()
    dialog = alice.dialog
    expect(dialog.get_by_role("checkbox", name=re.compile("^Prompt "))).to_be_checked()
    expect(dialog.get_by_role("checkbox", name="Images")).not_to_be_checked()
    dialog.get_by_label("Name", exact=True).fill("The house look")
    dialog.get_by_label("Tags").fill("house, slate")
    dialog.get_by_label("Who sees it").select_option("team")
    expect(dialog.locator(".preset-cover-choice:has(:checked) img")).to_have_count(1)
    assert violations(alice.page) == []
    dialog.get_by_role("button", name="Save", exact=True).click()
    expect(alice.toast.last).to_contain_text("saved as a preset")

    bob.open("/presets")
    bob.page.get_by_label("Search presets").fill("slate house")
    listed = bob.page.locator("[data-preset-id]")
    expect(listed).to_have_count(1)
    expect(listed).to_contain_text("alice")
    is_drawn(listed.locator("img"))
    assert violations(bob.page) == []
    listed.get_by_role("button", name="Use The house look").click()
    his = FormPage(bob.page, "v1.1")
    expect(his.box("prompt")).to_have_value("A lighthouse on slate")
    made = bob.make(his)
    assert made != run_id
    assert bob.stored(made)["preset"] == "The house look"


def test_a_run_is_of_its_preset_before_the_bar_has_its_list(person: Person) -> None:
    tab = person("hasty")
    preset_id = saved(tab, "Dusk", visibility="private")
    held: list[Route] = []
    lists = re.compile(r"/api/v1/presets\?endpoint=")
    tab.page.route(lists, lambda route: held.append(route))
    tab.open(f"/create/v1.1?preset={preset_id}")
    form = FormPage(tab.page, "v1.1")
    expect(form.box("prompt")).to_have_value("Dusk")
    assert tab.stored(tab.run(form))["preset"] == "Dusk"
    expect(form.presets).to_have_value("")
    for route in held:
        route.continue_()
    expect(form.presets).to_have_value(preset_id)


def test_a_preset_that_is_younger_than_the_bars_list_is_the_chosen_one(person: Person) -> None:
    tab = person("late")
    form = tab.create("v1.1")
    expect(form.presets.locator("option").nth(1)).to_be_attached()
    preset_id = saved(tab, "Newborn", visibility="private")
    tab.go("Presets")
    tab.page.get_by_role("button", name="Use Newborn").click()
    expect(form.presets).to_have_value(preset_id)


def test_two_who_save_one_preset_see_both(person: Person, faults: Faults) -> None:
    faults.expect("status of 409")
    alice, bob = person("alice"), person("bob")
    preset_id = saved(alice, "Ours", visibility="team")
    form = alice.create("v1.1")
    form.presets.select_option(preset_id)
    expect(form.box("prompt")).to_have_value("Ours")
    body = {"name": "Ours", "values": {"prompt": "by bob"}}
    path = f"{bob.url}/api/v1/presets/{preset_id}"
    assert bob.page.request.put(path, data=body, headers={"If-Match": '"1"'}).status == 200
    form.box("prompt").fill("by alice")
    form.root.get_by_role("button", name="Update").click()
    expect(alice.dialog).to_contain_text("by bob")
    expect(alice.dialog).to_contain_text("by alice")
    alice.dialog.get_by_role("button", name="Write mine over it").click()
    expect(alice.toast.last).to_contain_text("updated")

    alice.open("/presets")
    mine = alice.page.locator(f'[data-preset-id="{preset_id}"]')
    mine.get_by_role("button", name="More about Ours").click()
    alice.page.get_by_role("menuitem", name="Versions…").click()
    expect(alice.dialog.locator("li")).to_have_count(3)
    alice.dialog.get_by_role("button", name="Restore version 2").click()
    expect(mine).to_contain_text("by bob")
    mine.get_by_role("button", name="More about Ours").click()
    alice.page.get_by_role("menuitem", name="Lock").click()
    expect(mine).to_contain_text("locked")
    assert bob.page.request.put(path, data=body, headers={"If-Match": "*"}).status == 403


def test_links_fill_the_form_and_never_run(person: Person) -> None:
    tab = person("linker")
    before = len(tab.runs())
    tab.open("/create/v1.1?preset=v1.1--line-icon&prompt=A%20%3Cb%3Ekite%3C/b%3E&seed=42")
    form = tab.create("v1.1")
    tab.open("/create/v1.1?preset=v1.1--line-icon&prompt=A%20%3Cb%3Ekite%3C/b%3E&seed=42")
    expect(tab.toast.last).to_contain_text("Nothing has been run")
    expect(form.box("prompt")).to_have_value("A <b>kite</b>")
    expect(form.box("seed")).to_have_value("42")
    expect(tab.page).to_have_url(re.compile(r"/create/v1\.1$"))
    assert len(tab.runs()) == before


def test_an_import_is_shown_before_it_is_written(person: Person) -> None:
    tab = person("importer")
    hostile = "<img src=x onerror=\"document.body.dataset.owned='1'\">"
    text = json.dumps(
        [
            {"endpoint_id": V11, "title": hostile, "values": {"prompt": "x", "mood": "calm"}},
            {"endpoint_id": V11, "title": "Wrong", "values": {"num_images": 9}},
        ]
    )
    tab.open("/presets")
    tab.page.get_by_role("button", name="Import…").click()
    dialog = tab.dialog
    dialog.get_by_label("Presets as JSON").fill(text)
    dialog.get_by_role("button", name="Look at it").click()
    told = dialog.locator("[data-state]")
    expect(told.nth(0)).to_contain_text(hostile)
    expect(told.nth(0)).to_contain_text("mood")
    expect(told.nth(1)).to_contain_text("num_images")
    assert violations(tab.page) == []
    mine = "/api/v1/presets?whose=mine"
    assert tab.get(mine)["presets"] == []
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(told.nth(0)).to_contain_text("Imported")
    (kept,) = tab.get(mine)["presets"]
    assert (kept["name"], kept["values"]) == (hostile, {"prompt": "x"})
    dialog.get_by_role("button", name="Close").last.click()
    expect(tab.page.get_by_role("heading", name=hostile)).to_be_visible()
    expect(tab.page.locator("body")).not_to_have_attribute("data-owned", re.compile(".*"))


def test_several_are_ticked_exported_deleted_and_brought_back(person: Person) -> None:
    tab = person("gardener")
    mark = uuid4().hex
    names = [f"{mark} {number}" for number in range(3)]
    for name in names:
        saved(tab, name, visibility="private")
    page = tab.page
    page.goto(f"{tab.url}/presets")
    page.get_by_role("searchbox").fill(mark)
    rows = page.locator("[data-preset-id]")
    expect(rows).to_have_count(3)
    for name in names[:2]:
        page.get_by_role("checkbox", name=f"Choose {name}").check()
    chosen = page.get_by_role("group", name="Chosen presets")
    expect(chosen).to_contain_text("2 presets chosen")
    assert violations(page) == []
    with page.expect_download() as download:
        chosen.get_by_role("link", name="Export").click()
    told = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert sorted(one["title"] for one in told["presets"]) == names[:2]
    chosen.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(rows).to_have_count(1)
    expect(chosen).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(3)


def test_of_many_that_are_deleted_those_that_stay_are_named(person: Person) -> None:
    tab = person("gardener")
    mark = uuid4().hex
    ids = [saved(tab, f"{mark} {number}", visibility="private") for number in range(2)]
    page = tab.page
    page.goto(f"{tab.url}/presets")
    page.get_by_role("searchbox").fill(mark)
    rows = page.locator("[data-preset-id]")
    expect(rows).to_have_count(2)
    for box in page.get_by_role("checkbox", name=f"Choose {mark}").all():
        box.check()
    assert page.request.delete(f"{tab.url}/api/v1/presets/{ids[0]}").status == 200
    chosen = page.get_by_role("group", name="Chosen presets")
    chosen.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text(f"As before: {mark} 0. ")).to_be_visible()
    expect(page.get_by_text("Deleted: 1 preset.")).to_be_visible()
    expect(rows).to_have_count(0)
    expect(chosen).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(1)


def test_a_deleted_one_is_found_in_a_list_and_brought_back(person: Person) -> None:
    tab = person("gardener")
    mark = uuid4().hex
    deleted = saved(tab, mark, visibility="private")
    page = tab.page
    assert page.request.delete(f"{tab.url}/api/v1/presets/{deleted}").status == 200
    page.goto(f"{tab.url}/presets")
    page.get_by_role("searchbox").fill(mark)
    page.get_by_role("button", name="Deleted…").click()
    dialog = page.get_by_role("dialog", name="Deleted presets")
    expect(dialog.get_by_role("listitem").filter(has_text=mark)).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("button", name=f"Bring back {mark}").click()
    expect(dialog.get_by_text(mark)).to_have_count(0)
    dialog.get_by_role("button", name="Close").last.click()
    expect(page.locator(f'[data-preset-id="{deleted}"]')).to_be_visible()
