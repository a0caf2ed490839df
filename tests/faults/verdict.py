"""What has to be true once fal and the storage behave again and everything has settled.

Each violation is a sentence that names the wish and the run.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from PIL import Image

from backend.endpoints.catalogue import Catalogue
from backend.fal.practice_queue import LARGE_RESULT_KEPT, RESULT_KEPT, Accepted
from backend.fal.practice_sizes import billed_units
from backend.fal.practice_store import PracticeStore
from tests.faults.fates import NOES
from tests.faults.ledger import Row
from tests.faults.mischief import Mischief, Post
from tests.faults.plan import EpisodePlan, Wish

#: docs/runs.md, written down once more: the machine does not ask the code that it tests
ARROWS = {
    (None, "created"),
    ("created", "submitting"),
    ("created", "failed"),
    ("created", "cancelled"),
    ("submitting", "queued"),
    ("submitting", "created"),
    ("submitting", "failed"),
    ("submitting", "uncertain"),
    ("uncertain", "queued"),
    ("uncertain", "failed"),
    ("queued", "running"),
    ("queued", "saving"),
    ("queued", "failed"),
    ("queued", "cancelled"),
    ("queued", "lost"),
    ("running", "saving"),
    ("running", "failed"),
    ("running", "cancelled"),
    ("running", "lost"),
    ("saving", "done"),
}
ENDED = ("done", "failed", "cancelled", "lost")
#: a request that fal took later than this after the POST can't be told from another's
FOUND_WITHIN = timedelta(minutes=5)
MICROS = Decimal(1_000_000)


@dataclass(frozen=True)
class Truth:
    """All that is known at the end of an episode."""

    plan: EpisodePlan
    catalogue: Catalogue
    mischief: Mischief
    store: PracticeStore
    rows: Sequence[Row]
    #: where the pictures are
    folder: Path

    def request(self, request_id: str) -> Accepted | None:
        """fal's record of a request, however old."""
        data = self.store._requests.read(f"{request_id}.json")
        return None if data is None else Accepted.from_json(json.loads(data))


def violations(truth: Truth) -> list[str]:
    """Empty where all is well."""
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    posts: defaultdict[str, list[Post]] = defaultdict(list)
    for row in truth.rows:
        rows[row.prompt].append(row)
    for post in truth.mischief.posts:
        posts[post.name].append(post)
    found: list[str] = []
    for wish in truth.plan.wishes:
        case = Case(truth, wish, rows.pop(wish.given["prompt"], []), posts.pop(wish.name, []))
        found += [f"{wish.name}: {told}" for told in case.violations()]
    found += [f"a run that nobody wished for: {row}" for some in rows.values() for row in some]
    found += [f"a POST that nobody wished for: {name}" for name in posts]
    return found


@dataclass(frozen=True)
class Case:
    """One wish: its runs (a second one where it was pressed again) and its POSTs."""

    truth: Truth
    wish: Wish
    rows: Sequence[Row]
    posts: Sequence[Post]

    def violations(self) -> Iterator[str]:
        """What is wrong with it."""
        keys = [row["idempotency_key"] for row in self.rows]
        if sorted(keys) not in ([self.wish.name], [self.wish.name, f"{self.wish.name} again"]):
            yield f"its presses made the runs {keys}"
        yield from self._sent()
        yield from self._belonging()
        for row in self.rows:
            yield from (f"{row}: {told}" for told in self._road(row))
            yield from (f"{row}: {told}" for told in self._end(row))
            yield from (f"{row}: {told}" for told in self._money(row))

    # ── bought once ──────────────────────────────────────────────────────────────────────────

    def _sent(self) -> Iterator[str]:
        """Each run sends once, and once more only where fal said that it took nothing."""
        counting = [post for post in self.posts if not post.surely_refused]
        if len(counting) > len(self.rows):
            told = ", ".join(f"{post.fate!r:.60} → {post.request_id}" for post in counting)
            yield f"{len(counting)} POSTs for {len(self.rows)} runs: {told}"

    def _belonging(self) -> Iterator[str]:
        """Each accepted POST is exactly one run's."""
        accepted = [post.request_id for post in self.posts if post.request_id is not None]
        owned = [row["request_id"] for row in self.rows if row["request_id"] is not None]
        for request_id in owned:
            if request_id not in accepted:
                yield f"its run has the request {request_id}, which fal never took for it"
        if len(set(owned)) != len(owned):
            yield f"two of its runs have the same request: {owned}"
        for request_id in accepted:
            if request_id not in owned and not self._beyond_finding(request_id):
                states = [row["state"] for row in self.rows]
                yield f"fal took {request_id}, and no run has it: {states}"

    def _beyond_finding(self, request_id: str) -> bool:
        """It is no longer in fal's list, or was taken so late that it can't be told apart."""
        accepted = self.truth.request(request_id)
        if accepted is None:
            return True
        uncertain = [row for row in self.rows if row["state"] == "uncertain"]
        late = [
            accepted.accepted_at - row["submitted_at"] / 1e6 > FOUND_WITHIN.total_seconds()
            for row in uncertain
        ]
        return bool(uncertain) and (all(late) or accepted.gone_at < self.truth.store._now())

    # ── the life of a run ────────────────────────────────────────────────────────────────────

    def _road(self, row: Row) -> Iterator[str]:
        """Only arrows of docs/runs.md, each from where the one before had led."""
        state: str | None = None
        for source, target in row.changes:
            if source != state or (source, target) not in ARROWS:
                yield f"went from {source} to {target}, being {state}"
            state = target
        if state != row["state"]:
            yield f"its last change led to {state}"

    def _end(self, row: Row) -> Iterator[str]:
        """It has ended as it really did, or is uncertain with reason."""
        state, request_id = row["state"], row["request_id"]
        if (row["finished_at"] is not None) != (state in ENDED):
            yield f"finished_at is {row['finished_at']}"
        if (row["problem"] is None) == (state in ("failed", "cancelled", "uncertain", "lost")):
            yield f"its problem is {row['problem']}"
        accepted = self.truth.request(request_id) if request_id else None
        match state:
            case "done":
                yield from self._pictures(row)
            case "failed" if accepted is not None and accepted.failure is None:
                yield f"failed, but fal made its pictures: {row['problem']}"
            case "failed" if accepted is None and not self._was_refused():
                yield f"failed, but nothing was refused: {row['problem']}"
            case "cancelled" if accepted is not None and accepted.cancelled_at is None:
                yield "cancelled, but fal went on with it"
            case "lost" if not self._expired(row, accepted):
                yield "lost, but fal still had it"
            case "uncertain" if request_id is not None and not self._beyond_finding(request_id):
                yield f"still uncertain, although its request {request_id} is known"
            case "created" | "submitting" | "queued" | "running" | "saving":
                yield "has not ended, although fal and the storage behave again"

    def _was_refused(self) -> bool:
        """fal refused a POST clearly, or went on being busy, or may not have taken its picture."""
        return "image_url" in self.wish.given or any(
            post.fate in NOES or post.surely_refused for post in self.posts
        )

    def _expired(self, row: Row, accepted: Accepted | None) -> bool:
        kept = LARGE_RESULT_KEPT if self.wish.given.get("sync_mode") else RESULT_KEPT
        waited = (row["finished_at"] - row["submitted_at"]) / 1e6
        return accepted is None or waited > kept

    # ── nothing lost ─────────────────────────────────────────────────────────────────────────

    def _pictures(self, row: Row) -> Iterator[str]:
        """Every picture that fal made is stored with its bytes, or named missing."""
        made = self._made(row["request_id"])
        told = {image["position"]: image for image in row.images}
        if sorted(told) != list(range(len(made))) or not made:
            yield f"fal made {len(made)} pictures, it has those with the index {sorted(told)}"
            return
        for index, data in enumerate(made):
            image = told[index]
            if image["missing"]:
                if index != self.wish.loses:
                    yield f"picture {index} is named missing, but fal still gives it out"
            elif image["key"] is None:
                yield f"picture {index} is neither stored nor named missing"
            else:
                yield from self._stored(index, data, image["key"], image)

    def _stored(self, index: int, data: bytes, key: str, image: dict[str, str]) -> Iterator[str]:
        if image["sha256"] != hashlib.sha256(data).hexdigest():
            yield f"picture {index} was made from other bytes than fal's"
        for name in (key, image["preview_key"]):
            path = self.truth.folder / name
            if not path.is_file():
                yield f"picture {index}: the file {name} is not there"
        path = self.truth.folder / key
        if path.is_file() and _pixels(path.read_bytes()) != _pixels(data):
            yield f"picture {index}: its file shows something else than fal's"

    def _made(self, request_id: str) -> list[bytes]:
        made: list[bytes] = []
        while True:
            names = (f"{request_id}-{len(made)}.{kind}" for kind in ("jpeg", "png"))
            found = next((data for name in names if (data := self.truth.store.file(name))), None)
            if found is None:
                return made
            made.append(found)

    # ── money ────────────────────────────────────────────────────────────────────────────────

    def _money(self, row: Row) -> Iterator[str]:
        """What it cost is what fal billed, and never said of a run that fal did not take."""
        problem = json.loads(row["problem"] or "null")
        if row["charged"] != (problem and problem["charged"]):
            yield f"its charge is told twice, and differs: {row['charged']}"
        if row["state"] != "done":
            if row["cost"] is not None:
                yield f"costs {row['cost']}"
            if row["request_id"] is None and row["state"] in ENDED and row["charged"] != "no":
                yield f"fal has no request of it, and it was charged: {row['charged']}"
            return
        endpoint = self.truth.catalogue.by_id(self.wish.endpoint_id)
        sizes = [_size(data) for data in self._made(row["request_id"])]
        billed = Decimal(str(billed_units(endpoint, sizes))) * (row["unit_price"] / MICROS)
        if row["cost"] is None or row["cost"] / MICROS != billed:
            yield f"costs {row['cost']} millionths, but fal billed {billed}"
        if row["cost"] is not None and row["cost"] > row["estimate"]:
            yield f"costs {row['cost']}, more than its estimate of {row['estimate']}"


def _pixels(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as opened:
        return opened.convert("RGB").tobytes()


def _size(data: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(data)) as opened:
        return opened.size
