"""Fills a data folder with runs of the past: `python -m benchmarks.seed DIR --runs N`.

They are written in bulk, with their images' rows but without files: lists and filters are what
they are for. The same number gives the same runs.
"""

import argparse
import asyncio
import random
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from backend.domain.findable import documents_of
from backend.domain.ledger import day_of, entries
from backend.domain.person import Person, Role
from backend.domain.prompts import prompt_id, prompt_of
from backend.domain.run import Handle, Image, Output, Run, RunProblem, RunState
from backend.domain.sharing import Visibility
from backend.domain.words import folded
from backend.endpoints.catalogue import load_catalogue
from backend.services.people import LOCAL_ID
from backend.store import database as db
from backend.store.database import open_database
from backend.store.documents import base_of
from backend.store.migrate import migrate
from backend.store.people import SqlPeopleStore
from backend.store.records import image_row, row_of
from backend.store.tables import documents, images, ledger, prompts, runs

AT_ONCE = 5_000
#: half of all runs are the local person's, so that "my runs" is a long list, too
PEOPLE = (LOCAL_ID, *(f"seed{number}" for number in range(9)))
WEIGHTS = (9, *([1] * 9))
STATES = (RunState.DONE, RunState.FAILED, RunState.CANCELLED, RunState.LOST)
STATE_WEIGHTS = (92, 5, 2, 1)
VISIBILITIES = (Visibility.TEAM, Visibility.PRIVATE)
SPAN = timedelta(days=365)
PROBLEM = RunProblem(
    code="content_refused",
    message="fal's content check refused this prompt.",
    retryable=False,
    charged="no",
    fields={},
)
SUBJECTS = ("a lighthouse in fog", "a red kite", "two chairs on a beach", "a fox asleep", "rain")
#: one run in ten thousand has it
RARE, RARELY = "zeppelin", 10_000
SIZES = ((1024, 768), (768, 1024), (1024, 1024), (2752, 1536))
PROJECTS = ("", "", "", "Spring", "Harbour book")
COSTS = tuple(map(Decimal, ("0.04", "0.05", "0.06", "0.12")))
MANNERS = ("at dusk", "seen from above", "as a woodcut", "in pastel colours", "on film")


async def seed(data: Path, count: int) -> None:
    """Add so many runs. Raises IntegrityError where they are there already."""
    database = open_database(None, data)
    try:
        await migrate(database.engine)
        store = SqlPeopleStore(database)
        now = datetime.now(UTC)
        for person_id in PEOPLE:
            local = person_id == LOCAL_ID
            name = "You" if local else person_id.title()
            role = Role.ADMIN if local else Role.MEMBER
            await store.add(Person(id=person_id, name=name, role=role, created_at=now))
        made = _runs(count, now)
        while some := [run for _, run in zip(range(AT_ONCE), made, strict=False)]:
            pictures = [image_row(run.id, image) for run in some for image in run.images]
            async with database.write() as connection:
                await connection.execute(insert(runs), [_row(run) for run in some])
                await connection.execute(insert(images), pictures)
                await connection.execute(insert(documents), [*_documents(some)])
                lines = [line for run in some for line in _ledger(run)]
                await connection.execute(insert(ledger), lines)
                used = db.insert(connection, prompts)
                again = used.on_conflict_do_update(
                    index_elements=["person_id", "id"],
                    set_={"last_at": used.excluded.last_at},
                )
                await connection.execute(again, [_prompted(run) for run in some])
    finally:
        await database.close()


def _row(run: Run) -> dict[str, Any]:
    return {**row_of(run), "idempotency_key": None, "prompt_id": prompt_id(prompt_of(run.input))}


def _prompted(run: Run) -> dict[str, Any]:
    """Its prompt in its person's history."""
    text = prompt_of(run.input)
    return {
        "person_id": run.person_id,
        "id": prompt_id(text),
        "text": text,
        "words": folded(text),
        "last_at": run.created_at,
    }


def _documents(some: Iterable[Run]) -> Iterator[dict[str, Any]]:
    """What a search looks at; no two runs are of the same moment."""
    for run in some:
        for one in documents_of(run, {}):
            seq = base_of(run.created_at) + one.position
            yield {"seq": seq, "run_id": run.id, **asdict(one)}


def _ledger(run: Run) -> Iterator[dict[str, Any]]:
    """What its start and its end have added to the ledger."""
    started = replace(run, state=RunState.CREATED)
    for at, added in (
        (run.created_at, entries(None, started)),
        (run.state_at, entries(started, run)),
    ):
        for entry in added:
            yield {
                "run_id": run.id,
                "person_id": run.person_id,
                "endpoint_id": run.endpoint_id,
                "practice": run.practice,
                "day": day_of(run.created_at),
                "project": run.project,
                "kind": entry.kind,
                "amount": entry.usd,
                "at": at,
            }


def _runs(count: int, now: datetime) -> Iterator[Run]:
    """Oldest first, evenly over a year, none of it today."""
    chance = random.Random(count)  # noqa: S311 - not for secrets
    endpoints = [endpoint.endpoint_id for endpoint in load_catalogue().endpoints]
    first = now - SPAN - timedelta(days=1)
    for number in range(count):
        created_at = first + SPAN * (number / count)
        yield _run(number, created_at, chance, chance.choice(endpoints))


def _run(number: int, created_at: datetime, chance: random.Random, endpoint_id: str) -> Run:
    run_id = f"{int(created_at.timestamp() * 1000):012x}{number:020x}"
    state = chance.choices(STATES, STATE_WEIGHTS)[0]
    done = state is RunState.DONE
    prompt = f"{chance.choice(SUBJECTS)} {chance.choice(MANNERS)}, {chance.randrange(10_000)}"
    if number % RARELY == RARELY // 2:
        prompt = f"{prompt}, {RARE}"
    finished_at = created_at + timedelta(seconds=chance.uniform(3, 12))
    at_fal = f"https://queue.fal.run/fal-ai/flux-pro/requests/{run_id}"
    return Run(
        id=run_id,
        person_id=chance.choices(PEOPLE, WEIGHTS)[0],
        endpoint_id=endpoint_id,
        state=state,
        input={"prompt": prompt, "seed": number},
        defaults={"output_format": "jpeg", "safety_tolerance": "2", "num_images": 1},
        practice=False,
        estimate=Decimal("0.06"),
        unit_price=Decimal("0.06"),
        cost=chance.choice(COSTS) if done else None,
        billable_units=Decimal(1) if done else None,
        created_at=created_at,
        state_at=finished_at,
        finished_at=finished_at,
        submitted_at=created_at,
        sent_input={"prompt": prompt, "seed": number},
        handle=Handle(
            request_id=run_id,
            status_url=f"{at_fal}/status",
            response_url=at_fal,
            cancel_url=f"{at_fal}/cancel",
        ),
        output=Output(seed=number, prompt=prompt, timings={"inference": 4.2}) if done else None,
        problem=None if done else PROBLEM,
        images=_images(run_id, created_at, chance) if done else (),
        visibility=chance.choices(VISIBILITIES, (3, 1))[0],
        project=chance.choice(PROJECTS),
    )


def _images(run_id: str, created_at: datetime, chance: random.Random) -> tuple[Image, ...]:
    width, height = chance.choice(SIZES)
    return tuple(
        Image(
            index=index,
            fal_url=f"https://v3.fal.media/files/seed/{run_id}-{index}.jpeg",
            key=f"pictures/{created_at:%Y-%m-%d}/{run_id}-{index}.jpeg",
            preview_key=f"pictures/{created_at:%Y-%m-%d}/{run_id}-{index}.preview.jpeg",
            width=width,
            height=height,
            content_type="image/jpeg",
            bytes=chance.randrange(90_000, 400_000),
            sha256=f"{chance.getrandbits(256):064x}",
            file_sha256=f"{chance.getrandbits(256):064x}",
        )
        for index in range(chance.choice((1, 2, 2, 2, 4)))
    )


def main() -> None:
    """From the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.seed", description=__doc__)
    parser.add_argument("data", type=Path, metavar="DIR", help="the DATA_DIR of a stopped server")
    parser.add_argument("--runs", type=int, default=100_000, metavar="N")
    options = parser.parse_args()
    asyncio.run(seed(options.data, options.runs))


if __name__ == "__main__":
    main()
