"""What routes ask FastAPI for: the services, the person, and the count of writes."""

from typing import Annotated

from fastapi import Depends, Request

from api.who import person_of
from backend.domain.person import Person
from backend.services import Services


def services_of(request: Request) -> Services:
    """The services of this app."""
    services = request.app.state.services
    if not isinstance(services, Services):
        raise TypeError("app.state.services is not set")
    return services


Given = Annotated[Services, Depends(services_of)]
Asker = Annotated[Person, Depends(person_of)]


def writer(request: Request, services: Given, person: Asker) -> Person:
    """The person of a request that changes something; counted against RATE_LIMIT."""
    services.writes.hit(person.id)
    return person


Writer = Annotated[Person, Depends(writer)]


def looker(services: Given, person: Writer) -> Person:
    """The admin who asks, counted as a writer. Raises NotAllowed."""
    services.team.admit(person)
    return person


#: whoever looks after the people of this server
Looker = Annotated[Person, Depends(looker)]
