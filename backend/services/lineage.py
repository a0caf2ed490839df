"""The chain that a picture belongs to: what it was made from, and what was made from it."""

from dataclasses import dataclass

from backend.domain.lineage import Kin
from backend.domain.person import Person
from backend.domain.ports import LineageStore
from backend.domain.sharing import in_team
from backend.services.run_control import RunControl

#: of parents and of children, the newest; a viewer shows no more
MOST = 48


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """Relatives follow the rule of lists: one's own and what the team shares, nothing else."""

    store: LineageStore
    control: RunControl

    async def of(self, person: Person, run_id: str) -> Kin:
        """The relatives of a run that this person may see. Raises NotFound."""
        run = await self.control.see(person, run_id)
        return await self.store.of(
            run.id, person_id=person.id, with_team=in_team(person), limit=MOST
        )
