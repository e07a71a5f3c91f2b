"""A game that does all day what games do now and then: levels are loaded and unloaded, things come and go."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from ecs_engine import (
    CRT,
    AmbientLight,
    Animation,
    Assets,
    Camera2D,
    CameraShake,
    Clips,
    Collider,
    DebugDraw,
    Effects,
    NineSlice,
    Occluder,
    Parent,
    ParticleEffect,
    ParticleEmitter,
    Particles,
    PointLight,
    Polygon,
    Polyline,
    Shape,
    Sprite,
    Stage,
    System,
    Text,
    Timers,
    Transform2D,
    Tween,
    Tweens,
    Velocity,
    Vignette,
    batch,
    load_map,
)
from ecs_engine.testing import FakeGL
from ecs_engine.testing.app import FakeApp
from ecs_engine.ui import UI, Button, Column, Label, Panel, ProgressBar, Slider, TextField, Toggle

from ..tilemap.maps import GIDS, TILE_SET, write, xml_layer, xml_map

LEVEL_TICKS = 40
"""How long a level lasts."""
LEVELS = 8
"""Kinds of levels: after so many, all that is kept by name has been seen."""
ROUND = LEVEL_TICKS * LEVELS
"""Ticks after which everything is as it was."""
SIZE = (96, 54)
"""Of the window: small, as nobody looks."""


def write_files(folder: Path) -> None:
    """Pictures, sheets and maps for all kinds of levels."""
    rng = np.random.default_rng(5)
    for kind in range(LEVELS):
        pixels = rng.integers(0, 256, (16, 64, 4), np.uint8)
        Image.fromarray(pixels).save(folder / f"picture{kind}.png")
        (folder / f"data{kind}.json").write_text(json.dumps({"kind": kind, "numbers": list(range(50))}))
        write(folder, f"map{kind}.tmx", xml_map(TILE_SET + xml_layer(np.roll(GIDS, kind))))


class Levels(System):
    """Loads a level, lets things come and go in it, and unloads it, again and again."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, app: FakeApp, folder: Path) -> None:
        self.app = app
        self.folder = folder
        self.rng = np.random.default_rng(8)
        self.ui = UI(app.world, height=360)
        world = app.world
        clips, particles = world.resource(Clips), world.resource(Particles)
        frames = [app.pictures.add(np.full((8, 8, 4), 40 * i + 40, np.uint8)) for i in range(4)]
        self.clip = clips.add(frames, fps=10)
        self.spark = particles.add(ParticleEffect(rate=100.0, lifetime=(0.2, 0.5), limit=300))
        self.number = -1
        """Of the level."""
        self.kept: set[int] = set()
        """Entities that no level takes along when it goes."""
        self.loaded: list[Any] = []
        self.play = self._level()

    def process(self, dt: float) -> None:
        next(self.play)

    def _level(self) -> Iterator[None]:
        while True:
            self.number += 1
            self.load(self.number % LEVELS)
            yield
            for tick in range(LEVEL_TICKS - 2):
                self.come_and_go(tick)
                yield
            self.unload()
            yield

    # -- levels --------------------------------------------------------------------------------------
    def load(self, kind: int) -> None:
        """All kinds of pictures, from files and from memory."""
        world, app = self.app.world, self.app
        create = world.create_entity
        assets = world.resource(Assets)
        self.loaded = [
            assets.picture(f"picture{kind}.png"),
            assets.sheet(f"picture{(kind + 1) % LEVELS}.png", (16, 16)),
            assets.json(f"data{kind}.json"),
        ]
        self.made = [app.pictures.add(np.full((20 + kind, 30, 4), 99, np.uint8)) for _ in range(3)]
        self.map = load_map(self.folder / f"map{kind}.tmx")
        camera = create(Transform2D(), Camera2D(height=360), CameraShake(), Effects(Vignette(strength=0.1 * kind)))
        if kind % 2:
            create(Effects(CRT()))
        create(AmbientLight((90, 90, 140, 255)))
        create(Transform2D(), self.map)
        create(Transform2D((20, 10)), Sprite(self.loaded[0]))
        create(Transform2D((60, 10)), NineSlice(self.made[0], (4, 4, 4, 4), size=(60, 40)))
        create(Transform2D((9, 9)), Polygon([(0, 0), (40, 0), (20, 30 + kind)]))
        create(Transform2D(), Polyline([(0, 0), (40, 0), (20, 30 + kind)], width=3.0))
        parent = create(Transform2D((-50, 0)), Velocity((3, 0), 1.0), Occluder.box(30, 20 + kind))
        for place in range(4):
            create(Transform2D((10.0 * place, 5)), Parent(parent), Sprite(self.made[1]), Animation(self.clip))
        create(Transform2D(), ParticleEmitter(self.spark))
        create(Transform2D((0, 40)), PointLight((255, 200, 99, 255), radius=150))
        self.camera = camera
        self.build_page(kind)
        world.resource(Timers).every(0.1, lambda: world.resource(Particles).burst(self.spark, (0, 0), 20), times=3)

    def build_page(self, kind: int) -> None:
        self.bar = ProgressBar(0.0)
        self.field = TextField("name")
        self.page = Panel(
            Label(f"Level {kind}", size=24),
            Column(Button("Go", lambda: None), Toggle("On"), Slider(0.5, 0.0, 1.0), self.bar, self.field),
        )
        self.ui.add(self.page, anchor=(1, 0.5), margin=10)
        self.ui.focus = self.field

    def come_and_go(self, tick: int) -> None:
        """Some are made, and those that were made a little before go."""
        world = self.app.world
        count = int(self.rng.integers(5, 20))
        places = self.rng.uniform(-200, 200, (count, 2)).astype(np.float32)
        things = world.create_entities(count, batch(Transform2D, position=places), Sprite(self.made[2]), Velocity())
        world.resource(Timers).after(0.05, lambda: self.take(things))
        world.resource(Tweens).play(things[:3], Tween(Transform2D, "rotation", by=1.0, seconds=0.2))
        some = [
            world.create_entity(Transform2D((0, 30)), Text(f"{self.rng.integers(60)} points", size=12)),
            world.create_entity(Transform2D((5, 5)), Shape.circle(9), Collider(radius=9), PointLight(radius=40)),
        ]
        world.resource(Timers).after(0.08, lambda: self.take(some))
        world.resource(DebugDraw).circle((0, 0), 20)
        self.bar.value = tick / LEVEL_TICKS
        if tick == LEVEL_TICKS // 2:
            self.resize((90 + tick, 60))
            self.page.visible = False

    def resize(self, size: tuple[int, int]) -> None:
        """Windows belong to the main thread."""
        self.app.call_on_main(lambda: self.app.window.resize(size))

    def take(self, entities: Any) -> None:
        world = self.app.world
        for entity in entities:
            if world.entity_exists(int(entity)):
                world.delete_entity(int(entity))

    def unload(self) -> None:
        """Everything goes, as far as the game knows of it."""
        self.ui.remove(self.page)
        self.resize(SIZE)
        world = self.app.world
        kept = self.kept | {widget.entity for widget in self.ui.widgets()}
        for entity in list(world.get_entities()):
            if entity not in kept:
                world.delete_entity(entity, immediate=True)
        assets = world.resource(Assets)
        for asset in self.loaded:
            assets.unload(asset)
        for picture in self.made:
            self.app.pictures.remove(picture)
        self.map.remove_pictures()


def open_game(folder: Path, gl: FakeGL | None = None) -> FakeApp:
    """The game, before its first tick, with its files in ``folder``."""
    write_files(folder)
    app = FakeApp(gl, files=folder, size=SIZE)
    app.add_system(Levels(app, folder))
    return app


def counts(app: FakeApp) -> dict[str, int]:
    """What must be the same after each round."""
    return {
        "names of OpenGL": sum(len(names) for names in app.gl.live_objects().values()),
        "threads": threading.active_count(),
        "entities": app.world.entity_count,
        "pages of pictures": app.pictures.page_count,
        "pages of glyphs": app.fonts.atlas.page_count,
    }
