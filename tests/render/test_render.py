"""The renderer on the mocked OpenGL: what is streamed, what is drawn, and how many calls it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecs_engine.components import Blend, Camera2D, Sprite, SpriteDraw, Transform2D, Velocity, WorldPose2D
from ecs_engine.core.component import batch, component, field_of
from ecs_engine.core.errors import GLError
from ecs_engine.core.fields import UVec4
from ecs_engine.core.screen import pixel_box
from ecs_engine.frame.keys import first_key
from ecs_engine.frame.snapshot import ColumnSpec, DrawList
from ecs_engine.pictures import Pictures
from ecs_engine.render import PipelineSource, shader_text
from ecs_engine.render.streams import ColumnStream
from ecs_engine.render.system import allot_units
from ecs_engine.systems import Drawable, Drawables, EntityRows, Pool
from ecs_engine.testing import FakeGL, Limits
from ecs_engine.testing.app import FakeApp

MakeApp = Callable[..., FakeApp]


@pytest.fixture
def make_app() -> Iterator[MakeApp]:
    apps: list[FakeApp] = []

    def make(limits: Limits | None = None, **options: Any) -> FakeApp:
        version = options.pop("version", (4, 5))
        app = FakeApp(FakeGL(version, size=(640, 360), limits=limits or Limits(), extensions=[]), **options)
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.close()
        app.gl.assert_no_error()
        app.gl.assert_no_leaks()


def draw(app: FakeApp, alpha: float) -> None:
    app.renderer.render(app.frame, alpha, app.window.framebuffer_size)
    app.window.swap()


def on_gpu(app: FakeApp, stream: ColumnStream, rows: int) -> np.ndarray[Any, Any]:
    """The first rows of a column as the shaders read them, page after page."""
    limit = app.device.capabilities.max_texture_buffer_size
    parts = []
    source, held = stream._shown
    for index, first in enumerate(range(0, rows, limit)):
        page = source.page(index)
        age = 0 if held is None else page.writes - held.writes[index]
        assert age < 2
        count = min(limit, rows - first)
        region = page._regions[page._current - age]
        numbers = app.gl.buffer_bytes(region.buffer)[: count * page.width * page.dtype.itemsize]
        parts.append(np.array(numbers).view(page.dtype).reshape(count, page.width))
    return np.concatenate(parts) if parts else np.zeros((0, stream.page(0).width), np.float32)


def drawn(app: FakeApp) -> list[list[int]]:
    """The row ids of each draw of the last frame, as the pieces' pages and local ids give them."""
    frame, order = app.frame, app.renderer._order
    limit = app.device.capabilities.max_texture_buffer_size
    local = on_gpu(app, order._stream, frame.draws.order_length)[:, 0].astype(np.int64)
    found = []
    for _, which, _, first, count in frame.draws.draws[: frame.draws.draw_count].tolist():
        rows: list[int] = []
        for page, start, length in order.cut(frame.draws, first, count, frame.sets[which].layout.capacity):
            assert start // limit == (start + length - 1) // limit, "a piece lies in one page of the order"
            rows += (local[start : start + length] + page * limit).tolist()
        found.append(rows)
    return found


def check_gpu(app: FakeApp) -> None:
    """Columns, order and draws on the GPU are those of the frame."""
    frame = app.frame
    index = [each.name for each in frame.sets].index("sprites")
    snapshot, streams = frame.sets[index], app.renderer._streams[index]
    blocks = list(zip(snapshot.layout.firsts, snapshot.counts, strict=True))
    rows = max((first + count for first, count in blocks), default=0)
    for name, stream in streams.columns.items():
        numbers = on_gpu(app, stream, rows)
        for first, count in blocks:
            block = slice(first, first + count)
            np.testing.assert_array_equal(numbers[block], snapshot.columns[name].array[block])
    expected = [
        frame.draws.order[first : first + count].tolist()
        for *_, first, count in frame.draws.draws[: frame.draws.draw_count].tolist()
    ]
    assert drawn(app) == expected


def fill(app: FakeApp, rng: np.random.Generator, count: int, *extras: Any) -> list[int]:
    return app.world.create_entities(
        count,
        batch(Transform2D, position=rng.uniform(-400, 400, (count, 2)).astype("f4")),
        batch(Sprite, layer=rng.integers(-2, 3, count).astype("i2"), blend=(rng.random(count) < 0.2).astype("u1")),
        *extras,
    ).tolist()


@pytest.mark.parametrize("version", [(4, 5), (3, 3)])
@pytest.mark.parametrize("limit", [1 << 27, 64])
@pytest.mark.parametrize("seed", range(3))
def test_the_gpu_holds_the_frames_columns_however_many_frames_were_skipped(
    make_app: MakeApp, version: tuple[int, int], limit: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    app = make_app(Limits(max_texture_buffer_size=limit), version=version)
    entities = fill(app, rng, 100) + fill(app, rng, 30, Velocity(linear=(20, 0)))
    for _ in range(30):
        action = rng.integers(6)
        if action == 0:
            entities += fill(app, rng, int(rng.integers(1, 300)))
        elif action == 1:
            for entity in rng.choice(entities, len(entities) // 3, replace=False).tolist():
                app.world.delete_entity(entity)
                entities.remove(entity)
        elif action == 2:
            for entity in rng.choice(entities, 5).tolist():
                app.world.component_for_entity(entity, Transform2D).position = rng.uniform(-400, 400, 2).tolist()
        elif action == 3:
            app.world.component_for_entity(int(rng.choice(entities)), Sprite).tint = (1, 2, 3, int(rng.integers(255)))
        app.step(int(rng.integers(1, 5)), draw=bool(rng.random() < 0.6))
        app._exchange.acquire()
        draw(app, float(rng.random()))
        check_gpu(app)


def test_draw_calls_are_the_draws_of_the_frame(make_app: MakeApp, rng: np.random.Generator) -> None:
    app = make_app()
    fill(app, rng, 500)
    for order, viewport in enumerate([(0, 0, 0.5, 1), (0.5, 0, 0.5, 1), (0, 0, 1, 1)]):
        app.world.create_entity(
            Transform2D(position=(order * 100, 0)), Camera2D(viewport=viewport, order=order, clear=(9, 9, 9, 255))
        )
    app.step()
    draws = app.frame.draws
    assert draws.draw_count == app.device.last_frame.draw_calls == app.gl.frames[-1].draw_count > 3
    counts = [draw.count for draw in app.gl.frames[-1].draws]
    assert counts == (draws.draws[: draws.draw_count, DrawList.COUNT] * 6).tolist()
    assert ("glViewport", (320, 0, 320, 360)) in app.gl.frames[-1].commands


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(5)


def steady_calls(make_app: MakeApp, version: tuple[int, int], count: int) -> int:
    app = make_app(version=version)
    rng = np.random.default_rng(0)
    app.world.create_entities(
        count,
        batch(Transform2D, position=rng.uniform(-100, 100, (count, 2)).astype("f4")),
        Velocity(linear=(1, 0), angular=1),
        batch(Sprite, layer=rng.integers(0, 8, count).astype("i2")),
    )
    for _ in range(6):
        app.step()  # regions grow at their first writes
    calls = set()
    for _ in range(5):
        app.step()
        calls.add(app.device.last_frame.gl_calls)
        assert app.device.last_frame.draw_calls == 1
    app.close()
    return max(calls)


@pytest.mark.parametrize("version", [(4, 5), (3, 3)])
def test_a_frame_takes_few_calls_and_no_more_for_more_sprites(make_app: MakeApp, version: tuple[int, int]) -> None:
    few, many = steady_calls(make_app, version, 10), steady_calls(make_app, version, 5000)
    assert few == many <= 60


def test_a_static_scene_streams_nothing(make_app: MakeApp, rng: np.random.Generator) -> None:
    app = make_app()
    fill(app, rng, 300)
    app.step(6)
    for _ in range(4):
        app.step()
        assert app.device.last_frame.uploads_bytes == 0
    mover = app.world.create_entity(Transform2D(), Sprite(), Velocity(linear=(1, 0)))
    app.step(6)
    app.step()
    # Its own table's pose and previous pose, in blocks of 256 rows, and three frames' worth at most.
    assert 0 < app.device.last_frame.uploads_bytes <= 2 * 2 * 256 * 16
    assert mover


@pytest.mark.parametrize("version", [(4, 5), (3, 3)])
def test_of_what_moves_one_pose_a_tick_is_streamed(make_app: MakeApp, version: tuple[int, int]) -> None:
    app = make_app(version=version)
    count = 1024
    app.world.create_entities(count, Transform2D(), Sprite(), Velocity(linear=(1, 0)))
    app.step(6)
    pose = 16 * count
    for _ in range(4):
        app.step()
        assert pose <= app.device.last_frame.uploads_bytes < pose + 256
        check_gpu(app)
    app.step(2, draw=False)
    app.step()  # nobody has seen the tick before
    assert 2 * pose <= app.device.last_frame.uploads_bytes < 2 * pose + 256
    check_gpu(app)


def test_a_drawing_between_ticks_streams_only_the_view(make_app: MakeApp, rng: np.random.Generator) -> None:
    app = make_app()
    fill(app, rng, 300)
    app.step(6)
    draw(app, 0.25)
    draw(app, 0.75)
    assert 0 < app.device.last_frame.uploads_bytes <= 256


# -- other drawables -----------------------------------------------------------------------------------
@component(companions=(SpriteDraw,))
class Spot:
    """A second kind of drawn thing, with the shaders of sprites."""

    look: UVec4 = (0, 0, 0, 0)


SPOTS = Drawable(
    "spots",
    {
        "pose": field_of(WorldPose2D, "pose"),
        "prev": field_of(WorldPose2D, "previous"),
        "rect": field_of(SpriteDraw, "rect"),
        "look": field_of(Spot, "look"),
    },
    EntityRows(
        (Spot, WorldPose2D),
        pose=field_of(WorldPose2D, "pose"),
        radius=field_of(SpriteDraw, "radius"),
        key=field_of(SpriteDraw, "key"),
    ),
)
SPOT_SHADERS = PipelineSource(shader_text("sprites.vert.glsl"), shader_text("sprites.frag.glsl"))


def test_sets_with_programs_of_their_own_interleave_by_layer(make_app: MakeApp) -> None:
    app = make_app(drawables=((SPOTS, SPOT_SHADERS),))
    app.world.create_entities(5, Transform2D(), Sprite(layer=-1))
    app.world.create_entities(5, Transform2D(), Sprite(layer=1))
    for entity in app.world.create_entities(5, Transform2D(), Spot()).tolist():
        location = app.world.location(entity)
        assert location is not None
        location[0].arrays[field_of(SpriteDraw, "key")][location[1]] = 512 << 6 | 1 << 3
    app.step()
    draws = app.gl.frames[-1].draws
    assert [draw.count for draw in draws] == [30, 30, 30]
    assert draws[0].program == draws[2].program != draws[1].program


# -- pools, lookups and pages of their own ---------------------------------------------------------------
BOARD = Drawable("board", {"look": field_of(Spot, "look")}, lookups=(ColumnSpec("inks", np.dtype(np.float32), 4),))
BOARD_SHADERS = PipelineSource(
    """
uniform usamplerBuffer order_rows, look;
uniform samplerBuffer inks;
flat out vec4 ink;
void main() {
    int row = int(texelFetch(order_rows, gl_VertexID >> 2).r);
    ink = texelFetch(inks, int(texelFetch(look, row).r));
    gl_Position = vec4(gl_VertexID & 1, (gl_VertexID >> 1) & 1, 0.0, 1.0);
}
""",
    """
uniform sampler2DArray pages;
flat in vec4 ink;
out vec4 color;
void main() { color = ink * texture(pages, vec3(0.0)); }
""",
)


def ink_on_gpu(app: FakeApp) -> np.ndarray[Any, Any]:
    stream = app.renderer._streams[-1].lookups["inks"]._stream.page(0)
    return np.array(app.gl.buffer_bytes(stream.buffer)).view(np.float32).reshape(-1, 4)[: stream.n_rows]


def test_lookups_follow_however_many_frames_were_skipped(make_app: MakeApp) -> None:
    rng = np.random.default_rng(3)
    app = make_app(drawables=((BOARD, BOARD_SHADERS),))
    board = app.world.resource(Drawables)["board"]
    pool = Pool(Spot)
    board.pools.append(pool)
    pool.resize(4)
    pool.chunks.cut([0], [4], [first_key(0)])
    inks = np.zeros((0, 4), np.float32)
    for _ in range(30):
        if rng.random() < 0.5:
            inks = rng.random((int(rng.integers(1, 3000)), 4)).astype("f4")
            board.lookups["inks"].set(inks)
            inks = inks.copy()
        app.step(int(rng.integers(1, 4)), draw=bool(rng.integers(2)))
        app.step()
        np.testing.assert_array_equal(ink_on_gpu(app), inks)
        assert app.device.last_frame.draw_calls == 1
    for _ in range(3):
        app.step()
    assert app.device.last_frame.uploads_bytes == 0, "what did not change is not sent again"
    app.lose_context()
    app.step()
    np.testing.assert_array_equal(ink_on_gpu(app), inks)


def test_nothing_is_made_for_a_lookup_until_its_rows_are_drawn(make_app: MakeApp) -> None:
    app = make_app(drawables=((BOARD, BOARD_SHADERS),))

    def made() -> set[str]:
        return {buffer.label for buffer in app.gl.buffers.made.values() if buffer.label.startswith("board.")}

    app.step()
    assert made() == set()
    pool = Pool(Spot)
    app.world.resource(Drawables)["board"].pools.append(pool)
    pool.resize(1)
    pool.chunks.cut([0], [1], [first_key(0)])
    app.step()
    assert {name.split()[0] for name in made()} == {"board.look", "board.inks"}


def test_a_lookup_longer_than_the_drivers_buffer_textures_is_a_clear_error(make_app: MakeApp) -> None:
    app = make_app(Limits(max_texture_buffer_size=64), drawables=((BOARD, BOARD_SHADERS),))
    board = app.world.resource(Drawables)["board"]
    board.lookups["inks"].set(np.zeros((65, 4), np.float32))
    app.step()  # without rows nothing of a drawable is sent
    board.pools.append(Pool(Spot))
    with pytest.raises(GLError, match=r"board.inks.* cannot hold 65 rows"):
        app.step()


def test_a_drawable_may_have_pages_of_its_own(make_app: MakeApp) -> None:
    pages = Pictures(128)
    app = make_app(page_size=64, drawables=((BOARD, replace(BOARD_SHADERS, pages=pages)),))
    picture = pages.add(np.full((3, 3, 4), 9, np.uint8))
    app.step()
    texture = app.renderer._pages[-1]
    assert (texture.width, app.renderer._pages[0].width) == (128, 64)
    u, v = (int(n) for n in (pages.table.uv[picture.id, 0] & 0xFFFF, pages.table.uv[picture.id, 0] >> 16))
    assert app.gl.texture_image(texture.id, 0, 0)[v, u].tolist() == [0, 0, 0, 9]
    app.lose_context()
    app.step()
    assert app.gl.texture_image(texture.id, 0, 0)[v, u].tolist() == [0, 0, 0, 9]


# -- limits --------------------------------------------------------------------------------------------
def test_any_number_of_cameras_draws(make_app: MakeApp) -> None:
    app = make_app()
    app.world.create_entity(Transform2D(), Sprite())
    for count in (10, 40, 3):
        app.world.clear_database()
        app.world.create_entity(Transform2D(), Sprite())
        for _ in range(count):
            app.world.create_entity(Transform2D(), Camera2D())
        app.step()
        assert app.device.last_frame.draw_calls == count


def test_pages_larger_than_the_drivers_textures_are_a_clear_error() -> None:
    gl = FakeGL(limits=Limits(max_texture_size=1024))  # OpenGL's least
    with pytest.raises(GLError, match="page_size=1024 or less"):
        FakeApp(gl, page_size=2048)
    gl.assert_no_leaks()
    with FakeApp(FakeGL(limits=Limits(max_texture_size=1024)), page_size=1024) as app:
        app.step()


def test_pages_grow_to_the_drivers_last_layer_and_then_say_so(make_app: MakeApp) -> None:
    app = make_app(Limits(max_array_texture_layers=5), page_size=64)
    sizes = []
    for _ in range(4):
        app.pictures.add(np.zeros((62, 62, 4), np.uint8))
        app.step()
        sizes.append(app.renderer._pictures.texture.layers)
    assert app.pictures.page_count == 5
    assert sizes[-1] == 5
    app.pictures.add(np.zeros((62, 62, 4), np.uint8))
    with pytest.raises(GLError, match="fill 6 pages and this driver has room for 5"):
        app.step()


def test_pipelines_share_texture_units_only_where_there_are_not_enough() -> None:
    assert allot_units([4, 5, 3], 2, 48) == [2, 6, 11]
    assert allot_units([4, 5, 3, 6], 2, 12) == [2, 6, 2, 5]


def test_changing_between_pipelines_binds_nothing_anew(make_app: MakeApp) -> None:
    app = make_app(drawables=((SPOTS, SPOT_SHADERS),))
    app.world.create_entities(5, Transform2D(), Sprite(layer=-1))
    ids = app.world.create_entities(5, Transform2D(), Spot()).tolist()
    counts = []
    for top in (False, True):
        if top:
            app.world.create_entities(5, Transform2D(), Sprite(layer=1))
        for entity in ids:
            location = app.world.location(entity)
            assert location is not None
            location[0].arrays[field_of(SpriteDraw, "key")][location[1]] = 512 << 6 | 1 << 3
        app.step(3)
        app.step()
        counts.append(app.device.last_frame.gl_calls)
    assert app.device.last_frame.draw_calls == 3
    assert counts[1] - counts[0] <= 3  # the program, its view, and the draw


def test_viewports_meet_without_gaps() -> None:
    for width in (640, 641, 7, 1):
        thirds = [pixel_box((i / 3, 0, 1 / 3, 1), (width, 10)) for i in range(3)]
        assert sum(box[2] for box in thirds) == width
        assert [box[0] for box in thirds[1:]] == [thirds[0][2], thirds[0][2] + thirds[1][2]]
    assert pixel_box((0.5, 0.5, -1, 0), (100, 100))[2:] == (0, 0)


def test_blends_beyond_the_known_ones_draw(make_app: MakeApp) -> None:
    app = make_app()
    for blend in (Blend.ALPHA, Blend.ADD, 200):
        app.world.create_entity(Transform2D(), Sprite(blend=blend))
    app.step()
    assert app.device.last_frame.draw_calls == 3
