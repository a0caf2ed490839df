"""Twenty kill -9 at moments that nobody has chosen, while people press."""

import random
import threading
import time
from pathlib import Path

import httpx

from tests.acceptance.app_process import App, Run
from tests.acceptance.nursery import Nursery
from tests.acceptance.paid_once import check_paid_once
from tests.acceptance.scripted_fal import ScriptedFal

KILLS = 20
#: where a slow machine ends the round early
MOST_S = 40.0
SEED = 20_261_121


class Presses:
    """What people want: a press that got no answer is repeated with the same key."""

    def __init__(self) -> None:
        self._wanted: list[str] = []
        self.runs: dict[str, Run] = {}

    def press(self, app: App) -> None:
        """All that have no answer yet. Raises httpx.HTTPError where the app goes meanwhile."""
        for prompt in self._wanted:
            if prompt not in self.runs:
                answer = app.press(prompt, key=prompt)
                assert answer.status_code in (202, 503), answer.text
                if answer.status_code == 202:
                    self.runs[prompt] = answer.json()

    def want_one_more(self) -> None:
        """Somebody presses Run."""
        self._wanted.append(f"wish {len(self._wanted) + 1}")

    @property
    def answered(self) -> bool:
        """Whether each press has its run."""
        return len(self.runs) == len(self._wanted)


def work_until_killed(app: App, presses: Presses) -> None:
    """Press and look, as a page would, until nobody answers."""
    while app.process.alive:
        try:
            if not presses.answered:
                presses.press(app)
            app.runs()
        except httpx.HTTPError:
            continue


def test_twenty_kills_at_random_moments_buy_nothing_twice_and_lose_nothing(
    fal: ScriptedFal, nursery: Nursery, tmp_path: Path
) -> None:
    moments = random.Random(SEED)
    fal.tell("pace", queue=0.15, run=0.25)
    presses = Presses()
    began = time.monotonic()
    with App(tmp_path, fal_url=fal.url, begin=nursery.begin) as app:
        for _ in range(KILLS):
            presses.want_one_more()
            during_the_start = moments.random() < 0.2
            after_s = moments.uniform(0, 0.7)
            killer = threading.Timer(after_s, app.process.kill)
            if during_the_start:
                killer.start()
            else:
                app.until_ready()
                killer.start()
                work_until_killed(app, presses)
            killer.join()
            app.process.log.show_news()
            app.start()
            if time.monotonic() - began > MOST_S:
                break
        app.until_ready()
        presses.press(app)
        assert presses.answered
        assert len(app.runs()) == len(presses.runs)
        check_paid_once(app, fal, presses.runs.values())
    assert len({run["id"] for run in presses.runs.values()}) == len(presses.runs)
