"""Sheets: grids, Aseprite's JSON, clips of its tags, slices; and files that are broken or want to do harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ecs_engine import Assets, Clips, Play
from ecs_engine.core.errors import AssetError, EngineError
from ecs_engine.files import GameFiles
from ecs_engine.pictures import Picture, Pictures
from ecs_engine.systems import Sheet, cut_sheet

Pixels = npt.NDArray[np.uint8]


def opaque(width: int, height: int, seed: int = 1) -> Pixels:
    pixels = np.random.default_rng(seed).integers(1, 256, (height, width, 4), np.uint8)
    pixels[..., 3] = 255
    return pixels


def look(pictures: Pictures, picture: Picture) -> Pixels:
    """What a picture shows, from all uploads so far."""
    layers: dict[int, Pixels] = {}
    for upload in all_uploads(pictures):
        size = pictures.page_size
        layer = layers.setdefault(upload.page, np.zeros((size, size, 4), np.uint8))
        height, width = upload.pixels.shape[:2]
        layer[upload.y : upload.y + height, upload.x : upload.x + width] = upload.pixels
    (u0, v0), (u1, v1) = ((int(uv) & 0xFFFF, int(uv) >> 16) for uv in pictures.table.uv[picture.id])
    return layers[int(pictures.table.page[picture.id])][v0:v1, u0:u1]


def all_uploads(pictures: Pictures) -> list[Any]:
    taken = pictures.take_uploads()
    pictures._uploads.extend(taken)
    return taken


# -- grids -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("margin", "spacing"), [(0, 0), (2, 0), (0, 3), (2, 1)])
def test_frames_of_a_grid_are_the_pixels_of_their_place(margin: int, spacing: int) -> None:
    pictures, pixels = Pictures(256), opaque(50, 30)
    sheet = cut_sheet(pictures, pixels, (8, 6), margin=margin, spacing=spacing, name="tiles")
    columns, rows = (50 - 2 * margin + spacing) // (8 + spacing), (30 - 2 * margin + spacing) // (6 + spacing)
    assert (len(sheet), sheet.columns) == (columns * rows, columns)
    for row in range(rows):
        for column in range(columns):
            left, top = margin + column * (8 + spacing), margin + row * (6 + spacing)
            seen = look(pictures, sheet[row * columns + column])
            assert np.array_equal(seen, pixels[top : top + 6, left : left + 8])
    assert sheet[1].name == "tiles 1"
    with pytest.raises(IndexError):
        sheet[columns * rows]


def test_a_sheet_of_one_frame() -> None:
    assert len(cut_sheet(Pictures(64), opaque(9, 7), (8, 6))) == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"size": (0, 4)}, "at least 1 x 1"),
        ({"size": (4, 4.5)}, "whole pixels"),
        ({"size": (4, 4), "margin": -1}, "0 and 0"),
        ({"size": (21, 4)}, "makes 0 frames of 21 x 4"),
        ({"size": (4, 4), "margin": 9}, "makes 0 frames"),
        ({"size": (1, 1)}, "makes 40000 frames.*1 to 16384"),
    ],
)
def test_grids_that_make_no_sense(options: dict[str, Any], words: str) -> None:
    pictures = Pictures(256)
    pixels = opaque(200, 200) if options["size"] == (1, 1) else opaque(20, 10)
    with pytest.raises(AssetError, match=words):
        cut_sheet(pictures, pixels, **options)
    assert len(pictures) == 2


def test_a_sheet_that_finds_no_room_leaves_nothing_behind() -> None:
    pictures = Pictures(64, 1)
    with pytest.raises(AssetError, match="found no room"):
        cut_sheet(pictures, opaque(100, 100), (10, 10))
    for _ in range(2):
        pictures.recycle()
    assert len(cut_sheet(pictures, opaque(20, 20), (10, 10))) == 4


def test_a_sheet_may_be_larger_than_a_page(tmp_path: Path) -> None:
    Image.fromarray(opaque(300, 40)).save(tmp_path / "wide.png")
    assets = Assets(Pictures(256, strict=True), GameFiles(tmp_path), strict=True)
    assert len(assets.sheet("wide.png", (100, 40)).wait()) == 3
    with pytest.raises(AssetError, match="300 x 40 pixels, and a page of 256"):
        assets.picture("wide.png").wait()
    assets.close()


# -- Aseprite --------------------------------------------------------------------------------------------
def frame(x: int, y: int, width: int, height: int, duration: int = 100, **more: Any) -> dict[str, Any]:
    box = {"x": x, "y": y, "w": width, "h": height}
    return {"frame": box, "rotated": False, "trimmed": False, "duration": duration, **more}


def tag(name: str, first: int, last: int, direction: str = "forward", **more: Any) -> dict[str, Any]:
    return {"name": name, "from": first, "to": last, "direction": direction, **more}


def document(**meta: Any) -> dict[str, Any]:
    """Five frames of 8 x 6 in a row, as an array."""
    frames = [{"filename": f"hero {i}", **frame(8 * i, 0, 8, 6, 50 + 10 * i)} for i in range(5)]
    return {"frames": frames, "meta": {"image": "hero.png", "format": "RGBA8888", **meta}}


Load = Callable[[dict[str, Any]], Sheet]


@pytest.fixture
def pixels() -> Pixels:
    return opaque(40, 6)


@pytest.fixture
def pictures() -> Pictures:
    return Pictures(256)


@pytest.fixture
def load(tmp_path: Path, pixels: Pixels, pictures: Pictures) -> Load:
    """Write a document beside its picture into a folder of the game, and load it."""
    (tmp_path / "art").mkdir()
    Image.fromarray(pixels).save(tmp_path / "art" / "hero.png")

    def load(data: dict[str, Any]) -> Sheet:
        (tmp_path / "art" / "hero.json").write_text(json.dumps(data))
        assets = Assets(pictures, GameFiles(tmp_path), strict=True)
        try:
            return assets.sheet("art/hero.json").wait()
        finally:
            assets.close()

    return load


@pytest.mark.parametrize("kind", ["array", "hash"])
def test_frames_and_durations(load: Load, pictures: Pictures, pixels: Pixels, kind: str) -> None:
    data = document()
    if kind == "hash":
        data["frames"] = {entry.pop("filename"): entry for entry in data["frames"]}
    sheet = load(data)
    assert sheet.seconds == (0.05, 0.06, 0.07, 0.08, 0.09)
    assert [picture.name for picture in sheet.frames] == [f"hero {i}" for i in range(5)]
    for index in range(5):
        assert np.array_equal(look(pictures, sheet[index]), pixels[:, 8 * index : 8 * index + 8])


def test_equal_frames_share_a_picture(load: Load) -> None:
    data = document()
    data["frames"][3]["frame"]["x"] = 0
    sheet = load(data)
    assert sheet[3] is sheet[0]
    assert len(sheet.pictures) == 4


def test_what_was_trimmed_is_put_back(load: Load, pictures: Pictures, pixels: Pixels) -> None:
    data = document()
    trimmed = {"trimmed": True, "spriteSourceSize": {"x": 3, "y": 2, "w": 8, "h": 6}, "sourceSize": {"w": 16, "h": 12}}
    empty = {"trimmed": True, "spriteSourceSize": {"x": 0, "y": 0, "w": 0, "h": 0}, "sourceSize": {"w": 16, "h": 12}}
    data["frames"] = [frame(0, 0, 8, 6, **trimmed), frame(0, 0, 0, 0, **empty)]
    sheet = load(data)
    expected = np.zeros((12, 16, 4), np.uint8)
    expected[2:8, 3:11] = pixels[:, :8]
    assert np.array_equal(look(pictures, sheet[0]), expected)
    assert not look(pictures, sheet[1]).any()
    assert (sheet[1].width, sheet[1].height) == (16, 12)


def test_tags_become_clips(load: Load) -> None:
    sheet = load(
        document(
            frameTags=[
                tag("walk", 0, 2),
                tag("back", 0, 2, "reverse"),
                tag("breathe", 1, 3, "pingpong"),
                tag("sway", 1, 3, "pingpong_reverse"),
                tag("die", 3, 4, repeat="1"),
                tag("thrice", 3, 4, repeat="3"),
                tag("walk", 4, 4),  # the first of a name counts
            ]
        )
    )
    clips = Clips()
    made = clips.add_tags(sheet)
    frames = [picture.id for picture in sheet.frames]
    pictures = clips.arrays.picture

    def shown(name: str) -> list[int]:
        first, count = (int(column[made[name].id]) for column in (clips.arrays.first, clips.arrays.count))
        return [frames.index(int(picture)) for picture in pictures[first : first + count]]

    assert {name: shown(name) for name in made} == {
        "walk": [0, 1, 2],
        "back": [2, 1, 0],
        "breathe": [1, 2, 3, 2],
        "sway": [3, 2, 1, 2],
        "die": [3, 4],
        "thrice": [3, 4],
    }
    plays = {name: clip.play for name, clip in made.items()}
    assert plays["die"] is Play.ONCE
    assert plays["thrice"] is plays["walk"] is plays["back"] is Play.LOOP
    assert plays["breathe"] is plays["sway"] is Play.PING_PONG
    assert made["back"].seconds == pytest.approx(0.05 + 0.06 + 0.07)
    assert made["walk"].name == "art/hero.json walk"


def test_tags_without_durations_are_named() -> None:
    sheet = Sheet("a", (), tags={"walk": None})  # type: ignore[dict-item]
    with pytest.raises(EngineError, match="tags and no durations"):
        Clips().add_tags(sheet)


def test_slices_have_pictures_borders_and_pivots(load: Load, pictures: Pictures, pixels: Pixels) -> None:
    bounds = {"x": 1, "y": 1, "w": 6, "h": 4}
    keys = [{"frame": 2, "bounds": bounds, "center": {"x": 2, "y": 1, "w": 1, "h": 2}, "pivot": {"x": 3, "y": 4}}]
    plain = [{"frame": 0, "bounds": bounds}]
    parts = [{"name": "panel", "keys": keys}, {"name": "plain", "keys": plain}, {"name": "panel", "keys": plain}]
    sheet = load(document(slices=parts))
    assert len(sheet.pictures) == 5 + 2
    panel = sheet.slices["panel"]
    assert np.array_equal(look(pictures, panel.picture), pixels[1:5, 17:23])
    assert panel.border == (2, 1, 3, 1)  # left, bottom, right, top
    assert panel.pivot == (0.5, 0.0)
    assert (sheet.slices["plain"].border, sheet.slices["plain"].pivot) == (None, None)


@pytest.mark.parametrize("path", [r"C:\art\export\hero.png", "/srv/export/hero.png", "./hero.png", "../art/hero.png"])
def test_the_picture_is_found_beside_the_json(load: Load, path: str) -> None:
    assert len(load(document(image=path))) == 5


def spoil(*path: Any, value: Any) -> dict[str, Any]:
    """A good document but for one value."""
    data: Any = document(
        frameTags=[tag("walk", 0, 2)],
        slices=[{"name": "a", "keys": [{"frame": 0, "bounds": {"x": 0, "y": 0, "w": 2, "h": 2}}]}],
    )
    inner = data
    for key in path[:-1]:
        inner = inner[key]
    if value is KeyError:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    assert isinstance(data, dict)
    return data


HUGE = {"x": 0, "y": 0, "w": 60000, "h": 60000}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (spoil("frames", value=KeyError), "the whole file: 'frames' is missing"),
        (spoil("frames", value=7), "at frames: a list is expected, not 7"),
        (spoil("frames", value=[]), "there is not one frame"),
        (spoil("frames", value=[{}] * 20000), "20000 entries, and at most 16384"),
        (spoil("frames", 1, value="x"), r"frames\[1\]: an object is expected, not 'x'"),
        (spoil("frames", 1, "frame", "w", value=-1), r"frames\[1\]\.frame\.w: a number from 0 to 65\d+ is expected"),
        (spoil("frames", 1, "frame", "w", value=1.5), "a whole number is expected, not 1.5"),
        (spoil("frames", 1, "frame", "w", value=True), "is expected, not True"),
        (spoil("frames", 1, "frame", "w", value=10**3000), "not a huge number"),
        (spoil("frames", 1, "frame", "x", value=39), "frame 1 reaches outside of the picture 'hero.png'.*40 x 6"),
        (spoil("frames", 1, "rotated", value=True), "rotated frames are not supported"),
        (spoil("frames", 1, "duration", value=0), "duration: a number"),
        (spoil("frames", 1, "frame", value=HUGE), "more than 67108864 pixels together"),
        (
            spoil("frames", 1, value=frame(0, 0, 8, 6, trimmed=True, sourceSize={"w": 8, "h": 6},
                                           spriteSourceSize={"x": 1, "y": 0, "w": 7, "h": 6})),
            "reaches outside of its source",
        ),
        (spoil("meta", value=KeyError), "'meta' is missing"),
        (spoil("meta", "image", value=""), "meta.image: the name of the picture file is missing"),
        (spoil("meta", "image", value=5), "a string is expected, not 5"),
        (spoil("meta", "image", value="other.png"), "no file 'other.png'"),
        (spoil("meta", "image", value="../../hero.png"), "no file 'hero.png'"),
        (spoil("meta", "frameTags", 0, "to", value=5), r"frameTags\[0\]\.to: a number from 0 to 4 is expected, not 5"),
        (spoil("meta", "frameTags", 0, "from", value=3), "to: a number from 3 to 4 is expected, not 2"),
        (spoil("meta", "frameTags", 0, "direction", value="up"), "'up' is no direction"),
        (spoil("meta", "slices", 0, "keys", value=[]), "there is not one key"),
        (spoil("meta", "slices", 0, "keys", 0, "bounds", "w", value=99), "bounds.w: a number from 1 to 8"),
        (spoil("meta", "slices", 0, "keys", 0, "frame", value=5), "frame: a number from 0 to 4"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place(
    load: Load, pictures: Pictures, data: dict[str, Any], words: str
) -> None:
    with pytest.raises(AssetError, match=words) as caught:
        load(data)
    assert "hero" in str(caught.value)
    assert len(str(caught.value)) < 1000
    used = [row for row in range(2, len(pictures)) if pictures.table.uv[row].tolist() != pictures.table.uv[1].tolist()]
    assert used == []


@pytest.mark.parametrize("seed", range(3))
def test_documents_with_random_values_are_read_or_end_in_one_error(load: Load, seed: int) -> None:
    rng = np.random.default_rng(seed)
    strange: list[Any] = [None, True, -1, 0, 1, 2.5, 1e300, 10**40, "", "x", [], {}, [[]], {"x": 1}, float("nan")]
    outcomes = set()
    for _ in range(120):
        data = spoil("meta", "app", value="x")
        for _ in range(rng.integers(1, 4)):
            inner: Any = data
            while True:
                keys = list(inner) if isinstance(inner, dict) else list(range(len(inner)))
                key = keys[rng.integers(len(keys))] if keys else None
                if key is None:
                    break
                if not isinstance(inner[key], (dict, list)) or rng.random() < 0.15:
                    inner[key] = deepcopy(strange[rng.integers(len(strange))])
                    break
                inner = inner[key]
        try:
            load(data)
            outcomes.add("read")
        except AssetError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
