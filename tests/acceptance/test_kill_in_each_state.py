"""kill -9 in each state of a run, and a start on the same folder."""

from collections.abc import Callable

import pytest

from tests.acceptance.app_process import App, Run
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.pictures import source
from tests.acceptance.scripted_fal import ScriptedFal

REDUX = "fal-ai/flux-pro/v1.1/redux"

Bring = Callable[[App, ScriptedFal], Run]


def created(app: App, fal: ScriptedFal) -> Run:
    """Its picture is on its way to fal, which does not answer."""
    fal.push("upload", "hang")
    run = app.run("created, its picture on the way", REDUX, image_url=source())
    fal.until_called("upload")
    return app.until(run, "created")


def submitting(app: App, fal: ScriptedFal) -> Run:
    """fal has taken it, and the answer is on its way."""
    before = len(fal.submits())
    fal.push("submit", "hang", after_accepting=True)
    run = app.run("submitting, taken by fal")
    fal.until_called("submit", before + 1)
    return app.until(run, "submitting")


def not_taken(app: App, fal: ScriptedFal) -> Run:
    """fal has read the POST and will not take it."""
    before = len(fal.submits())
    fal.push("submit", "hang")
    run = app.run("submitting, not taken by fal")
    fal.until_called("submit", before + 1)
    return app.until(run, "submitting")


def queued(app: App, fal: ScriptedFal) -> Run:
    """It waits at fal."""
    fal.hold("queued")
    return app.until(app.run("queued"), "queued")


def running(app: App, fal: ScriptedFal) -> Run:
    """fal works on it."""
    fal.hold("running")
    run = app.until(app.run("running"), "running")
    fal.hold("running", run["request_id"])
    return run


def saving(app: App, fal: ScriptedFal) -> Run:
    """Completed at fal, which can't give the picture out yet."""
    fal.always("picture", "answer", status=500, body="oops")
    return app.until(app.run("saving, the picture refused"), "saving")


def hanging(app: App, fal: ScriptedFal) -> Run:
    """Completed at fal, and the picture is on its way."""
    fal.push("picture", "hang")
    run = app.until(app.run("saving, the picture on the way"), "saving")
    fal.until_called("picture")
    return run


def start_again(app: App, fal: ScriptedFal) -> None:
    """kill -9, a start, and a fal that does all it should."""
    app.kill()
    fal.obey()
    app.start()
    app.until_ready()


@pytest.mark.parametrize("bring", [created, submitting, queued, running, saving])
def test_a_kill_in_this_state_buys_nothing_twice_and_loses_nothing(
    app: App, fal: ScriptedFal, bring: Bring
) -> None:
    run = bring(app, fal)
    start_again(app, fal)
    app.until(run, "done")
    check_paid_once(app, fal, [run])


def test_a_kill_with_runs_in_all_states_at_once_buys_nothing_twice_and_loses_nothing(
    app: App, fal: ScriptedFal
) -> None:
    # the order is that of their holds; those that are saving hold none of the four turns
    runs = [hanging(app, fal), saving(app, fal), running(app, fal), queued(app, fal)]
    runs += [submitting(app, fal), not_taken(app, fal)]
    waiting = app.until(app.run("created, its turn has not come"), "created")
    start_again(app, fal)
    for run in runs[:-1]:
        app.until(run, "done")
    app.until(waiting, "done")
    assert app.until(runs[-1], "uncertain")["error"]["charged"] == "unknown"
    check_paid_once(app, fal, [*runs, waiting])
    app.client.post(f"{app.url}/api/v1/runs/{runs[-1]['id']}/forget").raise_for_status()
    assert app.see(runs[-1])["state"] == "failed"
