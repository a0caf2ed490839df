"""`python -m backend.endpoints check`: our endpoint files beside fal's OpenAPI documents.

Exit code 0: no difference; 1: some, printed; 2: none found, but not every endpoint was compared.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.endpoints.catalogue import load_catalogue
from backend.endpoints.drift import Difference, NotComparable, drift, input_of, names_endpoint
from backend.endpoints.errors import EndpointUnknown
from backend.fal.openapi import NoDocument, fetch_document

#: endpoint id to fal's document; raises NoDocument
Source = Callable[[str], Any]
Compared = tuple[list[Difference], str | None]


def main(arguments: Sequence[str] | None = None, live: Source = fetch_document) -> int:
    """The exit code."""
    asked = _parser().parse_args(arguments)
    source = live if asked.folder is None else stored(asked.folder)
    catalogue = load_catalogue()
    try:
        endpoints = [catalogue.by_slug(slug) for slug in asked.slugs] or catalogue.endpoints
    except EndpointUnknown:
        known = ", ".join(endpoint.slug for endpoint in catalogue.endpoints)
        sys.stderr.write(f"There is no such endpoint; there are {known}.\n")
        return 2
    results = [compared(one, source, descriptions=asked.descriptions) for one in endpoints]
    for endpoint, result in zip(endpoints, results, strict=True):
        sys.stdout.write(_told(endpoint, *result))
    if any(found for found, _ in results):
        return 1
    return 2 if any(reason for _, reason in results) else 0


def compared(endpoint: Endpoint, source: Source, *, descriptions: bool) -> Compared:
    """(the differences, None), or (none, why it could not be compared)."""
    try:
        theirs, root = input_of(source(endpoint.endpoint_id), endpoint.endpoint_id)
        return drift(endpoint.schema, theirs, root, descriptions=descriptions), None
    except (NoDocument, NotComparable) as reason:
        return [], str(reason)
    except RecursionError:
        return [], "it is nested too deeply"


def stored(folder: Path) -> Source:
    """Documents that were kept in a folder, one a file, found by what they describe."""
    documents = [_read(file) for file in sorted(folder.glob("*.json"))]

    def find(endpoint_id: str) -> Any:
        for document in documents:
            if names_endpoint(document, endpoint_id):
                return document
        raise NoDocument(f"no document in {folder} describes it")

    return find


def _read(file: Path) -> Any:
    """What is no JSON describes no endpoint."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        sys.stderr.write(f"{file.name} can't be read as JSON\n")
        return None


def _told(endpoint: Endpoint, found: list[Difference], reason: str | None) -> str:
    if reason is not None:
        return f"{endpoint.slug}: not compared: {reason}\n"
    if not found:
        return f"{endpoint.slug}: as in our file\n"
    return "".join(f"{endpoint.slug}: {difference}\n" for difference in found)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backend.endpoints")
    check = parser.add_subparsers(required=True).add_parser(
        "check", help="compare our endpoint files with fal's OpenAPI documents"
    )
    check.add_argument("slugs", nargs="*", help="of the endpoints; all where none is named")
    check.add_argument(
        "--from", dest="folder", type=Path, help="a folder of stored documents, not fal itself"
    )
    check.add_argument(
        "--descriptions", action="store_true", help="compare the descriptions as well"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
