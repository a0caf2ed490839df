"""What only admins may do."""

from backend.domain.errors import NotAllowed
from backend.domain.person import Person, Role
from backend.domain.sentence import Sentence


def only_admins(person: Person) -> None:
    """Raises NotAllowed for anybody else."""
    if person.role is not Role.ADMIN:
        raise NotAllowed(Sentence("people.admins_only", "Only an admin can do this."))
