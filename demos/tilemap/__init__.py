"""Tile maps: a Tiled level to run and jump through, with an isometric island behind the TAB key."""

from __future__ import annotations

from typing import Any

from ecs_engine import Action, App, Camera2D, Key, KeyEvent, TileMap, Transform2D, load_map
from ecs_engine.demos.tilemap.island import HopSystem, Island
from ecs_engine.demos.tilemap.meadow import FollowSystem, HeroSystem, Meadow, SlimeSystem
from ecs_engine.demos.tilemap.scene import ISLAND_LAYER, LEVEL, VIEW, Scene, Score, SwitchSystem, WordsSystem


def build(*, scene: str = "meadow", **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`.

    Args:
        scene: ``"meadow"`` or ``"island"``: the map to begin with.
    """
    options.setdefault("resizable", False)  # the sky has one shape
    app = App("Tile maps", **options)
    world = app.world
    meadow, island = load_map(LEVEL / "meadow.tmx"), load_map(LEVEL / "island.tmj")
    for layer in island.layers:
        layer.draw_layer += ISLAND_LAYER
    for tile_map in (meadow, island):
        world.create_entity(Transform2D(), tile_map)
    background = island.background or (0, 0, 0, 255)
    camera = world.create_entity(Transform2D(), Camera2D(height=VIEW[1], clear=background))
    for resource in (Scene(camera), Score(coins_of(meadow)), Meadow(world, meadow, app.pictures), Island(island)):
        world.add_resource(resource)
    world.resource(Scene).show(world, scene)
    for system in (SwitchSystem(), HeroSystem(), SlimeSystem(), HopSystem(), FollowSystem(), WordsSystem(app)):
        app.add_system(system)
    return app


def coins_of(tile_map: TileMap) -> int:
    """How many coins lie on a map."""
    columns, rows = tile_map.grid.columns, tile_map.grid.rows
    return sum(tile_map.tile("coins", column, row) > 0 for column in range(columns) for row in range(rows))


def showcase(app: App) -> None:
    """The bunny in the middle of a jump."""
    for key, ticks in ((Key.RIGHT, 14), (Key.UP, 34)):
        app.events.push(KeyEvent(key, Action.PRESS))
        app.step(ticks, draw=False)
    app.step()
