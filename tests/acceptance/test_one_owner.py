"""Two processes on one folder, as a deploy has them for a while: one of them spends."""

from pathlib import Path

from tests.acceptance.app_process import App, Run
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.processes import until
from tests.acceptance.scripted_fal import ScriptedFal


def pressed(app: App, prompt: str) -> Run:
    """A run of this app."""
    run = app.run(prompt)
    assert app.get("/readyz").json()["owner"]
    return run


def test_the_second_process_serves_pages_and_takes_over_when_the_first_has_gone(
    fal: ScriptedFal, tmp_path: Path
) -> None:
    fal.hold("queued")
    data = tmp_path / "data"
    with (
        App(tmp_path / "one", fal_url=fal.url, data_dir=data, wait=False) as one,
        App(tmp_path / "two", fal_url=fal.url, data_dir=data, wait=False) as two,
    ):
        one.until_served()
        two.until_served()
        first = until(
            lambda: next((app for app in (one, two) if app.get("/readyz").is_success), None),
            "one of them ready",
        )
        second = two if first is one else one
        run = first.until(pressed(first, "of the first"), "queued")

        assert second.get("/").status_code == 200
        assert second.see(run)["state"] == "queued"
        notices = second.get("/api/v1/me").json()["notices"]
        assert any("Another process" in notice["text"] for notice in notices)
        ready = second.get("/readyz")
        assert (ready.status_code, ready.json()["owner"]) == (503, False)
        refused = second.press("of the second")
        assert refused.status_code == 503
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["retry-after"]
        assert "try again" in refused.json()["detail"]
        assert len(fal.submits()) == 1

        first.kill()
        second.until_ready()
        other = pressed(second, "of the second")
        fal.obey()
        check_paid_once(second, fal, [run, other])
