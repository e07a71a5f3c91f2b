"""Shapes, polygons, lines and debug drawing as rows: triangles against areas, chunks that hold them, and what is
refused. How they look is in tests/render/test_kinds.py."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan, pi
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine.components import Collider, ColliderShape, Shape, Sprite, Transform2D
from ecs_engine.components.shapes import Gradient, ShapeDraw, ShapeKind
from ecs_engine.core.component import batch, field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World
from ecs_engine.frame.keys import first_key
from ecs_engine.systems import (
    SHAPES,
    SPRITES,
    DebugDraw,
    DebugDrawSystem,
    Drawables,
    PathSystem,
    PhysicsSystem,
    Polygon,
    Polyline,
    Pool,
    ShapeSystem,
    TransformSystem,
)
from ecs_engine.systems.shapes.paths import gradient_of
from ecs_engine.systems.shapes.rows import EXTRA, FORM, PAINT, POSE, PREVIOUS
from ecs_engine.systems.shapes.triangulate import outer_edges, triangulate

DT = 1 / 60
SQUARE = [(0, 0), (10, 0), (10, 10), (0, 10)]
MakeWorld = Callable[..., World]


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    return make_world(
        PhysicsSystem(), TransformSystem(), ShapeSystem(), PathSystem(), DebugDrawSystem(),
        drawables=Drawables(SPRITES, SHAPES),
    )  # fmt: skip


def pool(world: World) -> Pool:
    (only,) = world.resource(Drawables)["shapes"].pools
    return only


# -- triangles -------------------------------------------------------------------------------------------
def area(points: Any) -> float:
    x, y = np.asarray(points, np.float64).T
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def triangle_areas(points: Any, triangles: Any) -> Any:
    a, b, c = (np.asarray(points, np.float64)[triangles[:, corner]] for corner in range(3))
    return ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) / 2


def star_shaped(rng: np.random.Generator, count: int) -> Any:
    """A random polygon around (0, 0), mostly not convex, that does not cross itself."""
    angles = np.sort((np.arange(count) + rng.uniform(0, 0.9, count)) * 2 * pi / count)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1) * rng.uniform(5, 100, (count, 1))


def comb(teeth: int) -> Any:
    """With deep teeth."""
    return [(0, 0), (2 * teeth, 0), *((2 * teeth - x, 9 - 8 * (x % 2)) for x in range(2 * teeth + 1))]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("turn", [1, -1])
def test_triangles_fill_the_polygon_and_nothing_else(seed: int, turn: int) -> None:
    rng = np.random.default_rng(seed)
    points = star_shaped(rng, int(rng.integers(3, 60)))[::turn]
    triangles = triangulate(points)
    areas = triangle_areas(points, triangles)
    assert len(triangles) == len(points) - 2
    assert (areas > 0).all()
    assert areas.sum() == pytest.approx(abs(area(points)))
    assert outer_edges(triangles, len(points)).sum() == len(points)


@pytest.mark.parametrize("points", [SQUARE, comb(1), comb(12), SQUARE[::-1]])
def test_triangles_of_known_polygons(points: Any) -> None:
    triangles = triangulate(np.asarray(points, np.float64))
    assert triangle_areas(points, triangles).sum() == pytest.approx(abs(area(points)))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=3, max_size=25))
def test_any_points_come_to_an_end(points: list[tuple[int, int]]) -> None:
    """Crossing, touching and flat ones included."""
    polygon = Polygon(points, stroke_width=1.0)
    assert len(polygon.rows) <= 2 * len(points)
    assert np.isfinite(polygon.rows.form).all()
    triangles = triangulate(np.asarray(points, np.float64))
    assert len(triangles) <= len(points) - 2


def test_thousands_of_corners_take_a_bounded_time() -> None:
    rng = np.random.default_rng(0)
    Polygon(star_shaped(rng, 1000))
    with pytest.raises(EngineError, match="has 4097 corners: cut it into some of at most 4096"):
        Polygon(rng.normal(0, 1, (4097, 2)))


# -- shapes ------------------------------------------------------------------------------------------------
def columns(world: World) -> Any:
    ((draw, _),) = world.select(ShapeDraw, Shape)
    return draw


def test_forms_follow_size_and_scale(world: World) -> None:
    world.create_entity(Transform2D(scale=(2, 2)), Shape.circle(30))
    world.create_entity(Transform2D(scale=(-1, 3)), Shape.ellipse((40, 20)))
    world.create_entity(Transform2D(), Shape.rectangle((40, 20), corner=99, stroke_width=3))
    world.create_entity(Transform2D(), Shape.ring(50, 10))
    world.create_entity(Transform2D(), Shape.arc(50, 10, 1.0, -0.5, round_ends=True))
    world.process(DT)
    draw = columns(world)
    assert draw.form[:, :2].tolist() == [[60, 60], [20, 30], [20, 10], [45, 5], [45, 5]]
    assert draw.form[2, 2] == 10  # a corner is no rounder than the rectangle allows
    assert draw.extra[2, 0] == 3
    assert draw.form[3, 3] == np.float32(pi)
    assert draw.form[4, 2:].tolist() == [0.75, 0.25]
    assert draw.extra[:, 1].tolist() == [0, 0, 1, 0, 1]
    assert draw.radius.tolist() == pytest.approx([60, 30, np.hypot(20, 10), 50, 50])
    assert (draw.paint[:, 3] & 7).tolist() == [ShapeKind.ELLIPSE] * 2 + [ShapeKind.RECTANGLE] + [ShapeKind.ARC] * 2


@pytest.mark.parametrize("turn", [0.0, 0.5, 2.0, -3.0])
def test_a_gradient_goes_from_edge_to_edge(world: World, turn: float) -> None:
    world.create_entity(Transform2D(), Shape(size=(40, 20), gradient=Gradient.LINEAR, gradient_angle=turn))
    world.create_entity(Transform2D(), Shape(size=(40, 20), gradient=Gradient.RADIAL))
    world.process(DT)
    linear, radial = columns(world).gradient
    parts = np.array([(-20, -10), (20, -10), (20, 10), (-20, 10)]) @ linear[:2] + linear[2]
    assert (parts.min(), parts.max()) == pytest.approx((0, 1), abs=1e-6)
    assert np.arctan2(linear[1], linear[0]) == pytest.approx(turn)
    assert radial.tolist() == pytest.approx([0, 0, 1 / 20, 1 / 10])


@pytest.mark.parametrize("turn", [0.0, 0.5, 2.0, -3.0])
def test_a_gradient_goes_across_all_points(turn: float) -> None:
    corners = np.array([(0.1, 0.2), (0.5, 0.2), (0.5, 0.4), (0.1, 0.4)])
    x, y, middle, _ = gradient_of(corners, Gradient.LINEAR, turn)
    parts = corners @ (x, y) + middle
    assert (parts.min(), parts.max()) == pytest.approx((0, 1))
    assert gradient_of(corners, Gradient.RADIAL, turn) == pytest.approx((0.3, 0.3, 5, 10))
    assert np.isfinite(gradient_of(corners[:1], Gradient.RADIAL, turn)).all()


@pytest.mark.parametrize(
    "options",
    [{"size": (nan, 5)}, {"size": (inf, 5)}, {"size": (0, 5)}, {"corner": nan}, {"stroke_width": inf},
     {"visible": False}],
)  # fmt: skip
def test_shapes_that_are_not_drawn(world: World, options: Any) -> None:
    world.create_entity(Transform2D(), Shape(kind=1, **options))
    world.process(DT)
    assert columns(world).radius.tolist() == [-inf]


NASTY = np.array([nan, inf, -inf, 0.0, -0.0, 3e38, -3e38, 1e-40, 5.0, -5.0, 1e20], np.float32)


@pytest.mark.parametrize("seed", range(5))
def test_any_numbers_are_drawn_or_left_out(world: World, seed: int) -> None:
    rng = np.random.default_rng(seed)

    def pick(*shape: int) -> Any:
        return np.where(rng.random((300, *shape)) < 0.8, np.float32(7.0), rng.choice(NASTY, (300, *shape)))

    numbers = {name: pick() for name in ("corner", "thickness", "start", "sweep", "gradient_angle", "stroke_width")}
    kinds = {name: rng.integers(0, 5, 300).astype(np.uint8) for name in ("kind", "gradient", "blend")}
    world.create_entities(
        300,
        batch(Transform2D, position=pick(2), rotation=pick(), scale=pick(2)),
        batch(Shape, size=pick(2), **numbers, **kinds),
    )
    square, draw = Polygon(SQUARE, stroke_width=2.0), world.resource(DebugDraw)
    for x, y in pick(2)[:40].tolist():
        world.create_entity(Transform2D((1, 2), x, (x, y)), square)
    draw.circle(pick(2), pick())
    draw.rectangle(pick(2), pick(2), angle=pick())
    draw.arrow(pick(2), pick(2))
    world.process(DT)
    draw_columns = columns(world)
    seen = np.isfinite(draw_columns.radius)
    assert 10 < seen.sum() < 300
    assert np.isfinite(draw_columns.form[seen]).all()
    for rows in world.resource(Drawables)["shapes"].pools:
        shown = np.repeat(rows.chunks.radius > -inf, rows.chunks.count)
        assert np.isfinite(rows.readable[FORM][shown]).all()


def test_only_what_changed_is_written_again(world: World) -> None:
    shapes = world.create_entities(3, Transform2D(), Shape.circle(5))
    for _ in range(3):
        world.process(DT)
    ((draw,),) = world.select(ShapeDraw)
    versions = dict(draw._table.versions)
    world.process(DT)
    assert draw._table.versions == versions
    world.component_for_entity(int(shapes[1]), Shape).fill = (1, 2, 3, 4)
    key = field_of(ShapeDraw, "key")
    world.process(DT)
    assert draw._table.versions[key] == versions[key], "a colour sorts nothing again"
    assert draw.paint[:, 0].tolist()[1] == 0x04030201
    world.component_for_entity(int(shapes[1]), Shape).layer = 7
    world.process(DT)
    assert draw.key.tolist()[1] == first_key(7)


# -- polygons and lines ------------------------------------------------------------------------------------
def test_paths_follow_their_entities(world: World) -> None:
    square = Polygon(SQUARE, layer=3)
    world.create_entity(Sprite(), Transform2D((5, 5)))
    first = world.create_entity(Transform2D((100, 0)), square)
    second = world.create_entity(Transform2D((0, 50), 1.0), square)
    line = world.create_entity(Transform2D(), Sprite(), Polyline(SQUARE, width=2.0, closed=True))
    world.process(DT)
    rows = pool(world)
    assert rows.chunks.count.tolist() in ([2, 2, 4], [4, 2, 2])
    assert sorted(rows.chunks.key.tolist()) == [first_key(0), first_key(3), first_key(3)]
    for tick in range(1, 6):
        world.component_for_entity(first, Transform2D).position.x += 10.0
        world.process(DT)
        poses = rows.readable[POSE][:, 0].tolist()
        assert poses.count(100.0 + 10 * tick) == 2
        assert rows.readable[PREVIOUS][:, 0].tolist().count(90.0 + 10 * tick) == 2
        assert [95.0 + 10 * tick, 0.0] in rows.chunks.center.tolist()
    before = dict(rows.versions)
    world.process(DT)
    world.process(DT)
    settled = dict(rows.versions)
    world.process(DT)
    assert rows.versions == settled != before
    world.delete_entity(second)
    world.remove_component(line, Polyline)
    world.process(DT)
    assert rows.chunks.count.tolist() == [2]
    world.clear_database()
    world.process(DT)
    assert len(rows.chunks) == 0
    assert rows.length == 0


def test_a_path_is_replaced_by_another(world: World) -> None:
    entity = world.create_entity(Transform2D(), Polyline(SQUARE))
    world.process(DT)
    world.add_component(entity, Polyline(SQUARE, closed=True))
    world.process(DT)
    assert pool(world).chunks.count.tolist() == [4]


def test_a_path_without_a_place_is_drawn_when_it_gets_one(world: World) -> None:
    entity = world.create_entity(Polygon(SQUARE))
    world.process(DT)
    assert len(pool(world).chunks) == 0
    world.add_component(entity, Transform2D((7, 0)))
    world.process(DT)
    assert pool(world).readable[POSE][:, 0].tolist() == [7, 7]
    world.remove_component(entity, Transform2D)
    world.process(DT)
    assert len(pool(world).chunks) == 0


def test_scale_stretches_points_and_widths(world: World) -> None:
    entity = world.create_entity(Transform2D(scale=(2, 8)), Polyline([(1, 1), (2, 3)], width=3.0))
    world.process(DT)
    assert pool(world).readable[FORM].tolist() == [[2, 8, 4, 24]]
    assert pool(world).readable[PAINT][:, 2].view(np.float32).tolist() == [12.0]
    world.component_for_entity(entity, Transform2D).scale = (1, 1)
    world.process(DT)
    assert pool(world).readable[FORM].tolist() == [[1, 1, 2, 3]]
    world.component_for_entity(entity, Transform2D).scale = (nan, 1)
    world.process(DT)
    assert pool(world).chunks.radius.tolist() == [-inf]


def test_chunks_hold_their_paths(world: World) -> None:
    rng = np.random.default_rng(3)
    for _ in range(8):
        points = rng.uniform(-50, 50, (int(rng.integers(3, 9)), 2))
        place = rng.uniform(-300, 300, 2).tolist()
        world.create_entity(Transform2D(place, float(rng.uniform(0, 6)), (2, 2)), Polygon(points, stroke_width=6.0))
    world.process(DT)
    rows = pool(world)
    for first, count, center, radius in zip(
        rows.chunks.first, rows.chunks.count, rows.chunks.center, rows.chunks.radius, strict=True
    ):
        mine = slice(first, first + count)
        for corner in (rows.readable[FORM][mine, :2], rows.readable[FORM][mine, 2:]):
            assert (rows.readable[POSE][mine, :2] == center).all()
            assert np.hypot(*corner.T).max() + 6.0 * 4 <= radius * 1.01


def test_points_that_say_the_same_twice_are_one() -> None:
    assert len(Polyline([(0, 0), (0, 0), (5, 0), (5, 0), (5, 5)]).rows) == 2
    assert len(Polyline([(0, 0), (5, 0), (5, 5), (0, 0)], closed=True).rows) == 3
    assert len(Polyline([(3, 3)] * 5).rows) == 1
    assert len(Polygon([(3, 3)] * 5, stroke_width=1.0).rows) == 0
    assert len(Polygon([(0, 0), (5, 0), (9, 0)]).rows) == 0  # flat


@pytest.mark.parametrize("make", [Polygon, Polyline])
@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([], r"points of shape \(0,\)"),
        ([(0, 0)], r"points of shape \(1, 2\)"),
        ([(0, 0, 0)] * 4, r"points of shape \(4, 3\)"),
        ([(0, 0), (1, nan), (1, 1)], r"has the point \[1.0, nan\] at 1"),
        ([(0, 0), (1, 1), (inf, 1)], r"has the point \[inf, 1.0\] at 2"),
        ([(0, 0), (1, 1), (1e30, 1)], "finite numbers below 1e18"),
        ("points", "points of shape"),
        (None, "points of shape"),
    ],
)
def test_points_that_make_no_sense(make: Any, points: Any, words: str) -> None:
    with pytest.raises(EngineError, match=words):
        make(points)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Polyline(SQUARE, width=-1), "a Polyline has a width of -1"),
        (lambda: Polyline(SQUARE, width=nan), "a Polyline has a width of nan"),
        (lambda: Polygon(SQUARE, stroke_width=inf), "a Polygon has a width of inf"),
        (lambda: Polygon(SQUARE, fill=(1, 2)), "the colour"),
        (lambda: Polygon(SQUARE, fill=(1, 2, 300)), "the colour"),
        (lambda: Polyline(SQUARE, color=(1, 2, 3, 4, 5)), "the colour"),
    ],
)
def test_looks_that_make_no_sense(make: Any, words: str) -> None:
    with pytest.raises(EngineError, match=f"(?i){words}"):
        make()


# -- debug drawing -------------------------------------------------------------------------------------------
def test_what_is_drawn_lasts_a_tick_or_some_seconds(world: World) -> None:
    draw = world.resource(DebugDraw)
    world.process(DT)
    assert world.resource(Drawables)["shapes"].pools == []
    draw.line((0, 0), (5, 0))
    draw.line((0, 0), [(5, 0), (6, 0), (7, 0)], seconds=3 * DT)
    lengths = []
    for _ in range(5):
        world.process(DT)
        lengths.append(pool(world).length)
    assert lengths == [4, 3, 3, 0, 0]


def test_a_pause_keeps_what_is_to_last(world: World) -> None:
    world.resource(DebugDraw).line((0, 0), (5, 0), seconds=2 * DT)
    for _ in range(10):
        world.process(0.0)
    assert pool(world).length == 1
    world.resource(DebugDraw).clear()
    world.process(0.0)
    assert pool(world).length == 0


def test_any_system_may_draw(world: World) -> None:
    class Draws(System):
        stage = Stage.UPDATE

        def process(self, dt: float) -> None:
            self.world.resource(DebugDraw).circle((1, 2), 3)

    world.add_processor(Draws())
    for _ in range(3):
        world.process(DT)
        assert pool(world).readable[POSE].tolist() == [[1, 2, 0, 0]]
        assert pool(world).readable[FORM].tolist() == [[3, 3, 0, 0]]


def test_arrays_draw_thousands_at_once(world: World) -> None:
    draw, rng = world.resource(DebugDraw), np.random.default_rng(1)
    starts, ends = rng.normal(0, 9, (2, 10_000, 2)).astype(np.float32)
    colors = rng.integers(0, 256, (10_000, 4), np.uint8)
    draw.line(starts, ends, colors, layer=-3)
    draw.circle(starts, rng.uniform(1, 2, 10_000), colors[:, :3])
    draw.rectangle(starts, (4, 2), angle=rng.uniform(0, 6, 10_000), filled=True)
    draw.arrow(starts, ends, colors)
    draw.polygon(SQUARE)
    draw.polygon(SQUARE, filled=True)
    draw.path(SQUARE)
    world.process(DT)
    rows = pool(world)
    assert rows.chunks.count.tolist() == [10_000, 10_000, 10_000, 30_000, 4, 2, 3]
    assert rows.chunks.key.tolist() == [first_key(-3), *[first_key(447)] * 6]
    assert (rows.readable[FORM][:10_000] == np.hstack([starts, ends])).all()
    assert (rows.readable[PAINT][:10_000, 0] == colors.view(np.uint32)[:, 0]).all()
    assert rows.readable[FORM][20_000:30_000, :2].tolist() == [[2, 1]] * 10_000
    assert (rows.readable[EXTRA][10_000:20_000, 0] == 2.0).all()


def test_what_has_no_place_is_left_out(world: World) -> None:
    draw = world.resource(DebugDraw)
    draw.line([(0, 0), (nan, 0), (inf, 3)], (1, 1))
    draw.circle([(0, 0), (nan, 0), (1, 1)], [1, 1, inf])
    draw.rectangle((0, 0), (nan, 1))
    draw.arrow((0, 0), (0, 0))
    draw.line(np.empty((0, 2)), np.empty((0, 2)))
    draw.circle(np.empty((0, 2)), 5)
    draw.path([(1, 1), (1, 1)])
    world.process(DT)
    assert pool(world).chunks.count.tolist() == [1, 1, 3]


@pytest.mark.parametrize(
    "call",
    [
        lambda draw: draw.line((0, 0, 0), (1, 1)),
        lambda draw: draw.line([(0, 0)] * 2, [(1, 1)] * 3),
        lambda draw: draw.line((0, 0), (1, 1), "red"),
        lambda draw: draw.line((0, 0), (1, 1), (1, 2, 999)),
        lambda draw: draw.line((0, 0), (1, 1), [(1, 2, 3)] * 5),
        lambda draw: draw.line((0, 0), (1, 1), [(-1, 2, 3)]),
        lambda draw: draw.line((0, 0), (1, 1), width=-1),
        lambda draw: draw.line((0, 0), (1, 1), width=nan),
        lambda draw: draw.line((0, 0), (1, 1), seconds=-1),
        lambda draw: draw.line((0, 0), (1, 1), seconds=nan),
        lambda draw: draw.circle([(0, 0)] * 2, [1, 2, 3]),
        lambda draw: draw.rectangle((0, 0), 5, angle=[1, 2]),
        lambda draw: draw.path([(0, 0)]),
        lambda draw: draw.polygon([(0, 0), (1, nan), (2, 2)]),
        lambda draw: draw.polygon([(0, 0), (1, 1)], filled=True),
        lambda draw: draw.circle("middle", 1),
    ],
)
def test_drawing_that_makes_no_sense(world: World, call: Any) -> None:
    with pytest.raises(EngineError):
        call(world.resource(DebugDraw))
    world.process(DT)
    assert world.resource(DebugDraw).drawn == []


def test_colliders_and_contacts_can_be_shown(world: World) -> None:
    world.resource(DebugDraw).show_colliders = True
    world.process(DT)
    world.create_entities(
        3,
        batch(Transform2D, position=np.array([(0, 0), (8, 0), (90, 0)], np.float32)),
        batch(
            Collider,
            shape=np.array([ColliderShape.CIRCLE, ColliderShape.BOX, ColliderShape.CIRCLE], np.uint8),
            radius=np.array([5, 0, 7], np.float32),
            half_size=np.array([(0, 0), (4, 6), (0, 0)], np.float32),
        ),
    )
    world.process(DT)
    rows = pool(world)
    assert rows.chunks.count.tolist() == [2, 1, 1]
    assert rows.readable[FORM].tolist() == [[5, 5, 0, 0], [7, 7, 0, 0], [4, 6, 0, 0], [0, 0, 8, 0]]
    touching, alone = rows.readable[PAINT][[0, 2], 2].tolist(), rows.readable[PAINT][1, 2]
    assert touching[0] == touching[1] != alone
    world.resource(DebugDraw).show_colliders = False
    world.process(DT)
    assert rows.length == 0
