"""Which runs were made from which, in the database."""

from sqlalchemy import CompoundSelect, Integer, and_, exists, literal, or_, select, union_all

from backend.domain.lineage import Kin, Relative
from backend.domain.sharing import Visibility
from backend.store import database as db
from backend.store.reading import with_images
from backend.store.tables import images, lineage, runs

NO_PICTURE = literal(None, Integer)


class SqlLineageStore:
    """Relatives of runs on SQLite or PostgreSQL."""

    def __init__(self, database: db.Database) -> None:
        self._database = database

    async def of(self, run_id: str, *, person_id: str, with_team: bool, limit: int) -> Kin:
        """Those that are this person's or, if asked, the team's; at most `limit` of each kind."""
        seen = runs.c.person_id == person_id
        if with_team:
            seen = or_(seen, runs.c.visibility == Visibility.TEAM)
        shown = and_(
            seen, runs.c.deleted_at.is_(None), exists().where(images.c.run_id == runs.c.id)
        )

        async def related(links: CompoundSelect[object]) -> tuple[Relative, ...]:
            found = links.subquery()
            statement = (
                select(runs, found.c.position)
                .join(found, found.c.id == runs.c.id)
                .where(shown)
                .order_by(runs.c.created_at.desc(), runs.c.id.desc(), found.c.position)
                .limit(limit)
            )
            rows = (await connection.execute(statement)).mappings().all()
            relatives = await with_images(connection, rows)
            pairs = zip(rows, relatives, strict=True)
            return tuple(Relative(run=run, index=row["position"]) for row, run in pairs)

        async with self._database.read() as connection:
            return Kin(
                parents=await related(_parents(run_id)), children=await related(_children(run_id))
            )


def _parents(run_id: str) -> CompoundSelect[object]:
    return union_all(
        select(lineage.c.parent_id.label("id"), lineage.c.position).where(
            lineage.c.run_id == run_id
        ),
        select(runs.c.again_of.label("id"), NO_PICTURE.label("position")).where(
            runs.c.id == run_id, runs.c.again_of.is_not(None)
        ),
    )


def _children(run_id: str) -> CompoundSelect[object]:
    return union_all(
        select(lineage.c.run_id.label("id"), lineage.c.position).where(
            lineage.c.parent_id == run_id
        ),
        select(runs.c.id, NO_PICTURE.label("position")).where(runs.c.again_of == run_id),
    )
