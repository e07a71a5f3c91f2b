"""The glyph atlas: entries, uploads by bands, and what happens when it is full."""

from __future__ import annotations

import logging
import threading

import numpy as np
import pytest

from ecs_engine.text.atlas import BAND, EMPTY, PAGE_SIZE, GlyphAtlas


def test_uploads_put_every_glyph_where_its_entry_says() -> None:
    rng = np.random.default_rng(3)
    atlas = GlyphAtlas()
    pages = np.zeros((4, PAGE_SIZE, PAGE_SIZE), np.uint8)
    glyphs = {}
    for _ in range(6):
        for _ in range(40):
            values = rng.integers(0, 256, rng.integers(3, 130, 2)).astype(np.uint8)
            glyphs[atlas.add(values, (0, 0, 1, 1))] = values
        uploads = atlas.take_uploads()
        assert len(uploads) <= atlas.page_count * PAGE_SIZE // BAND
        for upload in uploads:
            height, width, channels = upload.pixels.shape
            assert channels == 4
            assert (upload.pixels == upload.pixels[..., :1]).all()
            assert upload.pixels.nbytes <= 1 << 18  # the renderer would spread larger ones over frames
            pages[upload.page, upload.y : upload.y + height, upload.x : upload.x + width] = upload.pixels[..., 0]
        assert atlas.take_uploads() == []
    assert 1 < atlas.page_count <= 4
    for entry, values in glyphs.items():
        (left, top), (right, bottom) = ((int(corner) & 0xFFFF, int(corner) >> 16) for corner in atlas.corners[entry])
        np.testing.assert_array_equal(pages[atlas.page[entry], top:bottom, left:right], values)


def test_a_few_new_glyphs_take_a_few_calls() -> None:
    atlas = GlyphAtlas()
    for _ in range(10):
        atlas.add(np.ones((30, 20), np.uint8), (0, 0, 1, 1))
    assert len(atlas.take_uploads()) == 1


def test_a_full_atlas_says_so_once_and_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    atlas = GlyphAtlas(max_pages=1)
    half = np.ones((PAGE_SIZE, PAGE_SIZE // 2), np.uint8)
    with caplog.at_level(logging.ERROR):
        entries = [atlas.add(half, (0, 0, 1, 1)) for _ in range(5)]
    assert entries == [1, 2, EMPTY, EMPTY, EMPTY]
    assert len(caplog.records) == 1
    assert "use fewer fonts" in caplog.text


def test_threads_may_add_while_another_takes() -> None:
    atlas = GlyphAtlas()
    taken = 0

    def add() -> None:
        for _ in range(200):
            atlas.add(np.full((8, 8), 9, np.uint8), (0, 0, 1, 1))

    threads = [threading.Thread(target=add) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        taken += len(atlas.take_uploads())
    for thread in threads:
        thread.join()
    taken += len(atlas.take_uploads())
    assert atlas.count == 601
    assert taken > 0
    assert len(np.unique(atlas.corners[1:601, 0])) == 600
