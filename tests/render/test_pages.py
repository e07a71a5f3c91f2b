"""Pictures that are added while a game runs."""

from __future__ import annotations

import numpy as np

from ecs_engine.testing.app import FakeApp

SIDE = 1000
BUDGET = 2 << 20


def add_large(app: FakeApp) -> tuple[int, np.ndarray]:
    pixels = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 4)).astype(np.uint8)
    pixels[..., 3] = 255
    return int(app.pictures.add(pixels)), pixels


def texels(app: FakeApp, picture: int) -> np.ndarray:
    """What the texture array holds where the picture belongs."""
    table = app.pictures.table
    (left, top), (right, bottom) = ((int(uv) & 0xFFFF, int(uv) >> 16) for uv in table.uv[picture])
    layer = app.gl.texture_image(app.renderer._pictures.texture.id, 0, int(table.page[picture]))
    return layer[top:bottom, left:right]


def test_a_large_picture_is_there_at_once_when_stepping() -> None:
    with FakeApp(page_size=1024) as app:
        app.step()
        picture, pixels = add_large(app)
        app.step()
        assert np.array_equal(texels(app, picture), pixels)


def test_a_large_picture_is_spread_over_frames_where_none_may_be_late() -> None:
    with FakeApp(page_size=1024) as app:
        app.step()
        app.renderer.spread_uploads = True
        picture, pixels = add_large(app)
        app.step()
        assert not np.array_equal(texels(app, picture), pixels)
        frames = 1
        while not np.array_equal(texels(app, picture), pixels):
            assert app.device.last_frame.uploads_bytes <= BUDGET + 4096
            app.step()
            frames += 1
            assert frames < 10
        assert frames == 2  # 4 MB by 2 MiB a frame


def test_a_small_picture_is_there_at_once() -> None:
    with FakeApp(page_size=256) as app:
        app.renderer.spread_uploads = True
        picture = int(app.pictures.add(np.full((8, 8, 4), 255, np.uint8)))
        app.step()
        assert (texels(app, picture) == 255).all()


def test_a_picture_that_goes_while_it_is_sent_does_not_spoil_the_next_one() -> None:
    with FakeApp(page_size=1024) as app:
        app.pictures.add(np.full((980, 980, 4), 255, np.uint8))  # the first page is full
        app.step()
        app.renderer.spread_uploads = True
        large, _ = add_large(app)
        app.step()  # half of it is there
        page = app.pictures.table.page[large]
        app.pictures.remove(large)
        for _ in range(2):
            app.pictures.recycle()
        other = int(app.pictures.add(np.full((1000, 60, 4), 200, np.uint8)))
        assert app.pictures.table.page[other] == page
        for _ in range(4):
            app.step()
        assert (texels(app, other)[..., 3] == 200).all()
