"""Presets of the past in a seeded data folder: half the local person's, half the team's."""

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from backend.domain.preset import Preset
from backend.domain.sharing import Visibility
from backend.endpoints.catalogue import load_catalogue
from backend.services.people import LOCAL_ID
from backend.store.database import open_database
from backend.store.preset_rows import row_of
from backend.store.tables import preset_uses, presets
from benchmarks.seed import AT_ONCE, MANNERS, SUBJECTS

OTHER = "seed0"


async def seed_presets(data: Path, count: int) -> None:
    """Add so many to a folder that `seed` has filled; one in three was used by the local person."""
    chance = random.Random(count)  # noqa: S311 - not for secrets
    ids = [endpoint.endpoint_id for endpoint in load_catalogue().endpoints]
    now = datetime.now(UTC)
    made = [_preset(number, chance.choice(ids), now, chance) for number in range(count)]
    database = open_database(None, data)
    try:
        for start in range(0, count, AT_ONCE):
            some = made[start : start + AT_ONCE]
            async with database.write() as connection:
                await connection.execute(insert(presets), [row_of(one) for one in some])
                used = [_use(one, now) for one in some[::3]]
                await connection.execute(insert(preset_uses), used)
    finally:
        await database.close()


def _preset(number: int, endpoint_id: str, now: datetime, chance: random.Random) -> Preset:
    at = now - timedelta(minutes=number)
    prompt = f"{chance.choice(SUBJECTS)} {chance.choice(MANNERS)}, {number}"
    return Preset(
        id=f"{number:024x}",
        endpoint_id=endpoint_id,
        name=f"{chance.choice(MANNERS)} {number}",
        description=f"For {chance.choice(SUBJECTS)}",
        values={"prompt": prompt, "seed": number},
        tags=("house", f"series {number % 40}"),
        person_id=LOCAL_ID if number % 2 else OTHER,
        created_at=at,
        updated_at=at,
        visibility=Visibility.TEAM,
        place=number % 50,
    )


def _use(preset: Preset, now: datetime) -> dict[str, Any]:
    return {"preset_id": preset.id, "person_id": LOCAL_ID, "count": 2, "last_at": now}
