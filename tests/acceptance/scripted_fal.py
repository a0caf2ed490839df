"""fal's stand-in as a process, and what a test tells it over HTTP. It outlives the app."""

import sys
from pathlib import Path
from typing import Any, Self

import httpx

from tests.acceptance.processes import ROOT, Child, bare_environment, said, until


class ScriptedFal:
    """`python -m backend.fal.practice --scripted`, ready at once unless it is told else."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._client = httpx.Client(trust_env=False, timeout=30)

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", "backend.fal.practice", "--port", "0", "--scripted"]
        command += ["--folder", str(self._folder / "kept"), "--queue", "0", "--run", "0"]
        self.process = Child(command, self._folder / "fal.log", bare_environment(), ROOT)
        self.url = said(self.process, r"(http://127\.0\.0\.1:\d+)")
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self.process.kill()
        self.process.log.show_news()

    # ── instructions ─────────────────────────────────────────────────────────────────────────

    def tell(self, verb: str, **told: Any) -> None:
        """One instruction of backend/fal/practice_script_http.py."""
        self._client.post(f"{self.url}/_script/{verb}", json=told).raise_for_status()

    def push(self, stage: str, kind: str, **fields: Any) -> None:
        """The next call of this stage meets this action."""
        self.tell("push", stage=stage, action={"kind": kind, **fields})

    def always(self, stage: str, kind: str, **fields: Any) -> None:
        """Every call of this stage meets this action."""
        self.tell("always", stage=stage, action={"kind": kind, **fields})

    def hold(self, state: str, request_id: str | None = None) -> None:
        """A request, or each, gets no further than queued or running."""
        self.tell("hold", state=state, request_id=request_id)

    def obey(self) -> None:
        """End all holds, hangs and faults. What was seen stays."""
        for run in self.accepted():
            self.tell("release", request_id=run)
        self.tell("release")
        for stage in ("submit", "upload", "picture"):
            self.tell("always", stage=stage)
        self.tell("let_go")

    # ── what it has seen ─────────────────────────────────────────────────────────────────────

    def submits(self) -> list[dict[str, Any]]:
        """The paid POSTs that have arrived, whatever became of them."""
        seen: list[dict[str, Any]] = self._seen()["submits"]
        return seen

    def accepted(self) -> list[str]:
        """The ids of the requests that were accepted."""
        return [one["accepted_request_id"] for one in self.submits() if one["accepted_request_id"]]

    def until_called(self, stage: str, times: int = 1) -> None:
        """Until so many calls of this stage have arrived."""
        until(lambda: self._seen()["calls"].get(stage, 0) >= times, f"{times} × {stage}")

    def _seen(self) -> dict[str, Any]:
        seen: dict[str, Any] = self._client.get(f"{self.url}/_script/seen").json()
        return seen
