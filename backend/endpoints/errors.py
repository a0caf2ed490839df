"""What can be wrong with an endpoint: nobody knows it, or its file is broken."""

from backend.domain.errors import InputRefused


class EndpointUnknown(InputRefused):
    """There is no endpoint of that name here. Nothing was sent and nothing was charged."""


class CatalogueBroken(ValueError):
    """An endpoint file can't be used. The message is one sentence that names file and field."""

    def __init__(self, file: str, field: str, why: str) -> None:
        self.file = file
        self.field = field
        super().__init__(f"Endpoint file {file}, {field}: {why}.")
