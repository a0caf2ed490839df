"""What has to be true in the end, whatever happened: bought once, and nothing lost."""

from collections.abc import Iterable

from tests.acceptance.app_process import KEY, SIZE, V11, App, Run
from tests.acceptance.scripted_fal import ScriptedFal


def check_paid_once(app: App, fal: ScriptedFal, runs: Iterable[Run]) -> None:
    """Each run's POST arrived once at most, and what fal made of it is stored and served.

    A run that fal never took may stay uncertain. The prompts of the runs have to differ.
    """
    runs = [app.until(run, "done", "failed", "cancelled", "lost", "uncertain") for run in runs]
    submits = fal.submits()
    for run in runs:
        arrived = [one for one in submits if one["input"]["prompt"] == run["input"]["prompt"]]
        assert len(arrived) <= 1, f"{len(arrived)} POSTs for run {run['id']}"
        taken = [one["accepted_request_id"] for one in arrived if one["accepted_request_id"]]
        if taken:
            ended = app.until(run, "done")
            assert [ended["request_id"]] == taken
            check_pictures(app, ended)
        else:
            assert (run["state"], run["request_id"]) == ("uncertain", None)
    assert KEY.partition(":")[2] not in app.logs()
    assert app.files_with(KEY.partition(":")[2].encode()) == []


def check_pictures(app: App, run: Run) -> None:
    """Every picture of a run that is done is there, whole, and of the asked size."""
    assert run["images"], run
    for image in run["images"]:
        assert not image["missing"]
        picture = app.picture(image)
        assert picture.size == (image["width"], image["height"])
        if run["endpoint_id"] == V11:
            assert picture.size == SIZE
