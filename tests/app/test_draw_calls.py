"""How many draw calls a scene of all stock kinds takes: one for each run of equal states in the draw order.

What a camera sees is drawn by layer, in a layer by kind, and of a kind by blend. A kind has one shader and one texture
set, so kind and blend are the whole state, and neighbours of one state are one draw, also across layers. Therefore,
where all things are in one layer: draw calls == distinct (camera, shader, blend, texture set).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine import (
    Blend,
    Camera2D,
    DebugDraw,
    NineSlice,
    ParticleEffect,
    ParticleEmitter,
    Polygon,
    Polyline,
    Shape,
    Sprite,
    Text,
    Transform2D,
)
from ecs_engine.systems import Drawables, Particles
from ecs_engine.testing.app import FakeApp
from ecs_engine.tilemap import Grid, TileLayer, TileMap, TileSet

Layers = tuple[int, int]


class Thing(NamedTuple):
    what: str
    layer: int
    blend: Blend
    pick: int
    """Which picture or font it has."""
    seen: bool
    """Else it is far away, which keeps all but shapes of debug drawing from being drawn."""


KINDS = {
    "sprite": "sprites", "panel": "nine_slices", "circle": "shapes", "polygon": "shapes", "line": "shapes",
    "debug": "shapes", "particles": "particles", "text": "texts", "words": "texts", "map": "tiles",
}  # fmt: skip
"""Of each thing, the drawable."""
BLENDED = ("sprite", "panel", "circle", "polygon", "line")
"""Those whose blend is state; particles of both blends share a draw."""

things = st.lists(
    st.builds(
        Thing, st.sampled_from(list(KINDS)), st.integers(-2, 2), st.sampled_from(Blend), st.integers(0, 2),
        st.sampled_from([True, True, True, False]),
    ),
    max_size=14,
)  # fmt: skip
cameras = st.lists(st.sampled_from([(-512, 511), (-1, 1), (0, 0), (2, 1)]), min_size=1, max_size=3)


def create(app: FakeApp, thing: Thing) -> int | None:
    """The entity; None for what is not one."""
    world, pick, layer = app.world, thing.pick, thing.layer
    place = (5.0 * pick if thing.seen else 5000.0, 0.0)
    pixels = np.full((8 + pick, 8, 4), 40 * pick + 60, np.uint8)
    corners = [(0, 0), (9, 0), (0, 9 + pick)]
    look: dict[str, Any] = {"layer": layer, "blend": thing.blend}
    if thing.what == "debug":
        world.resource(DebugDraw).circle(place, 5.0, seconds=99.0, layer=layer)
        return None
    if thing.what == "words":
        world.resource(DebugDraw).text(place, "word", seconds=99.0, layer=layer)
        return None
    if thing.what == "particles":
        picture = app.pictures.add(pixels) if pick else None
        effect = ParticleEffect(lifetime=99.0, picture=picture, **look)
        emitter = ParticleEmitter(world.resource(Particles).add(effect), pending=3)
        return world.create_entity(Transform2D(place), emitter)
    if thing.what == "map":
        cells = TileLayer(name="a", gids=np.ones((2, 2), np.uint32), draw_layer=layer)
        grid = Grid("orthogonal", 2, 2, 8, 8)
        component: Any = TileMap(grid=grid, tile_sets=[TileSet.from_pixels([pixels[:8]])], layers=[cells])
    elif thing.what == "text":
        component = Text("ab", (None, app.fonts.sans(), app.fonts.sans(pixels=16))[pick], layer=layer)
    elif thing.what == "sprite":
        component = Sprite(app.pictures.add(pixels), **look)
    elif thing.what == "panel":
        component = NineSlice(app.pictures.add(pixels), (2, 2, 2, 2), (30, 20), **look)
    else:
        component = {
            "circle": lambda: Shape.circle(5.0 + pick, **look),
            "polygon": lambda: Polygon(corners, **look),
            "line": lambda: Polyline(corners, **look),
        }[thing.what]()
    return world.create_entity(Transform2D(place), component)


def distinct(app: FakeApp, scene: Sequence[Thing], layers: Layers) -> list[tuple[int, int, int]]:
    """The different layers and states that a camera of these layers sees, in draw order: layer, kind, blend."""
    order = [instances.drawable.name for instances in app.world.resource(Drawables).instances]
    return sorted(
        {
            (thing.layer, order.index(KINDS[thing.what]), int(thing.blend) if thing.what in BLENDED else 0)
            for thing in scene
            if (thing.seen or thing.what == "debug") and layers[0] <= thing.layer <= layers[1]
        }
    )


def draws_of(app: FakeApp, scene: Sequence[Thing], eyes: Sequence[Layers]) -> int:
    """How many draw calls the scene should take."""
    count = 0
    for layers in eyes:
        states = [state for _, *state in distinct(app, scene, layers)]
        count += bool(states) + sum(one != other for one, other in pairwise(states))
    return count


def drawn(app: FakeApp) -> int:
    app.step()
    assert app.gl.frames[-1].draw_count == app.device.last_frame.draw_calls
    return app.device.last_frame.draw_calls


def begin(app: FakeApp, eyes: Sequence[Layers]) -> None:
    for order, layers in enumerate(eyes):
        app.world.create_entity(Transform2D(), Camera2D(order=order, layers=layers, viewport=(0, 0, 0.5, 1)))


@settings(max_examples=50, deadline=None)
@given(things, cameras, st.data())
def test_draw_calls_are_the_changes_of_state_in_draw_order(
    scene: list[Thing], eyes: list[Layers], data: st.DataObject
) -> None:
    with FakeApp() as app:
        begin(app, eyes)
        entities = [create(app, thing) for thing in scene]
        assert drawn(app) == draws_of(app, scene, eyes)
        # And so it is when some are gone and others came.
        gone = [entity is not None and data.draw(st.booleans()) for entity in entities]
        for entity, is_gone in zip(entities, gone, strict=True):
            if entity is not None and is_gone:
                app.world.delete_entity(entity)
        app.step(2)
        new = data.draw(things)
        for thing in new:
            create(app, thing)
        left = [thing for thing, is_gone in zip(scene, gone, strict=True) if not is_gone or thing.what == "particles"]
        app.step()
        assert drawn(app) == draws_of(app, [*left, *new], eyes)


@settings(max_examples=40, deadline=None)
@given(things, cameras)
def test_in_one_layer_draw_calls_are_distinct_states(scene: list[Thing], eyes: list[Layers]) -> None:
    scene = [thing._replace(layer=0) for thing in scene]
    with FakeApp() as app:
        begin(app, eyes)
        for thing in scene:
            create(app, thing)
        assert drawn(app) == sum(len(distinct(app, scene, layers)) for layers in eyes)
        assert len({draw.program for draw in app.gl.frames[-1].draws}) == len(
            {kind for layers in eyes for _, kind, _ in distinct(app, scene, layers)}
        )


@pytest.mark.parametrize("things_of_each", [1, 40])
def test_more_of_the_same_is_no_further_draw(things_of_each: int) -> None:
    scene = [Thing(what, 0, blend, pick, True) for what in KINDS for blend in Blend for pick in range(3)]
    with FakeApp() as app:
        for thing in scene * things_of_each:
            create(app, thing)
        assert drawn(app) == 6 + 3  # kinds, of which sprites, panels and shapes have two blends
