"""A form that is sent more than once."""

from concurrent.futures import ThreadPoolExecutor

from tests.acceptance.app_process import App
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.scripted_fal import ScriptedFal

TIMES = 10


def test_ten_presses_with_one_key_are_one_run(app: App, fal: ScriptedFal) -> None:
    with ThreadPoolExecutor(TIMES) as crowd:
        presses = [crowd.submit(app.press, "ten presses", key="one key") for _ in range(TIMES)]
        answers = [press.result() for press in presses]
    assert {answer.status_code for answer in answers} == {202}
    assert len({answer.json()["id"] for answer in answers}) == 1
    check_paid_once(app, fal, [answers[0].json()])
    assert len(fal.submits()) == 1
