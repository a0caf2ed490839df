"""SIGTERM and Ctrl+C: what is under way gets its answer, and nothing is left open."""

import signal
import time

from tests.acceptance.app_process import App, Run
from tests.acceptance.listening import Listening
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.scripted_fal import ScriptedFal

#: ten seconds for POSTs under way, and the rest of the stop
GRACE_S = 10.0
STOPS_WITHIN_S = 12.0


def sending(app: App, fal: ScriptedFal, prompt: str) -> Run:
    """A run that fal has taken and not answered yet."""
    fal.push("submit", "hang", after_accepting=True)
    run = app.run(prompt)
    fal.until_called("submit")
    return app.until(run, "submitting")


def test_a_stop_ends_streams_and_lets_a_post_get_its_answer(app: App, fal: ScriptedFal) -> None:
    fal.hold("queued")
    run = sending(app, fal, "answered during the stop")
    with Listening(app) as listening:
        app.ask_to_stop()
        listening.until_ended()
        assert listening.broken is None
        assert listening.kinds[0] == "snapshot"
    assert app.process.alive
    fal.tell("let_go")
    assert app.exit_code(STOPS_WITHIN_S) == 0
    assert app.state_on_disk(run) == "queued"
    assert "Traceback" not in app.process.log.text()
    fal.obey()
    app.start()
    app.until_ready()
    app.until(run, "done")
    check_paid_once(app, fal, [run])


def test_a_stop_waits_ten_seconds_for_an_answer_and_not_longer(app: App, fal: ScriptedFal) -> None:
    run = sending(app, fal, "not answered during the stop")
    began = time.monotonic()
    app.ask_to_stop(signal.SIGINT)
    assert app.exit_code(STOPS_WITHIN_S + GRACE_S) == 0
    assert time.monotonic() - began >= GRACE_S
    assert app.state_on_disk(run) == "uncertain"
    assert "Traceback" not in app.process.log.text()
    fal.obey()
    app.start()
    app.until_ready()
    app.until(run, "done")
    check_paid_once(app, fal, [run])
