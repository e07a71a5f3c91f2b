"""The picture registry: ids, packing into pages, the table, uploads, and every way a picture can be bad."""

from __future__ import annotations

import logging
import os
import struct
import threading
import zlib
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from ecs_engine import decoding as module
from ecs_engine.core.errors import AssetError
from ecs_engine.pictures import BORDER, Picture, Pictures, Upload

Pixels = npt.NDArray[np.uint8]


def noise(width: int, height: int, channels: int = 4, seed: int = 1) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def premultiplied(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3:].astype(np.float64) / 255
    return np.concatenate([np.rint(pixels[..., :3] * alpha).astype(np.uint8), pixels[..., 3:]], axis=2)


def paint(pictures: Pictures, uploads: list[Upload] | None = None) -> Pixels:
    """What the context thread does: copy every upload into the layers of one texture array."""
    size = pictures.page_size
    layers = np.zeros((pictures.page_count, size, size, 4), np.uint8)
    for upload in pictures.take_uploads() if uploads is None else uploads:
        height, width = upload.pixels.shape[:2]
        layers[upload.page, upload.y : upload.y + height, upload.x : upload.x + width] = upload.pixels
    return layers


def cut(pictures: Pictures, layers: Pixels, picture: Picture, border: int = 0) -> Pixels:
    """What the shader does: look a picture up in the table and read its texels."""
    (u0, v0), (u1, v1) = ((int(corner) & 0xFFFF, int(corner) >> 16) for corner in pictures.table.uv[picture.id])
    page: Pixels = layers[pictures.table.page[picture.id]]
    return page[v0 - border : v1 + border, u0 - border : u1 + border]


def test_white_and_missing_are_built_in() -> None:
    pictures = Pictures()
    assert pictures.white == Picture(0, 1, 1, "white")
    assert pictures.missing.id == 1
    layers = paint(pictures)
    assert (cut(pictures, layers, pictures.white, BORDER) == 255).all()
    colours = np.unique(cut(pictures, layers, pictures.missing).reshape(-1, 4), axis=0)
    assert colours.tolist() == [[0, 0, 0, 255], [255, 0, 255, 255]]


def test_ids_are_dense_and_fit_an_integer_column() -> None:
    pictures = Pictures()
    added = [pictures.add(noise(3, 4), name=f"n{i}") for i in range(5)]
    assert [picture.id for picture in added] == [2, 3, 4, 5, 6]
    assert len(pictures) == 7
    assert pictures[4] is added[2]
    column = np.zeros(3, np.uint32)
    column[1] = added[0]
    column[2] = int(added[4])
    assert column.tolist() == [0, 2, 6]
    with pytest.raises(IndexError, match="0 to 6"):
        pictures[7]
    with pytest.raises(IndexError):
        pictures[-1]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 40), st.sampled_from([3, 4])), max_size=30))
def test_every_picture_comes_back_whole_from_its_page(sizes: list[tuple[int, int, int]]) -> None:
    pictures = Pictures(page_size=64)
    sources = [noise(w, h, channels, seed) for seed, (w, h, channels) in enumerate(sizes)]
    added = [pictures.add(source) for source in sources]
    layers = paint(pictures)
    for source, picture in zip(sources, added, strict=True):
        rgba = source if source.shape[2] == 4 else np.dstack([source, np.full(source.shape[:2], 255, np.uint8)])
        expected = premultiplied(rgba)
        assert np.array_equal(cut(pictures, layers, picture), expected)
        bordered = np.pad(expected, ((1, 1), (1, 1), (0, 0)), mode="edge")
        assert np.array_equal(cut(pictures, layers, picture, BORDER), bordered)
        assert pictures.table.size[picture.id].tolist() == [picture.width, picture.height]


def test_table_grows_bumps_its_version_and_leaves_what_was_read_alone() -> None:
    pictures = Pictures()
    before = pictures.table
    copy = before.uv.copy()
    for seed in range(200):
        pictures.add(noise(2, 2, seed=seed))
    table = pictures.table
    assert table.version == before.version + 200
    assert table.uv.shape == (202, 2)
    assert table.size.shape == (202, 2)
    assert table.page.shape == (202,)
    assert [array.dtype.name for array in (table.uv, table.page, table.size)] == ["uint32", "uint32", "float32"]
    assert np.array_equal(before.uv, copy)
    assert np.array_equal(table.uv[:2], copy)
    with pytest.raises(ValueError, match="read-only"):
        table.uv[0, 0] = 1


def test_corners_pack_two_texels_into_32_bits_up_to_the_largest_page() -> None:
    pictures = Pictures(page_size=65536)
    picture = pictures.add(np.zeros((1, 60000, 4), np.uint8))
    low, high = (int(corner) for corner in pictures.table.uv[picture.id])
    assert (high & 0xFFFF) - (low & 0xFFFF) == 60000
    assert (high >> 16) - (low >> 16) == 1


def test_uploads_are_taken_once_and_are_ready_for_the_gpu() -> None:
    pictures = Pictures()
    pictures.take_uploads()
    source = noise(5, 7)[::-1, ::-1]  # any strides will do
    pictures.add(source)
    (upload,) = pictures.take_uploads()
    assert upload.pixels.shape == (9, 7, 4)
    assert upload.pixels.flags.c_contiguous
    assert not upload.pixels.flags.writeable
    assert pictures.take_uploads() == []


def test_the_given_pixels_are_copied() -> None:
    pictures = Pictures()
    source = np.full((4, 4, 4), 255, np.uint8)
    picture = pictures.add(source)
    source[:] = 0
    assert (cut(pictures, paint(pictures), picture) == 255).all()


def test_transparent_texels_carry_no_colour() -> None:
    pictures = Pictures()
    picture = pictures.add(np.array([[[255, 200, 100, 0], [255, 200, 100, 51]]], np.uint8))
    assert cut(pictures, paint(pictures), picture)[0].tolist() == [[0, 0, 0, 0], [51, 40, 20, 51]]


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((4, 4, 4), np.float32), ["float32", "uint8", "multiply by 255"]),
        (np.zeros((4, 4, 4), np.int64), ["int64", "uint8", "astype"]),
        (np.zeros((4, 4), np.uint8), [r"\(4, 4\)", "height, width, 4"]),
        (np.zeros((4, 4, 2), np.uint8), [r"\(4, 4, 2\)", "height, width, 4"]),
        (np.zeros((0, 4, 4), np.uint8), [r"\(0, 4, 4\)", "at least one pixel"]),
        ([[1, 2], [3, 4]], ["list", "uint8", "numpy"]),
    ],
)
@pytest.mark.parametrize("strict", [True, False])
def test_wrong_pixels_name_what_was_given_and_what_is_expected(pixels: Pixels, words: list[str], strict: bool) -> None:
    pictures = Pictures(strict=strict)
    for word in [*words, "'rock'"]:
        with pytest.raises(AssetError, match=word):
            pictures.add(pixels, name="rock")
    assert len(pictures) == 2
    assert pictures.table.version == 2


def test_larger_than_a_page_names_the_limit(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AssetError, match=r"63 x 4 pixels.*64 texels.*62 x 62.*page_size"):
        Pictures(page_size=64, strict=True).add(noise(63, 4))
    pictures = Pictures(page_size=64)
    assert pictures.add(noise(62, 62)).width == 62
    assert pictures.add(noise(4, 63)) is pictures.missing
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert "62 x 62" in caplog.text


def test_full_pages_name_the_limit_and_keep_what_is_there() -> None:
    pictures = Pictures(page_size=64, max_pages=2, strict=True)
    kept = pictures.add(noise(62, 62))
    with pytest.raises(AssetError, match=r"all 2 pages of 64 x 64 texels are full.*max_pages"):
        pictures.add(noise(62, 62))
    assert len(pictures) == 3
    assert pictures.page_count == 2
    assert np.array_equal(cut(pictures, paint(pictures), kept), premultiplied(noise(62, 62)))


@pytest.mark.parametrize(("page_size", "max_pages"), [(63, 1), (65537, 1), ("256", 1), (64, 0)])
def test_limits_of_the_registry_are_checked(page_size: Any, max_pages: int) -> None:
    with pytest.raises(AssetError, match="give"):
        Pictures(page_size, max_pages)


# -- files --------------------------------------------------------------------------------------------------------


def test_load_decodes_and_reads_a_file_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = noise(6, 5)
    Image.fromarray(source).save(tmp_path / "ship.png")
    pictures = Pictures(strict=True)
    ship = pictures.load(tmp_path / "ship.png")
    assert (ship.width, ship.height) == (6, 5)
    assert np.array_equal(cut(pictures, paint(pictures), ship), premultiplied(source))
    monkeypatch.chdir(tmp_path)
    assert pictures.load("ship.png") is ship
    assert pictures.load(str(tmp_path / "folder" / ".." / "ship.png")) is ship
    assert len(pictures) == 3


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGB", (2, 2), (10, 20, 30)), [10, 20, 30, 255]),
        (Image.new("L", (2, 2), 77), [77, 77, 77, 255]),
        (Image.new("LA", (2, 2), (100, 0)), [0, 0, 0, 0]),
        (Image.new("1", (2, 2), 1), [255, 255, 255, 255]),
        (Image.new("I;16", (2, 2), 40000), [156, 156, 156, 255]),
        (Image.new("RGB", (2, 2), (255, 0, 0)).convert("P"), [255, 0, 0, 255]),
    ],
    ids=lambda value: value.mode if isinstance(value, Image.Image) else "",
)
def test_every_kind_of_png_becomes_rgba(tmp_path: Path, image: Image.Image, expected: list[int]) -> None:
    image.save(tmp_path / "any.png")
    pictures = Pictures(strict=True)
    picture = pictures.load(tmp_path / "any.png")
    assert cut(pictures, paint(pictures), picture)[0, 0].tolist() == expected


def huge_png(side: int) -> bytes:
    """A PNG of a few bytes that declares ``side`` x ``side`` pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(64)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


def bad_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """One path of every bad kind, with the words its error must have."""
    Image.fromarray(noise(30, 30)).save(folder / "good.png")
    whole = (folder / "good.png").read_bytes()
    (folder / "cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("not a picture")
    (folder / "empty.png").write_bytes(b"")
    (folder / "page.png").write_bytes(huge_png(3000))
    (folder / "bomb.png").write_bytes(huge_png(60_000))
    (folder / "code.eps").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    os.mkfifo(folder / "pipe.png")
    return {
        "missing": (folder / "gone.png", "no file 'gone.png'"),
        "misspelt": (folder / "goood.png", "did you mean 'good.png'"),
        "no folder": (folder / "art" / "ship.png", "no folder"),
        "folder": (folder, "is a folder"),
        "pipe": (folder / "pipe.png", "not an ordinary file"),
        "cut": (folder / "cut.png", "cannot be read"),
        "text": (folder / "text.png", "cannot be read"),
        "empty": (folder / "empty.png", "cannot be read"),
        "page": (folder / "page.png", "3000 x 3000.*at most 2046 x 2046"),
        "bomb": (folder / "bomb.png", "was refused.*67108864"),
        "eps": (folder / "code.eps", "cannot be read.*PNG"),
    }


KINDS = ["missing", "misspelt", "no folder", "folder", "pipe", "cut", "text", "empty", "page", "bomb", "eps"]
pillow_warns = pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")


@pillow_warns
@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("kind", KINDS)
def test_a_bad_file_raises_when_strict_and_is_shown_when_not(
    tmp_path: Path, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, words = bad_files(tmp_path)[kind]
    with pytest.raises(AssetError, match=words) as caught:
        Pictures(strict=True).load(path)
    assert str(tmp_path) in str(caught.value)

    pictures = Pictures()
    assert pictures.load(path) is pictures.missing
    assert pictures.load(path) is pictures.missing
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    assert str(caught.value) in caplog.text
    assert len(pictures) == 2


def test_a_picture_of_too_many_pixels_is_refused_even_if_a_page_could_take_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.fromarray(noise(50, 50)).save(tmp_path / "big.png")
    monkeypatch.setattr(module, "MAX_PIXELS", 2499)
    with pytest.raises(AssetError, match=r"declares 50 x 50 pixels.*2499"):
        Pictures(strict=True).load(tmp_path / "big.png")
    monkeypatch.setattr(module, "MAX_PIXELS", 2500)
    assert Pictures(strict=True).load(tmp_path / "big.png").width == 50


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "BMP", "GIF", "TGA", "QOI"])
@pytest.mark.filterwarnings("ignore::UserWarning")
@pillow_warns
def test_spoilt_files_are_pictures_or_end_in_one_error(tmp_path: Path, format: str) -> None:
    rng = np.random.default_rng(len(format))
    path = tmp_path / f"spoilt.{format.lower()}"
    Image.fromarray(noise(20, 14, 3)).save(path, format)
    whole = path.read_bytes()
    refused = 0
    for _ in range(120):
        spoilt = bytearray(whole[: rng.integers(1, len(whole) + 1)] if rng.random() < 0.5 else whole)
        for place in rng.integers(0, min(len(spoilt), 60), rng.integers(0, 4)):
            spoilt[place] = rng.integers(256)
        path.write_bytes(spoilt)
        pictures = Pictures(strict=True)
        try:
            assert pictures.load(path).width <= pictures.max_side
        except AssetError:
            refused += 1
    assert refused > 20


def test_every_picture_that_is_there_is_uploaded_again(tmp_path: Path) -> None:
    pictures = Pictures(page_size=64)
    kept, gone, later = pictures.add(noise(6, 6)), pictures.add(noise(9, 9)), pictures.reserve("later")
    pictures.take_uploads()
    pictures.remove(gone)
    for _ in range(2):
        pictures.recycle()
    pictures.fill(later, noise(8, 8, seed=3))  # where the other one was
    for _ in range(2):
        pictures.upload_again()
        layers = paint(pictures)
        assert np.array_equal(cut(pictures, layers, kept), premultiplied(noise(6, 6)))
        assert np.array_equal(cut(pictures, layers, later), premultiplied(noise(8, 8, seed=3)))
    assert pictures.take_uploads() == []


# -- threads ------------------------------------------------------------------------------------------------------


def test_one_thread_loads_while_another_takes_uploads(tmp_path: Path) -> None:
    """Whoever knows an id finds its texels among the uploads taken after that."""
    pictures = Pictures(page_size=256)
    Image.fromarray(noise(9, 9)).save(tmp_path / "same.png")
    done = threading.Event()
    loaded: list[Picture] = []

    def logic(seed: int) -> None:
        for step in range(150):
            pictures.add(noise(1 + step % 20, 1 + seed, seed=step))
            loaded.append(pictures.load(tmp_path / "same.png"))

    def watch() -> None:
        loaders = [threading.Thread(target=logic, args=(seed,)) for seed in range(3)]
        for thread in loaders:
            thread.start()
        for thread in loaders:
            thread.join()
        done.set()

    watcher = threading.Thread(target=watch)
    watcher.start()
    corners: set[tuple[int, int, int]] = set()
    finished = False
    while not finished:
        finished = done.is_set()
        table = pictures.table
        pages = pictures.page_count
        corners |= {(upload.page, upload.x + BORDER, upload.y + BORDER) for upload in pictures.take_uploads()}
        rows = zip(table.page.tolist(), table.uv[:, 0].tolist(), strict=True)
        known = {(page, corner & 0xFFFF, corner >> 16) for page, corner in rows}
        assert known <= corners
        assert max(page for page, _, _ in known) < pages
    watcher.join()
    assert len(pictures) == len(corners) == 2 + 3 * 150 + 1
    assert len({picture.id for picture in loaded}) == 1


# -- pictures that come later, and go ----------------------------------------------------------------------------


def test_a_reserved_picture_shows_a_tile_until_it_is_filled() -> None:
    pictures = Pictures()
    first, second = pictures.reserve("first"), pictures.reserve("second")
    before = pictures.table
    tile = cut(pictures, paint(pictures), first)
    assert before.uv[first.id].tolist() == before.uv[second.id].tolist()
    assert 0 < tile[..., 3].max() < 128  # faint
    assert before.size[first.id].tolist() == [first.width, first.height]
    source = noise(9, 5)
    real = pictures.fill(first, source)
    assert (real.id, real.width, real.height, real.name) == (first.id, 9, 5, "first")
    assert pictures[first.id] is real
    assert pictures.table.size[first.id].tolist() == [9, 5]
    assert pictures.table.size[second.id].tolist() == [second.width, second.height]
    assert before.size[first.id].tolist() == [first.width, first.height]  # what was read stays


def test_a_filled_picture_is_whole_and_so_are_all_others() -> None:
    pictures = Pictures(page_size=64)
    later, now = pictures.reserve("later"), pictures.add(noise(6, 6))
    source, other = noise(8, 3, seed=2), noise(5, 5, seed=3)
    pictures.fill(later, source)
    uploads = pictures.take_uploads()
    assert np.array_equal(cut(pictures, paint(pictures, uploads), later), premultiplied(source))
    pictures.fill(later, other)  # once more
    uploads += pictures.take_uploads()
    assert np.array_equal(cut(pictures, paint(pictures, uploads), later), premultiplied(other))
    assert np.array_equal(cut(pictures, paint(pictures, uploads), now), premultiplied(noise(6, 6)))
    for _ in range(2):
        pictures.recycle()
    assert pictures.add(source).id == now.id + 1
    where = pictures.take_uploads()[0]
    assert (where.x, where.y) in [(upload.x, upload.y) for upload in uploads]  # the room of the first is free again


def test_what_cannot_be_filled_shows_the_checker() -> None:
    pictures = Pictures(page_size=64)
    later = pictures.reserve("later")
    with pytest.raises(AssetError, match="'later' is 63 x 4"):
        pictures.fill(later, noise(63, 4))
    assert pictures.table.uv[later.id].tolist() == pictures.table.uv[pictures.missing.id].tolist()
    with pytest.raises(AssetError, match="float32"):
        pictures.fill(pictures.reserve("other"), np.zeros((2, 2, 4), np.float32))  # type: ignore[arg-type]


def test_removed_pictures_give_their_room_back_after_two_ticks_and_their_ids_stay() -> None:
    pictures = Pictures(page_size=64, max_pages=2, strict=True)
    large = pictures.add(noise(62, 62))
    pictures.remove(large)
    pictures.remove(large)  # twice does nothing
    assert pictures.table.uv[large.id].tolist() == pictures.table.uv[pictures.missing.id].tolist()
    assert (pictures[large.id].width, pictures[large.id].name) == (32, large.name)
    for _ in range(2):
        with pytest.raises(AssetError, match="are full"):
            pictures.add(noise(62, 62))
        pictures.recycle()
    again = pictures.add(noise(62, 62, seed=4))
    assert again.id == large.id + 1
    assert np.array_equal(cut(pictures, paint(pictures), again), premultiplied(noise(62, 62, seed=4)))
    assert pictures.page_count == 2


def test_built_in_pictures_stay_and_strangers_are_named() -> None:
    pictures = Pictures()
    before = pictures.table.uv.tolist()
    pictures.remove(pictures.white)
    pictures.remove(1)
    assert pictures.table.uv.tolist() == before
    with pytest.raises(IndexError, match="no picture with id 9"):
        pictures.remove(9)


def test_what_was_removed_before_it_came_stays_removed() -> None:
    pictures = Pictures()
    later = pictures.reserve("later")
    pictures.remove(later)
    assert pictures.fill(later, noise(9, 9)).width == pictures.missing.width
    assert pictures.table.uv[later.id].tolist() == pictures.table.uv[1].tolist()


def test_a_file_that_was_removed_is_read_again(tmp_path: Path) -> None:
    Image.fromarray(noise(6, 5)).save(tmp_path / "ship.png")
    pictures = Pictures(strict=True)
    ship = pictures.load(tmp_path / "ship.png")
    pictures.remove(ship)
    again = pictures.load(tmp_path / "ship.png")
    assert again.id != ship.id
    assert again.width == 6


def test_a_large_picture_in_used_room_is_cleared_before_it_comes() -> None:
    pictures = Pictures(page_size=512)
    first = pictures.add(noise(400, 300))
    pictures.remove(first)
    pictures.recycle()
    pictures.recycle()
    pictures.take_uploads()
    second = pictures.add(noise(399, 298, seed=5))
    *strips, last = pictures.take_uploads()
    assert last.pixels.shape == (300, 401, 4)
    assert all(strip.pixels.nbytes <= 1 << 18 and not strip.pixels.any() for strip in strips)
    rows = sorted((strip.y, strip.y + strip.pixels.shape[0]) for strip in strips)
    assert (rows[0][0], rows[-1][1]) == (last.y, last.y + 300)
    assert all(one[1] == other[0] for one, other in pairwise(rows))
    painted = cut(pictures, paint(pictures, [*strips, last]), second)
    assert np.array_equal(painted, premultiplied(noise(399, 298, seed=5)))


def test_pictures_are_found_by_name() -> None:
    pictures = Pictures(64)
    first, _ = (pictures.add(np.zeros((1, 1, 4), np.uint8), name="twin") for _ in range(2))
    assert pictures.named("twin") == first
    assert pictures.named("white") == pictures.white
    assert pictures.named("other") is None
    waiting = pictures.reserve("later.png")
    assert pictures.named("later.png") == waiting
    pictures.remove(waiting)
    assert pictures.named("later.png") is None, "what was loaded anew has another id"


def test_an_id_is_used_again_when_enough_others_were_let_go_of_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecs_engine.pictures.RESTING_IDS", 3)
    registry = Pictures(256)
    registry.reserve("first")  # which makes the grey tile
    pixels = np.full((2, 3, 4), 9, np.uint8)
    made = [registry.add(pixels) for _ in range(5)]
    for picture in made[:4]:
        registry.remove(picture)
    assert registry[made[0].id].width == registry.missing.width
    again = registry.add(pixels, name="again")
    assert again.id == made[0].id
    assert registry[again.id].name == "again"
    assert registry.table.size[again.id].tolist() == [3, 2]
    assert registry.add(pixels).id == len(registry) - 1  # the other three rest
    registry.remove(made[4])
    waiting = registry.reserve("later")
    assert waiting.id == made[1].id
    assert registry.fill(waiting, pixels).id == made[1].id
    assert len({registry.add(pixels).name for _ in range(4)}) == 4
