"""From created to queued: pictures to fal, the durable mark, the one paid POST.

The order is the guarantee: the run is committed as submitting as the last act before the POST, and
the reply's request id as the first act after it. A crash in between leaves a run that is uncertain,
never one that is sent twice.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from backend.domain.endpoint import Endpoint
from backend.domain.errors import (
    AccountLocked,
    EndpointGone,
    FalError,
    IntakePaused,
    NotAccepted,
    PictureRefused,
    PlaygroundError,
    Refused,
    Unknown,
)
from backend.domain.field import Input
from backend.domain.ports import Clock, Gateway, PictureStore, RunStore, UploadStore
from backend.domain.rules import Retention
from backend.domain.run import Run, RunState
from backend.domain.sentence import Sentence
from backend.runs.backoff import doubling
from backend.runs.feed import Feed
from backend.runs.insist import as_stored, insist
from backend.runs.posts import Posts
from backend.runs.problems import STOPPED_WHILE_SENDING, problem_of

#: nothing was accepted: again after 1, 2, 4 … seconds, for this long
TRY_FOR = timedelta(minutes=2)
#: fal keeps an uploaded copy for a day; one that is older than this is sent again
COPY_LASTS = timedelta(hours=24)
COPY_MARGIN = timedelta(hours=1)
UPLOAD_PREFIX = "upload:"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Sends runs in state created."""

    store: RunStore
    uploads: UploadStore
    pictures: PictureStore
    gateway: Gateway
    feed: Feed
    clock: Clock
    posts: Posts
    #: an endpoint's record by its id; None for one that this server no longer knows
    endpoint: Callable[[str], Endpoint | None]
    #: what fal may keep, as it stands now
    retention: Callable[[], Retention]

    async def send(self, run: Run) -> Run:
        """Send one run: it is then queued, failed, uncertain or, where somebody was quicker, as is.

        Raises AccountLocked or IntakePaused with the run (back) in state created.
        """
        endpoint = self.endpoint(run.endpoint_id)
        if endpoint is None:
            return await self._to(run, RunState.CREATED, RunState.FAILED, EndpointGone())
        give_up = self.clock.now() + TRY_FOR
        for pause in doubling(1, 30):
            try:
                return await self._once(run, endpoint)
            except AccountLocked:
                raise
            except NotAccepted as error:
                if self.clock.now() + timedelta(seconds=pause) > give_up:
                    return await self._to(run, RunState.CREATED, RunState.FAILED, error)
            await self.clock.sleep(pause)
        raise AssertionError("doubling never ends")

    async def _once(self, run: Run, endpoint: Endpoint) -> Run:
        try:
            sent_input = await self._with_pictures_at_fal(run.input, endpoint)
        except (AccountLocked, NotAccepted):
            raise
        except (FalError, PictureRefused) as error:
            return await self._to(run, RunState.CREATED, RunState.FAILED, error)
        with self.posts.one():
            submitting = await self.store.move(
                run.id,
                RunState.CREATED,
                RunState.SUBMITTING,
                sent_input=sent_input,
                submitted_at=self.clock.now(),
            )
            if submitting is None:
                stored = await as_stored(self.store, run)
                if stored.state is RunState.CREATED:
                    raise IntakePaused
                return stored
            self.feed.publish(submitting)
            return await self._post(submitting, sent_input)

    async def _post(self, run: Run, sent_input: Input) -> Run:
        try:
            handle = await self.gateway.submit(run.endpoint_id, sent_input, self.retention())
        except asyncio.CancelledError:
            await asyncio.shield(
                self.store.move(
                    run.id,
                    RunState.SUBMITTING,
                    RunState.UNCERTAIN,
                    problem=STOPPED_WHILE_SENDING,
                )
            )
            raise
        except (NotAccepted, AccountLocked):
            back = await self._insist(run, RunState.CREATED)
            self.feed.publish(back)
            raise
        except Unknown as error:
            candidate = (
                self.gateway.handle(run.endpoint_id, error.request_id) if error.request_id else None
            )
            return await self._insist(
                run, RunState.UNCERTAIN, problem=problem_of(error), handle=candidate
            )
        except Refused as error:
            return await self._insist(
                run,
                RunState.FAILED,
                problem=problem_of(error),
                finished_at=self.clock.now(),
            )
        return await self._insist(run, RunState.QUEUED, handle=handle)

    async def _insist(self, run: Run, target: RunState, **changes: object) -> Run:
        return await insist(self.store, self.clock, run, RunState.SUBMITTING, target, **changes)

    async def _to(
        self, run: Run, source: RunState, target: RunState, error: PlaygroundError
    ) -> Run:
        moved = await self.store.move(
            run.id, source, target, problem=problem_of(error), finished_at=self.clock.now()
        )
        return moved or await as_stored(self.store, run)

    async def _with_pictures_at_fal(self, given: Input, endpoint: Endpoint) -> dict[str, object]:
        sent: dict[str, object] = dict(given)
        for field in endpoint.fields:
            value = given.get(field.name)
            if field.is_picture and isinstance(value, str) and value.startswith(UPLOAD_PREFIX):
                try:
                    sent[field.name] = await self._at_fal(value.removeprefix(UPLOAD_PREFIX))
                except (Refused, PictureRefused) as error:
                    error.fields.setdefault(field.name, error.message)
                    raise
        return sent

    async def _at_fal(self, upload_id: str) -> str:
        upload = await self.uploads.get(upload_id)
        if upload is None:
            raise PictureRefused(
                Sentence("missing.upload", "This picture is no longer kept here; choose it again.")
            )
        now = self.clock.now()
        if upload.fal_url and upload.fal_expires_at and upload.fal_expires_at > now + COPY_MARGIN:
            return upload.fal_url
        data = await self.pictures.read(upload.key)
        extension = upload.content_type.partition("/")[2]
        url = await self.gateway.upload(data, upload.content_type, f"{upload.id}.{extension}")
        await self.uploads.sent(upload.id, url, now + COPY_LASTS)
        return url
