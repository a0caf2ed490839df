"""An input as code that makes the same request: Python, JavaScript, cURL and JSON.

The key is a variable everywhere. Pictures are ours (`upload:{id}`) and no address that fal could
fetch, so the code uploads a file of the reader's instead of showing a dead link.
"""

import json
import re
import secrets
import shlex
from typing import Any

from backend.domain.endpoint import Endpoint
from backend.domain.field import Field, Input, Kind

QUEUE_URL = "https://queue.fal.run"
#: the largest that a number of JavaScript holds exactly
MAX_SAFE_INTEGER = 2**53 - 1


class CodeExport:
    """Renders an input in each language."""

    def render(self, endpoint: Endpoint, given: Input) -> dict[str, str]:
        """{"python", "javascript", "curl", "json"}, each complete."""
        pictures = [
            field for field in endpoint.fields if field.is_picture and given.get(field.name)
        ]
        return {
            "python": _python(endpoint, given, pictures),
            "javascript": _javascript(endpoint, given, pictures),
            "curl": _curl(endpoint, given, pictures),
            "json": _json(_with_files(given, pictures), indent=2),
        }


def _json(value: Any, indent: int | None = None) -> str:
    """JSON as people read it; half a character stays an escape, it can't be written otherwise."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


def _file_of(field: Field) -> str:
    return "mask.png" if field.kind is Kind.MASK else "picture.png"


def _with_files(given: Input, pictures: list[Field]) -> dict[str, Any]:
    """The input with a note in the place of each picture of ours."""
    notes = {field.name: f"<address of {_file_of(field)}, uploaded to fal>" for field in pictures}
    return {**given, **notes}


def _python(endpoint: Endpoint, given: Input, pictures: list[Field]) -> str:
    variables = {field.name: field.name for field in pictures}
    lines = [
        "# pip install fal-client",
        "# The key is read from the environment variable FAL_KEY.",
        "import fal_client",
        "",
    ]
    for field in pictures:
        lines.append(f'{field.name} = fal_client.upload_file("{_file_of(field)}")')
    if pictures:
        lines.append("")
    arguments = "\n".join(
        f"        {name!r}: {variables.get(name) or repr(value)}," for name, value in given.items()
    )
    lines += [
        "result = fal_client.subscribe(",
        f"    {endpoint.endpoint_id!r},",
        "    arguments={",
        *([arguments] if arguments else []),
        "    },",
        ")",
        'for image in result["images"]:',
        '    print(image["url"])',
    ]
    return "\n".join(lines) + "\n"


def _javascript(endpoint: Endpoint, given: Input, pictures: list[Field]) -> str:
    variables = {field.name: field.name for field in pictures}
    lines = [
        "// npm install @fal-ai/client",
        "// The key is read from the environment variable FAL_KEY.",
        *(['import { readFile } from "node:fs/promises";'] if pictures else []),
        'import { fal } from "@fal-ai/client";',
        "",
    ]
    for field in pictures:
        lines.append(
            f'const {field.name} = await fal.storage.upload(new Blob([await readFile("'
            f'{_file_of(field)}")]));'
        )
    if pictures:
        lines.append("")
    lines += [
        f"// JavaScript rounds a whole number of this size: {name} is sent as another one."
        for name, value in given.items()
        if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER
    ]
    body = "\n".join(
        f"    {json.dumps(name)}: {variables.get(name) or json.dumps(value)},"
        for name, value in given.items()
    )
    lines += [
        f"const result = await fal.subscribe({json.dumps(endpoint.endpoint_id)}, {{",
        "  input: {",
        *([body] if body else []),
        "  },",
        "});",
        "for (const image of result.data.images) console.log(image.url);",
    ]
    return "\n".join(lines) + "\n"


def _curl(endpoint: Endpoint, given: Input, pictures: list[Field]) -> str:
    marks = {field.name: secrets.token_hex(16) for field in pictures}
    body = shlex.quote(_json({**given, **marks}))
    for name, mark in marks.items():
        body = body.replace(mark, f"'\"${name.upper()}\"'")
    lines = ["# The key is read from the environment variable FAL_KEY."]
    for field in pictures:
        lines += [
            f"# fal has to be able to fetch the picture: upload {_file_of(field)} first, e.g. with",
            "#   pip install fal-client",
            f"{field.name.upper()}=$(python -c 'import fal_client; print(fal_client.upload_file("
            f'"{_file_of(field)}"))\')',
        ]
    lines += [
        f"curl --fail-with-body {QUEUE_URL}/{endpoint.endpoint_id} \\",
        '  --header "Authorization: Key $FAL_KEY" \\',
        "  --header 'Content-Type: application/json' \\",
        f"  --data {body}",
        "# The answer has status_url and response_url: ask the first until it says COMPLETED,",
        "# then get the second, both with the same Authorization header.",
    ]
    return "\n".join(lines) + "\n"
