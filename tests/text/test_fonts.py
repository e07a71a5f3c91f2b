"""Fonts: what they draw, what they measure, and what becomes of files that are none."""

from __future__ import annotations

import logging
import os
import struct
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.assets.font import GLYPHS
from ecs_engine.core.errors import AssetError, EngineError
from ecs_engine.text import Fonts
from ecs_engine.text.atlas import EMPTY, PAGE_SIZE
from ecs_engine.text.compose import layout_of, place
from ecs_engine.text.word import ENTRY, Word

from .conftest import RUBIK


@pytest.mark.parametrize("which", ["pixels", "sans", "sans at 16"])
def test_any_text_is_laid_out(which: str) -> None:
    fonts = Fonts(strict=True)
    font = {"pixels": fonts.default, "sans": fonts.sans(), "sans at 16": fonts.sans(pixels=16)}[which]

    @settings(max_examples=150, deadline=None)
    @given(st.text(st.characters(), max_size=30), st.sampled_from([0.0, 3.0, 100.0]))
    def check(text: str, wrap: float) -> None:
        placed = place(fonts.blocks, [text], [font], [layout_of(font, 20.0, wrap)])
        assert np.isfinite(placed.rect).all()
        assert ((placed.character >= 0) & (placed.character < max(len(text), 1))).all()
        width, height = font.measure(text, 20.0, wrap=wrap)
        assert width >= 0
        assert height > 0

    check()


def drawn(font_word: np.ndarray) -> list[int]:  # type: ignore[type-arg]
    return [int(entry) for entry in font_word[:, ENTRY]]


@pytest.mark.parametrize("which", ["pixels", "sans", "sans at 16"])
def test_what_a_font_lacks_is_a_box(which: str, fonts: Fonts) -> None:
    font = {"pixels": fonts.default, "sans": fonts.sans(), "sans at 16": fonts.sans(pixels=16)}[which]
    first, second = drawn(font.word("漢").glyphs), drawn(font.word("\U0001f600").glyphs)
    assert first == second != [EMPTY]
    assert drawn(font.word("A").glyphs) != first
    assert drawn(font.word(" ").glyphs) == [EMPTY]
    assert font.word("\ud800").advance > 0


def test_the_pixel_font_is_our_drawing(fonts: Fonts) -> None:
    font = fonts.default
    (entry,) = drawn(font.word("R").glyphs)
    corner = int(fonts.atlas.corners[entry, 0])
    left, top = corner & 0xFFFF, corner >> 16
    page = np.zeros((PAGE_SIZE, PAGE_SIZE), np.uint8)
    for upload in fonts.atlas.take_uploads():
        height, width = upload.pixels.shape[:2]
        page[upload.y : upload.y + height, upload.x : upload.x + width] = upload.pixels[..., 0]
    dots = page[top + 12 : top + 80 : 8, left + 12 : left + 48 : 8] > 127  # 8 texels a dot, and one dot around
    np.testing.assert_array_equal(dots, GLYPHS["R"])
    assert font.measure("AB\nC", 20) == (24, 2 * (11 + 9))


def test_the_monospaced_font_keeps_columns(fonts: Fonts) -> None:
    mono = fonts.mono()
    assert {mono.word(letter).advance for letter in "iW.0_\u00e9"} == {mono.word("m").advance}
    assert fonts.mono(700) is not mono
    assert fonts.mono() is mono


def test_shaping_is_harfbuzzs(fonts: Fonts) -> None:
    sans = fonts.sans()
    assert sans.word("AV").advance < sans.word("A").advance + sans.word("V").advance  # kerning
    assert len(sans.word("e\u0301").glyphs) == 1  # composed
    alone = {entry for letter in "سلام" for entry in drawn(sans.word(letter).glyphs)}
    assert set(drawn(sans.word("سلام").glyphs)) != alone  # Arabic letters join
    assert not sans.word("שלום").rightward
    assert sans.word("abc").rightward


def test_measures_follow_size_wrap_and_spacing(fonts: Fonts) -> None:
    sans = fonts.sans()
    width, height = sans.measure("Hello there", 20)
    assert sans.measure("Hello there", 40) == pytest.approx((2 * width, 2 * height))
    narrow, tall = sans.measure("Hello there", 20, wrap=width * 0.7)
    assert narrow < width * 0.7
    assert tall > 1.5 * height
    assert sans.measure("Hello there", 20, wrap=width * 0.7, line_spacing=2)[1] > 1.3 * tall


def test_fonts_are_read_once_and_told_apart(fonts: Fonts) -> None:
    assert fonts.sans() is fonts.sans(400)
    assert fonts.load(RUBIK, weight=400) is fonts.sans()
    assert fonts.load(os.path.relpath(RUBIK), weight=400) is fonts.sans()
    assert len({fonts.sans(), fonts.sans(700), fonts.sans(pixels=16), fonts.load(RUBIK), fonts.default}) == 5
    assert fonts.sans(700).measure("width", 20) > fonts.sans(300).measure("width", 20)


def test_words_that_come_again_are_remembered_and_others_forgotten(
    fonts: Fonts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A word of each lot stays in use; were its glyphs kept with those of its lot, none would ever be given up."""
    sans, shaped = fonts.sans(), Counter[str]()
    shape = sans.shape

    def counted(words: Sequence[str]) -> list[Word]:
        shaped.update(words)
        return shape(words)

    monkeypatch.setattr(sans, "shape", counted)
    kept: list[str] = []
    for lot in range(300):
        kept.append(f"kept {lot}")
        words = [*kept, *(f"{lot} {number}" for number in range(100))]
        known = sans.words([*words, *words])
        assert known["kept 0"].advance == sans.word("kept 0").advance == shape(["kept 0"])[0].advance
    assert set(shaped.values()) == {1}
    assert len(shaped) == 300 * 101
    remembered = [*sans.known.values(), *sans._old.values()]
    assert len(remembered) <= 2 * (4096 + 400)
    arrays = {id(array): array for word in remembered for array in [word.glyphs.base, word.glyphs] if array is not None}
    own = [array for array in arrays.values() if array.base is None]
    assert sum(map(len, own)) < 2 * (4096 + 400) * len("kept 100")


# -- files that are no fonts -------------------------------------------------------------------------------------------


def refuse(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "bad.ttf"
    path.write_bytes(data)
    with pytest.raises(AssetError) as caught:
        Fonts(strict=True).load(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "ends at byte 0"),
        (b"\0\1\0\0", "ends at byte 4"),
        (b"GIF89a" + bytes(100), "begins with b'GIF8'"),
        (b"wOF2" + bytes(100), "WOFF2 file, a compressed font"),
        (b"ttcf" + struct.pack(">III", 0x10000, 1, 0xFFFFFFF0), "before the list of its tables at byte 4294967280"),
        (b"\0\1\0\0" + struct.pack(">HHHH", 9, 0, 0, 0), "within the list of its 9 tables"),
        (b"\0\1\0\0" + struct.pack(">HHHH", 0, 0, 0, 0), "no table 'head'"),
        (
            b"OTTO" + struct.pack(">HHHH4sIII", 1, 0, 0, 0, b"head", 0, 28, 0xFFFFFFFF),
            "table 'head' should end at byte 4294967323",
        ),
    ],
)
def test_what_is_no_font_is_refused_with_place_and_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    assert reason in refuse(tmp_path, data)


def test_the_small_font_is_one(tmp_path: Path, small_font: bytes) -> None:
    path = tmp_path / "small.ttf"
    path.write_bytes(small_font)
    assert Fonts(strict=True).load(path).word("Agfi").advance > 0


def test_a_font_cut_short_anywhere_is_refused(tmp_path: Path, small_font: bytes) -> None:
    for length in range(0, len(small_font) - 4, 211):
        refuse(tmp_path, small_font[:length])


def test_a_table_that_is_damaged_or_missing_is_named(tmp_path: Path, small_font: bytes) -> None:
    head = small_font.index(struct.pack(">I", 0x5F0F3CF5)) - 12
    assert "16 to 16,384" in refuse(tmp_path, small_font[: head + 18] + b"\0\1" + small_font[head + 20 :])
    assert f"'head' at byte {head} is damaged" in refuse(
        tmp_path, small_font[: head + 12] + b"\0" + small_font[head + 13 :]
    )
    assert "no table 'cmap'" in refuse(tmp_path, small_font.replace(b"cmap", b"dmap"))
    assert "no table 'glyf'" in refuse(tmp_path, small_font.replace(b"loca", b"moca"))
    maxp = small_font.index(b"maxp")
    offset = struct.unpack_from(">I", small_font, maxp + 8)[0]
    assert "name no glyph" in refuse(tmp_path, small_font[: offset + 4] + b"\0\0" + small_font[offset + 6 :])


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Rubic.ttf", "did you mean 'Rubik.ttf'"),
        ("", "is a folder; give the name of a file"),
        ("no/x.ttf", "no folder"),
    ],
)
def test_a_font_that_is_not_there(tmp_path: Path, name: str, reason: str) -> None:
    (tmp_path / "Rubik.ttf").write_bytes(b"")
    with pytest.raises(AssetError, match=reason):
        Fonts(strict=True).load(tmp_path / name)


def test_a_pipe_is_never_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ttf")
    with pytest.raises(AssetError, match="not an ordinary file"):
        Fonts(strict=True).load(tmp_path / "pipe.ttf")


def test_a_file_too_large_is_refused_unread(tmp_path: Path) -> None:
    with open(tmp_path / "huge.ttf", "wb") as file:
        file.truncate(1 << 40)  # a file of holes: reading it would end the process
    with pytest.raises(AssetError, match=r"1,099,511,627,776 bytes, and at most 67,108,864"):
        Fonts(strict=True).load(tmp_path / "huge.ttf")


def test_without_strictness_the_pixel_font_stands_in_and_one_error_is_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fonts = Fonts()
    with caplog.at_level(logging.ERROR):
        assert fonts.load(tmp_path / "none.ttf") is fonts.default
        assert fonts.load(tmp_path / "none.ttf") is fonts.default
    assert len(caplog.records) == 1
    assert "there is no file 'none.ttf'" in caplog.text


def test_weights_and_pixels_that_cannot_be(tmp_path: Path, fonts: Fonts, small_font: bytes) -> None:
    with pytest.raises(AssetError, match="no weight 1000; give one from 300 to 900"):
        fonts.sans(1000)
    (tmp_path / "small.ttf").write_bytes(small_font)
    with pytest.raises(AssetError, match="one weight only"):
        fonts.load(tmp_path / "small.ttf", weight=700)
    for pixels in (0, 3, 257, 10**9, 16.5):
        with pytest.raises(AssetError, match="from 4 to 256"):
            fonts.sans(pixels=pixels)  # type: ignore[arg-type]
    for size in (0, -1, float("nan"), float("inf")):
        with pytest.raises(EngineError, match="give a number above 0"):
            fonts.default.measure("x", size)


def test_a_glyph_that_claims_a_giant_size_is_a_box(tmp_path: Path, small_font: bytes) -> None:
    """With 16 units to an em, a letter of 700 units is 44 ems high: 15 million texels."""
    head = small_font.index(struct.pack(">I", 0x5F0F3CF5)) - 12
    path = tmp_path / "bomb.ttf"
    path.write_bytes(small_font[: head + 18] + struct.pack(">H", 16) + small_font[head + 20 :])
    fonts = Fonts(strict=True)
    font = fonts.load(path)
    assert drawn(font.word("A").glyphs) == drawn(font.word("漢").glyphs)
    assert fonts.atlas.page_count == 1


def test_damaged_fonts_are_refused_or_drawn_and_nothing_else(tmp_path: Path, small_font: bytes) -> None:
    path = tmp_path / "damaged.ttf"
    rng = np.random.default_rng(11)
    loaded = refused = 0
    for _ in range(250):
        data = bytearray(small_font)
        for _ in range(int(rng.integers(1, 12))):
            data[rng.integers(0, len(data) if rng.random() < 0.7 else 300)] = rng.integers(0, 256)
        path.write_bytes(bytes(data))
        fonts = Fonts(strict=True)
        try:
            font = fonts.load(path)
        except AssetError:
            refused += 1
            continue
        loaded += 1
        place(fonts.blocks, ["Agfi é\nlong words"], [font], [layout_of(font, 20.0, 60.0)])
        assert fonts.atlas.page_count <= 2
    assert loaded > 20
    assert refused > 20
