"""What people brought is kept once for each of them, as long as somebody refers to it."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from backend.domain.errors import Conflict, InputRefused, NotFound
from backend.domain.sharing import Possession, Visibility
from backend.store.presets import SqlPresetStore
from backend.store.runs import SqlRunStore
from backend.store.uploads import SqlUploadStore
from tests.integration.store.making import NOON, a_preset, a_run, an_upload, new

TOMORROW = NOON + timedelta(days=1)


async def test_an_upload_is_read_as_it_was_given(uploads: SqlUploadStore) -> None:
    given = an_upload(bytes=52_428_800, fal_url="https://fal.media/a", fal_expires_at=TOMORROW)
    assert await uploads.add(given) == given
    assert await uploads.get(given.id) == given
    assert await uploads.get("nothing") is None


async def test_the_same_picture_of_the_same_person_is_kept_once(uploads: SqlUploadStore) -> None:
    first = await uploads.add(an_upload())
    again = replace(first, id="another", created_at=TOMORROW)
    assert await uploads.add(again) == first
    assert await uploads.get("another") is None
    bobs = replace(first, id="bobs", person_id="bob")
    assert await uploads.add(bobs) == bobs
    as_mask = replace(first, id="as-webp", content_type="image/webp")
    assert await uploads.add(as_mask) == as_mask


async def test_the_same_picture_at_once_is_kept_once(uploads: SqlUploadStore) -> None:
    given = an_upload()
    answers = await asyncio.gather(
        *(uploads.add(replace(given, id=f"{given.id}-{number}")) for number in range(10))
    )
    assert len(set(answers)) == 1


async def test_an_id_can_not_be_used_for_another_picture(uploads: SqlUploadStore) -> None:
    first = await uploads.add(an_upload())
    with pytest.raises(Conflict):
        await uploads.add(an_upload(id=first.id))


async def test_the_copy_at_fal_is_remembered(uploads: SqlUploadStore) -> None:
    upload = await uploads.add(an_upload())
    await uploads.sent(upload.id, "https://fal.media/copy", TOMORROW)
    sent = replace(upload, fal_url="https://fal.media/copy", fal_expires_at=TOMORROW)
    assert await uploads.get(upload.id) == sent
    with pytest.raises(NotFound):
        await uploads.sent("nothing", "https://fal.media/copy", TOMORROW)


async def test_unused_are_those_that_are_old_and_that_nobody_refers_to(
    uploads: SqlUploadStore, runs: SqlRunStore, presets: SqlPresetStore
) -> None:
    of_run, of_preset, old, young = [
        await uploads.add(an_upload(created_at=NOON + timedelta(minutes=number)))
        for number in range(4)
    ]
    run, _ = await runs.add(new(a_run(), upload_ids=(of_run.id, of_run.id)))
    preset = await presets.add(a_preset(), [of_preset.id])
    assert await uploads.unused(young.created_at) == (old,)
    await runs.delete(run.id, NOON)
    await presets.remove(preset.id)
    assert await uploads.unused(young.created_at) == (old,), "it can be brought back"
    assert await presets.clean(TOMORROW) == 1
    assert await uploads.unused(young.created_at) == (of_preset, old)


async def test_a_preset_refers_to_what_any_of_its_versions_names(
    uploads: SqlUploadStore, presets: SqlPresetStore
) -> None:
    before, after = await uploads.add(an_upload()), await uploads.add(an_upload())
    other = await uploads.add(an_upload())
    preset = await presets.add(a_preset(), [before.id])
    await presets.update(preset, [after.id])
    assert await uploads.unused(TOMORROW) == (other,)


async def test_removing_says_whether_the_file_can_go(uploads: SqlUploadStore) -> None:
    first = await uploads.add(an_upload(key="uploads/one"))
    second = await uploads.add(replace(first, id="bobs", person_id="bob"))
    assert not await uploads.remove(first.id)
    assert await uploads.get(first.id) is None
    assert await uploads.remove(second.id)
    assert not await uploads.remove(second.id)


async def test_what_is_in_use_is_not_removed(uploads: SqlUploadStore, runs: SqlRunStore) -> None:
    upload = await uploads.add(an_upload())
    await runs.add(new(a_run(), upload_ids=(upload.id,)))
    assert not await uploads.remove(upload.id)
    assert await uploads.get(upload.id) == upload


async def test_a_run_whose_picture_is_gone_is_refused_on_its_field(
    uploads: SqlUploadStore, runs: SqlRunStore
) -> None:
    kept = await uploads.add(an_upload())
    given = {"prompt": "x", "image_url": f"upload:{kept.id}", "mask_url": "upload:gone"}
    run = a_run(input=given)
    with pytest.raises(InputRefused) as caught:
        await runs.add(new(run, upload_ids=(kept.id, "gone")))
    assert list(caught.value.fields) == ["mask_url"]
    assert await runs.get(run.id) is None
    assert await uploads.unused(TOMORROW) == (kept,)


async def test_removing_and_using_at_once_never_leaves_a_run_without_its_picture(
    uploads: SqlUploadStore, runs: SqlRunStore
) -> None:
    for _ in range(15):
        upload = await uploads.add(an_upload())
        run = a_run()
        added, removed = await asyncio.gather(
            runs.add(new(run, upload_ids=(upload.id,))),
            uploads.remove(upload.id),
            return_exceptions=True,
        )
        there = await uploads.get(upload.id)
        if isinstance(added, InputRefused):
            assert removed is True
            assert there is None
        else:
            assert removed is False
            assert there == upload


async def test_those_who_use_an_upload_are_known_until_their_run_is_deleted(
    uploads: SqlUploadStore, runs: SqlRunStore, presets: SqlPresetStore
) -> None:
    upload = await uploads.add(an_upload())
    assert await uploads.users(upload.id) == ()
    await presets.add(a_preset(), [upload.id])
    kept = Possession(person_id="alice", visibility=Visibility.PRIVATE)
    assert await uploads.users(upload.id) == (kept,)
    shared = a_run(person_id="bob", visibility=Visibility.TEAM)
    for run in (shared, a_run(person_id="bob", visibility=Visibility.TEAM)):
        await runs.add(new(run, upload_ids=(upload.id,)))
    used = Possession(person_id="bob", visibility=Visibility.TEAM)
    assert set(await uploads.users(upload.id)) == {kept, used}
    assert len(await uploads.users(upload.id)) == 2
    assert await uploads.users("nothing") == ()


async def test_a_deleted_run_uses_no_upload(uploads: SqlUploadStore, runs: SqlRunStore) -> None:
    upload = await uploads.add(an_upload())
    run, _ = await runs.add(new(a_run(), upload_ids=(upload.id,)))
    await runs.delete(run.id, NOON)
    assert await uploads.users(upload.id) == ()
