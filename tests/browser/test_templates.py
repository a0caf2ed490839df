"""Prompts with variables and choices on the page: boxes, examples, what is sent, the way back."""

import re
from uuid import uuid4

from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.pages.app import AppPage, Faults

BOX = "Variables and choices of the prompt"


def test_a_prompt_with_variables_asks_for_them_and_both_are_kept(tab: AppPage) -> None:
    form = tab.create("v1.1")
    form.box("prompt").fill("a {pet} in {oil|ink|chalk}, <b>{light}</b>")
    box = form.root.get_by_role("region", name=BOX)
    expect(box.get_by_role("textbox")).to_have_count(2)
    expect(box.get_by_text("3 possible prompts")).to_be_visible()
    expect(box.get_by_text("all of them: up to $0.12")).to_be_visible()
    form.run.click()
    expect(form.error("prompt")).to_contain_text("Say what {pet} stands for")

    box.get_by_label("pet", exact=True).fill("<i>cat</i>")
    box.get_by_label("light", exact=True).fill("dusk")
    box.get_by_role("button", name="Show examples").click()
    examples = box.get_by_role("listitem")
    expect(examples).to_have_count(3)
    expect(examples.first).to_contain_text(re.compile("a <i>cat</i> in .*, <b>dusk</b>"))
    assert violations(tab.page) == []

    with tab.page.expect_response(re.compile("/form/start$")) as told:
        box.get_by_label("light", exact=True).press("Control+Enter")
    run = told.value.json()["run"]
    assert re.fullmatch("a <i>cat</i> in (oil|ink|chalk), <b>dusk</b>", run["input"]["prompt"])
    assert run["template"]["variables"] == {"pet": "<i>cat</i>", "light": "dusk"}
    expect(tab.stage.showing(run["id"])).to_have_attribute("data-run-state", "done")

    form.box("prompt").fill("something else")
    expect(box).to_be_hidden()
    tab.stage.action("Open in form").click()
    expect(form.box("prompt")).to_have_value("a {pet} in {oil|ink|chalk}, <b>{light}</b>")
    expect(box.get_by_label("pet", exact=True)).to_have_value("<i>cat</i>")
    expect(form.box("seed")).to_have_value("")

    tab.stage.picture(run["id"]).click()
    expect(tab.viewer.about).to_contain_text("a {pet} in {oil|ink|chalk}, <b>{light}</b>")
    expect(tab.viewer.fact("pet")).to_have_text("<i>cat</i>")


def test_many_combinations_are_a_number_and_json_is_text(tab: AppPage) -> None:
    form = tab.create("v1.1")
    box = form.root.get_by_role("region", name=BOX)
    form.box("prompt").fill("{0|1|2|3|4|5|6|7|8|9}" * 9)
    expect(box.get_by_text("1,000,000,000 possible prompts")).to_be_visible()
    form.box("prompt").fill("{0|1|2|3|4|5|6|7|8|9}" * 30)
    expect(box.get_by_text("10^30 possible prompts")).to_be_visible()
    form.box("prompt").fill("{a|__no_such_list__}")
    expect(box).to_contain_text("There is no list __no_such_list__")
    form.box("prompt").fill('{"scene": "a|b"}')
    expect(box).to_be_hidden()


def test_a_list_is_made_where_the_prompt_names_it_and_nothing_is_lost(
    tab: AppPage, faults: Faults
) -> None:
    faults.expect("status of 4(22|09)")
    form = tab.create("v1.1")
    name = f"light-{uuid4().hex[:8]}"
    box = form.root.get_by_role("region", name=BOX)
    form.box("prompt").fill(f"a hill, __{name}__")
    expect(box).to_contain_text(f"There is no list __{name}__")
    box.get_by_role("button", name="Lists…").click()
    tab.dialog.get_by_role("button", name="New list…").click()
    one = tab.dialog.last
    one.get_by_label("Name, without").fill(name)
    one.get_by_label("One option a line").fill(f"dawn\n__{name}__")
    one.get_by_role("button", name="Save").click()
    expect(one).to_contain_text("in a circle")
    one.get_by_label("One option a line").fill("dawn\n<b>dusk</b>\n")
    assert violations(tab.page) == []
    one.get_by_role("button", name="Save").click()
    line = tab.dialog.get_by_role("listitem").filter(has_text=name)
    expect(line).to_contain_text("2 lines")
    assert violations(tab.page) == []

    line.get_by_role("button", name="Edit").click()
    lists = f"{tab.url}/api/v1/lists"
    (kept,) = [it for it in tab.page.request.get(lists).json()["lists"] if it["name"] == name]
    elsewhere = tab.page.request.put(
        f"{lists}/{kept['id']}",
        data={"name": name, "lines": ["theirs"]},
        headers={"If-Match": '"1"'},
    )
    assert elsewhere.ok
    one.get_by_label("One option a line").fill("mine\nyours")
    one.get_by_role("button", name="Save").click()
    expect(one.get_by_role("textbox", name="What the list says now")).to_have_value("theirs")
    one.get_by_role("button", name="Save").click()
    expect(line).to_contain_text("2 lines")

    line.get_by_role("button", name="Delete").click()
    expect(line).to_be_hidden()
    expect(tab.dialog.last).to_contain_text(f"“{name}” deleted")
    tab.page.get_by_role("button", name="Undo").click()
    expect(line).to_be_visible()
    line.get_by_role("button", name="Delete").click()
    tab.dialog.get_by_role("button", name="Deleted…").click()
    gone = tab.page.get_by_role("dialog", name="Deleted lists")
    expect(gone.get_by_role("listitem").filter(has_text=name)).to_contain_text("2 lines")
    assert violations(tab.page) == []
    gone.get_by_role("button", name=f"Bring back {name}").click()
    expect(gone.get_by_role("listitem").filter(has_text=name)).to_be_hidden()
    gone.get_by_role("button", name="Close").last.click()
    expect(line).to_be_visible()
    tab.dialog.get_by_role("button", name="Close").last.click()
    expect(box.get_by_text("2 possible prompts")).to_be_visible()
