"""How often a run calls fal: each call is counted by the stand-in."""

from benchmarks.caller import Caller
from benchmarks.pictures import small_picture
from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.servers import playground, scripted_fal

#: calls that a run needs, and what the stand-in calls them
NEEDED = {"submit": "submits", "stream": "streams", "result": "results", "picture": "downloads"}


async def measure(plan: Plan) -> list[Row]:
    """Runs with one picture and with two; the second half takes long enough to be followed."""
    times = plan.times(10, 4)
    async with (
        scripted_fal(plan) as fal,
        playground(plan, fal.url) as app,
        Caller.at(app.url) as person,
    ):
        await fal.forget()
        pictures = 0
        for number in range(times):
            many = 1 + number % 2
            pictures += many
            await fal.takes(0 if number < times // 2 else 0.4)
            await fal.makes(*[small_picture()] * many)
            await person.run({"prompt": "a bench by the sea", "num_images": many})
        seen = await fal.calls()
    expected = dict.fromkeys(NEEDED, times) | {"picture": pictures}
    others = {name: count for name, count in seen.items() if name not in NEEDED}
    rows = [
        _row(f"{word} for each {'picture' if name == 'picture' else 'run'}", ours, times)
        for name, word in NEEDED.items()
        for ours in [seen.get(name, 0) / expected[name]]
    ]
    return [*rows, _row("other calls for each run", sum(others.values()) / times, times, 0)]


def _row(what: str, ours: float, n: int, limit: float = 1) -> Row:
    return Row(what=f"fal: {what}", unit="", ours=ours, limit=limit, n=n, about_time=False)
