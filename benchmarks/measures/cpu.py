"""Processor time of the server for a run, all saving included."""

from collections.abc import Callable, Mapping

from benchmarks.caller import Caller
from benchmarks.pictures import photograph, small_picture
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.servers import playground, scripted_fal

#: what is measured, and its limit in milliseconds
SIZES: Mapping[str, tuple[Callable[[], bytes], float]] = {
    "1024×768": (small_picture, 60),
    "2048×2048": (photograph, 160),
}
WARM = 3


async def measure(plan: Plan) -> list[Row]:
    """Runs one after another, by a person whose event stream is open."""
    times = plan.times(20, 5)
    rows = []
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url) as app,
        Caller.at(app.url) as person,
    ):
        for name, (picture, limit) in SIZES.items():
            await fal.makes(picture(), times=WARM + times)
            for _ in range(WARM):
                await person.run({"prompt": "a bench by the sea"})
            before = app.cpu_seconds()
            for _ in range(times):
                await person.run({"prompt": "a bench by the sea"})
            spent = (app.cpu_seconds() - before) * 1000 / times
            rows.append(
                Row(
                    what=f"server CPU a run, {name}",
                    unit="ms",
                    ours=spent,
                    limit=limit,
                    n=times,
                    about_time=True,
                )
            )
    return rows
