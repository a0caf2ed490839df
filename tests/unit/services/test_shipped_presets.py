"""The presets in presets/ can be used as they are, and a broken one says what is wrong with it."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from PIL import Image

from backend.domain.endpoint import Endpoint
from backend.domain.field import Kind
from backend.domain.picture import CheckedPicture
from backend.domain.preset import Preset
from backend.endpoints.catalogue import Catalogue, load_catalogue
from backend.endpoints.check_input import check_input
from backend.pictures.check import check_picture
from backend.pictures.mask import check_mask
from backend.services.preset_samples import is_sample, sample_name
from backend.services.shipped_presets import PresetBroken, read_shipped

PRESETS = Path(__file__).parents[3] / "presets"
SAMPLES = PRESETS / "samples"
CATALOGUE = load_catalogue()
FILES = sorted(PRESETS.glob("*/*.json"))
SLUGS = [endpoint.slug for endpoint in CATALOGUE.endpoints]
WITH_PICTURE = [slug for slug in SLUGS if "redux" in slug or "fill" in slug]
MOST_BYTES = 150 * 1024
SCHEMA = json.loads((PRESETS / "preset.schema.json").read_text(encoding="utf-8"))
V11 = "fal-ai/flux-pro/v1.1"
REDUX = "fal-ai/flux-pro/v1/redux"
FINE = {
    "endpoint_id": V11,
    "title": "A hill",
    "description": "Plain.",
    "tags": ["hill"],
    "values": {"prompt": "a hill"},
}


@pytest.fixture(scope="module")
def shipped() -> tuple[Preset, ...]:
    return read_shipped(PRESETS, CATALOGUE)


def of(shipped: tuple[Preset, ...], slug: str) -> list[Preset]:
    endpoint_id = CATALOGUE.by_slug(slug).endpoint_id
    return [preset for preset in shipped if preset.endpoint_id == endpoint_id]


def endpoint_of(preset: Preset) -> Endpoint:
    return CATALOGUE.by_id(preset.endpoint_id)


def pictures_of(preset: Preset) -> dict[str, Path]:
    return {
        field.name: SAMPLES / sample_name(preset.values[field.name])
        for field in endpoint_of(preset).fields
        if field.is_picture and field.name in preset.values
    }


def name_of(file: Path) -> str:
    return f"{file.parent.name}/{file.stem}"


# ── the shipped ones ─────────────────────────────────────────────────────────────────────────


def test_every_file_becomes_a_preset_that_nobody_owns(shipped: tuple[Preset, ...]) -> None:
    assert {preset.id for preset in shipped} == {f"{f.parent.name}--{f.stem}" for f in FILES}
    assert all(preset.shipped for preset in shipped)


@pytest.mark.parametrize("slug", SLUGS)
def test_each_endpoint_has_at_least_four_that_differ(
    shipped: tuple[Preset, ...], slug: str
) -> None:
    presets = of(shipped, slug)
    assert len(presets) >= 4
    for part in ("name", "description", "values"):
        kinds = {json.dumps(getattr(preset, part), sort_keys=True) for preset in presets}
        assert len(kinds) == len(presets), part


@pytest.mark.parametrize("slug", WITH_PICTURE)
def test_each_redux_and_fill_preset_brings_all_its_pictures(
    shipped: tuple[Preset, ...], slug: str
) -> None:
    needed = {f.name for f in CATALOGUE.by_slug(slug).fields if f.is_picture and f.required}
    assert needed
    for preset in of(shipped, slug):
        assert set(pictures_of(preset)) == needed, preset.id
        assert all(is_sample(preset.values[name]) for name in needed), preset.id


def test_what_a_preset_leaves_out_is_only_the_own_id_of_a_finetune(
    shipped: tuple[Preset, ...],
) -> None:
    for preset in shipped:
        ready = {**preset.values, **dict.fromkeys(pictures_of(preset), "upload:1")}
        left = check_input(endpoint_of(preset), ready)
        finetuned = "finetuned" in preset.endpoint_id
        assert set(left) == ({"finetune_id"} if finetuned else set()), preset.id
        if finetuned:
            label = next(f.label for f in endpoint_of(preset).fields if f.name == "finetune_id")
            assert f"“{label}”" in preset.description, preset.id
            assert "finetune_strength" in preset.values, preset.id


def test_masks_fit_their_pictures_and_paint_a_part_of_them(shipped: tuple[Preset, ...]) -> None:
    checked = 0
    for preset in shipped:
        files = pictures_of(preset)
        for field in endpoint_of(preset).fields:
            if field.kind is not Kind.MASK or field.same_size_as is None:
                continue
            picture = check_picture(files[field.same_size_as].read_bytes())
            mask = check_mask(files[field.name].read_bytes(), (picture.width, picture.height))
            assert 0 < white_share(files[field.name]) < 0.9, preset.id
            assert mask.content_type == "image/png"
            checked += 1
    assert checked >= 4


@pytest.mark.parametrize("file", sorted(SAMPLES.iterdir()), ids=lambda file: file.name)
def test_a_sample_is_small_sound_and_in_use(file: Path, shipped: tuple[Preset, ...]) -> None:
    assert file.stat().st_size < MOST_BYTES
    sample: CheckedPicture = check_picture(file.read_bytes())
    assert (sample.width, sample.height) == (768, 512)
    if file.name.endswith("-mask.png"):
        with Image.open(file) as mask:
            assert mask.mode == "L"
            levels = mask.histogram()
        assert {level for level, count in enumerate(levels) if count} == {0, 255}
    assert any(file in pictures_of(preset).values() for preset in shipped)


def white_share(file: Path) -> float:
    with Image.open(file) as mask:
        return mask.convert("L").histogram()[255] / (mask.width * mask.height)


def test_the_readme_lists_them_all(shipped: tuple[Preset, ...]) -> None:
    text = (PRESETS / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| \[([^\]]+)\]\(([^)]+)\) \| (.+) \|$", text, re.MULTILINE)
    listed = {(f"{slug}--{stem}", title) for slug, stem, _, title in rows}
    assert listed == {(preset.id, preset.name) for preset in shipped}
    assert all((PRESETS / link).is_file() for _, _, link, _ in rows)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_is_text_that_people_can_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_is_what_the_schema_says_and_says_what_it_is_good_for(file: Path) -> None:
    raw = json.loads(file.read_text(encoding="utf-8"))
    jsonschema.validate(raw, SCHEMA)
    assert raw["description"]
    assert raw["tags"]
    assert CATALOGUE.by_id(raw["endpoint_id"]).slug == file.parent.name


def test_the_ways_of_working_are_all_there(shipped: tuple[Preset, ...]) -> None:
    tags = {str(tag) for preset in shipped for tag in preset.tags}
    assert tags >= {"product", "portrait", "cinematic", "text", "icon", "texture", "brand"}
    fixed = {p.endpoint_id for p in shipped if "repeatable" in p.tags and "seed" in p.values}
    assert len(fixed) >= 6


# ── broken ones ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of presets with one sample, and something beside it that is nobody's business."""
    presets = tmp_path / "presets"
    (presets / "samples").mkdir(parents=True)
    Image.new("RGB", (8, 8)).save(presets / "samples" / "here.png")
    Image.new("RGB", (8, 8)).save(tmp_path / "outside.png")
    return presets


def write(folder: Path, content: Any, slug: str = "v1.1", name: str = "one.json") -> None:
    target = folder / slug
    target.mkdir(exist_ok=True)
    if isinstance(content, bytes):
        (target / name).write_bytes(content)
    else:
        (target / name).write_text(json.dumps(content), encoding="utf-8")


def refusal(folder: Path, catalogue: Catalogue = CATALOGUE) -> str:
    with pytest.raises(PresetBroken) as caught:
        read_shipped(folder, catalogue)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_a_fine_one_is_read(folder: Path) -> None:
    write(folder, FINE)
    (preset,) = read_shipped(folder, CATALOGUE)
    assert (preset.id, preset.name, preset.values) == ("v1.1--one", "A hill", {"prompt": "a hill"})


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": 3}, "title"),
        ({"title": "  "}, "title"),
        ({"title": "x" * 81}, "title"),
        ({"description": None}, "description"),
        ({"endpoint_id": 3}, "endpoint_id"),
        ({"endpoint_id": REDUX}, "endpoint_id"),
        ({"description": "x" * 301}, "description"),
        ({"description": ""}, "description"),
        ({"tags": []}, "tags"),
        ({"tags": "hill"}, "tags"),
        ({"tags": [" "]}, "tags"),
        ({"tags": ["x" * 31]}, "tags"),
        ({"tags": [str(number) for number in range(11)]}, "tags"),
        ({"values": []}, "values"),
        ({"values": {}}, "values"),
        ({"vlaues": {}}, "vlaues"),
        ({"values": {"prompt": " "}}, "prompt"),
        ({"values": {"prompt": "a hill", "num_images": 5}}, "num_images"),
        ({"values": {"num_images": "2"}}, "num_images"),
        ({"values": {"image_size": "huge"}}, "image_size"),
        ({"values": {"prompt": "a hill", "enable_safety_checker": False}}, "enable_safety_checker"),
    ],
    ids=str,
)
def test_a_broken_one_names_file_and_field(
    folder: Path, change: dict[str, Any], field: str
) -> None:
    write(folder, {**FINE, **change})
    sentence = refusal(folder)
    assert "v1.1/one.json" in sentence
    assert field in sentence


@pytest.mark.parametrize("key", sorted(FINE))
def test_a_missing_key_is_named(folder: Path, key: str) -> None:
    write(folder, {name: value for name, value in FINE.items() if name != key})
    assert f"v1.1/one.json, {key}: " in refusal(folder)


@pytest.mark.parametrize(
    "content",
    [b"{", b"", b'"text"', b"[]", b"\xff\xfe", b'{"title": "\xe9"}', b"[" * 100_000],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_object_of_json_names_the_file(folder: Path, content: bytes) -> None:
    write(folder, content)
    assert "v1.1/one.json" in refusal(folder)


@pytest.mark.parametrize("empty", [True, False])
def test_a_folder_of_no_endpoint_is_refused_even_without_a_file(folder: Path, empty: bool) -> None:
    write(folder, FINE, slug="v9.9")
    if empty:
        (folder / "v9.9" / "one.json").unlink()
    assert "v9.9" in refusal(folder)


@pytest.mark.parametrize(
    "sample",
    [
        "sample:",
        "sample:.",
        "sample:..",
        "sample:gone.png",
        "sample:../../outside.png",
        "sample:../samples/here.png",
        "sample:/etc/hostname",
        "sample:here.png/",
        "sample:here.png\0",
        "sample: here.png",
    ],
)
def test_a_sample_is_a_file_of_the_folder_and_nothing_else(folder: Path, sample: str) -> None:
    write(folder, {**FINE, "endpoint_id": REDUX, "values": {"image_url": sample}}, slug="v1-redux")
    sentence = refusal(folder)
    assert "v1-redux/one.json, image_url" in sentence


def test_a_sample_that_is_there_is_taken(folder: Path) -> None:
    write(
        folder,
        {**FINE, "endpoint_id": REDUX, "values": {"image_url": "sample:here.png"}},
        slug="v1-redux",
    )
    assert len(read_shipped(folder, CATALOGUE)) == 1


def test_a_prompt_that_begins_like_a_sample_is_a_prompt(folder: Path) -> None:
    write(folder, {**FINE, "values": {"prompt": "sample: a hill"}})
    (preset,) = read_shipped(folder, CATALOGUE)
    assert preset.values == {"prompt": "sample: a hill"}
