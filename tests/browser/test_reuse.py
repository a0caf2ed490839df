"""What was made becomes the next thing: in another form, under a name, as a reference."""

from playwright.sync_api import expect

from tests.browser.pages.app import AppPage, Faults
from tests.browser.pages.form import FormPage

PRO = "v1.1"
REDUX = "v1.1-redux"
ULTRA = "v1.1-ultra"


def opened(tab: AppPage, run_id: str) -> None:
    """The viewer over the gallery, at that run."""
    tab.open(f"/gallery?run={run_id}")
    expect(tab.viewer.at(run_id)).to_be_visible()


def test_settings_go_into_another_endpoints_form_and_it_says_what_did_not_fit(
    tab: AppPage,
) -> None:
    form = tab.create(PRO)
    form.box("prompt").fill("The same words elsewhere")
    form.choose("image_size", "square")
    run_id = tab.make(form)
    given = tab.stored(run_id)["input"]
    assert set(given) == {"prompt", "image_size"}
    opened(tab, run_id)
    tab.viewer.action("In another form…").click()
    others = tab.page.get_by_role("menuitem")
    expect(others).to_have_count(8)
    others.filter(has_text="1.1 ultra").first.click()
    ultra = FormPage(tab.page, ULTRA)
    expect(ultra.box("prompt")).to_have_value("The same words elsewhere")
    expect(ultra.notes).to_contain_text("image_size is not a field of")
    expect(tab.viewer.dialog).to_have_count(0)


def test_settings_of_a_run_are_kept_as_a_preset(tab: AppPage, faults: Faults) -> None:
    faults.expect(r"status of 409")
    form = tab.create(PRO)
    form.box("prompt").fill("Kept from the viewer")
    run_id = tab.make(form)
    opened(tab, run_id)
    tab.viewer.action("Save as preset").click()
    dialog = tab.page.get_by_role("dialog", name="Save as preset")
    dialog.get_by_label("Name", exact=True).fill("From <b>a</b> run")
    tab.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    presets = tab.get("/api/v1/presets")["presets"]
    (kept,) = [one for one in presets if one["name"] == "From <b>a</b> run"]
    assert kept["values"] == {"prompt": "Kept from the viewer"}
    # the same name again is a question, and the dialog stays
    tab.viewer.action("Save as preset").click()
    dialog.get_by_label("Name", exact=True).fill("From <b>a</b> run")
    tab.page.keyboard.press("Enter")
    clash = tab.page.get_by_role("dialog", name="This name is used")
    clash.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_visible()


def test_a_chain_of_pictures_is_walked_by_one_click_each(tab: AppPage) -> None:
    form = tab.create(ULTRA)
    form.box("prompt").fill("The first of a chain")
    first = tab.make(form)
    opened(tab, first)
    expect(tab.viewer.kin).to_have_count(0)
    tab.viewer.action("Use as reference in…").click()
    tab.page.get_by_role("menuitem", name="1.1 redux").click()
    redux = FormPage(tab.page, REDUX)
    expect(tab.zone(redux).preview).to_be_visible()
    second = tab.make(redux)

    opened(tab, second)
    parents, children = tab.viewer.relatives("Made from"), tab.viewer.relatives("Made from it")
    expect(parents).to_have_count(1)
    expect(children).to_have_count(0)
    parents.click()
    expect(tab.viewer.at(first)).to_be_visible()
    expect(tab.page).to_have_url(f"{tab.url}/gallery?run={first}&image=0")
    expect(parents).to_have_count(0)
    children.focus()
    tab.page.keyboard.press("Enter")
    expect(tab.viewer.at(second)).to_be_visible()
