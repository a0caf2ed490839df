"""From the start of the process until its page answers."""

from benchmarks.plan import Plan
from benchmarks.row import Row
from benchmarks.servers import blank_page, playground, scripted_fal
from benchmarks.stats import median

TIMES_BLANK = 1.25


async def measure(plan: Plan) -> list[Row]:
    """One after the other in turn.

    The first pair warms the disk's cache, compiles modules and makes the database.
    """
    ours: list[float] = []
    blank: list[float] = []
    data = plan.new_folder("data")
    async with scripted_fal(plan) as fal:
        for number in range(1 + plan.times(9, 2)):
            async with playground(plan, fal.url, data=data) as app:
                if number:
                    ours.append(app.started_in * 1000)
            async with blank_page(plan) as page:
                if number:
                    blank.append(page.started_in * 1000)
    return [
        Row(
            what="start until the page answers",
            unit="ms",
            ours=median(ours),
            floor=median(blank),
            limit=TIMES_BLANK * median(blank),
            n=len(ours),
            about_time=True,
            detail={"ours": ours, "blank": blank},
        )
    ]
