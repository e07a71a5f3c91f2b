"""Loading: pictures come out of a zip on worker threads, with progress, one broken file, and frames cut in nine."""

from __future__ import annotations

import io
import json
import zipfile
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from ecs_engine import (
    Animation,
    App,
    Assets,
    Camera2D,
    Clips,
    Ease,
    Fill,
    Input,
    Key,
    NineSlice,
    Sprite,
    System,
    Transform2D,
    Tween,
    Tweens,
    World,
)
from ecs_engine.assets import panels, walker
from ecs_engine.assets.drawing import ramp
from ecs_engine.assets.palette import AMBER, CLOUD, CORAL, DUSK, INK, LEMON, MIST, NIGHT, mix
from ecs_engine.assets.postcards import postcard
from ecs_engine.demos.words import write
from ecs_engine.systems import PictureAsset, Sheet

BUDGET_MS = 3.0
WIDTH, HEIGHT = 1280, 720
COLUMNS, ROWS = 8, 4
BROKEN = 21
"""The card whose file is cut short."""
CARD, PICTURE, STEP = (140, 98), (122, 80), (151, 106)
GROUND = -324.0
GAUGE = (-300, 268, 600)
"""Left, middle and width of the gauge."""


def png(pixels: np.ndarray[Any, np.dtype[np.uint8]], size: tuple[int, int] | None = None) -> bytes:
    """Pixels as a PNG file, enlarged to ``size``."""
    image, file = Image.fromarray(pixels), io.BytesIO()
    (image if size is None else image.resize(size)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def box(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


@cache
def bundle() -> zipfile.Path:
    """The files of this demo, as a game would ship them: sheets with Aseprite's JSON, and postcards."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        parts = {"panel": panels.panel(), "card": panels.card(), "button": panels.button(), "bar": panels.bar(),
                 "studded": panels.studded()}  # fmt: skip
        side, inner = panels.SIDE, panels.SIDE - 2 * panels.BORDER[0]
        slices = [
            {"name": name, "keys": [{"frame": 0, "bounds": box(side * i, 0, side, side),
                                     "center": box(panels.BORDER[0], panels.BORDER[3], inner, inner)}]}
            for i, name in enumerate(parts)
        ]  # fmt: skip
        whole = {"frame": box(0, 0, side * len(parts), side), "duration": 100}
        ui = {"frames": {"ui": whole}, "meta": {"image": "ui.png", "slices": slices}}
        archive.writestr("ui.png", png(np.concatenate(list(parts.values()), axis=1)))
        archive.writestr("ui.json", json.dumps(ui))
        width, height = walker.WIDTH * 2, walker.HEIGHT * 2
        frames = {f"{kind} {i}": {"frame": box(width * i, height * row, width, height), "duration": 90}
                  for row, (kind, count) in enumerate(walker.FRAMES.items()) for i in range(count)}  # fmt: skip
        tags = [{"name": kind, "from": 8 * row, "to": 8 * row + 7, "direction": "forward"}
                for row, kind in enumerate(walker.FRAMES)]  # fmt: skip
        archive.writestr("traveller.png", png(walker.sheet(0, 2)))
        traveller = {"frames": frames, "meta": {"image": "traveller.png", "frameTags": tags}}
        archive.writestr("traveller.json", json.dumps(traveller))
        for number in range(COLUMNS * ROWS):
            file = png(postcard(number), (480, 320))
            archive.writestr(f"cards/{number:02}.png", file[: len(file) // 3] if number == BROKEN else file)
    archive = zipfile.ZipFile(memory)
    archive.filename = "loading.zip"
    return zipfile.Path(archive)


def nine(sheet: Sheet, name: str, size: tuple[float, float], **more: Any) -> NineSlice:
    """A slice of a sheet as a frame of any size."""
    part = sheet.slices[name]
    return NineSlice(part.picture, part.border, size, **more)


class LoadingSystem(System):
    """Asks for all cards, shows how far they are, and lets them pop up as they come. R begins anew."""

    def __init__(self, ui: Sheet) -> None:
        self.ui = ui

    def on_add(self) -> None:
        world = self.world
        self.assets, self.tweens = world.resource(Assets), world.resource(Tweens)
        left, middle, width = GAUGE
        world.create_entity(
            Transform2D((left - 8, middle)), nine(self.ui, "panel", (width + 16, 46), anchor=(0, 0.5), layer=1)
        )
        bar = world.create_entity(
            Transform2D((left, middle)), nine(self.ui, "bar", (0.01, 28), anchor=(0, 0.5), pixel=0.8, layer=2)
        )
        self.bar = world.component_for_entity(bar, NineSlice)
        self.count = write(world, (0, middle + 34), "", CLOUD, align=0.5, layer=6)
        self.error = write(world, (0, -218), "", CORAL, align=0.5, layer=6)
        self.cards: list[tuple[int, int]] = []
        for number in range(COLUMNS * ROWS):
            row, column = divmod(number, COLUMNS)
            place = ((column - (COLUMNS - 1) / 2) * STEP[0], 176 - row * STEP[1])
            paper = world.create_entity(Transform2D(place), nine(self.ui, "card", CARD, layer=4, pixel=0.7))
            self.cards.append((paper, world.create_entity(Transform2D(place), Sprite(size=PICTURE, layer=5))))
        self.coming: list[tuple[PictureAsset, int, int]] = []
        self.pictures: list[PictureAsset] = []
        self.load()

    def load(self) -> None:
        """Ask for everything; each card shows its picture when that is there, and a grey tile until then."""
        for asset in self.pictures:
            self.assets.unload(asset)
        self.pictures = [self.assets.picture(f"cards/{number:02}.png") for number in range(len(self.cards))]
        for asset, (_, picture) in zip(self.pictures, self.cards, strict=True):
            self.world.component_for_entity(picture, Sprite).picture = asset
        self.coming = [(asset, *entities) for asset, entities in zip(self.pictures, self.cards, strict=True)]
        self.assets.when_ready(self.finish)
        self.error.text = ""

    def process(self, dt: float) -> None:
        progress = self.assets.progress
        self.bar.size = (max(GAUGE[2] * progress.fraction, 0.01), 28)
        self.count.text = f"{progress.done} of {progress.total} files, {progress.bytes / 2**20:.1f} MB"
        for asset, *entities in self.coming:
            if asset.done:
                self.tweens.play(
                    entities,
                    Tween(Transform2D, "scale", (1.16, 1.16), 0.08),
                    Tween(Transform2D, "scale", (1, 1), 0.5, Ease.OUT_ELASTIC),
                )
        self.coming = [entry for entry in self.coming if not entry[0].done]
        if self.world.resource(Input).pressed(Key.R):
            self.load()

    def finish(self) -> None:
        """All are done: tell of those that failed."""
        failed = [asset.error for asset in self.pictures if asset.error is not None]
        self.error.text = str(failed[0]).partition(";")[0] if failed else ""


def build_frames(world: World, ui: Sheet) -> None:
    """Frames that grow and shrink: corners stay as they are."""
    tweens = world.resource(Tweens)
    frames = ((-480, "panel", Fill.STRETCH, "stretch"), (-190, "button", Fill.STRETCH, "stretch"),
              (100, "studded", Fill.TILE, "tile"))  # fmt: skip
    for x, name, fill, label in frames:
        frame = world.create_entity(Transform2D((x, -284)), nine(ui, name, (90, 48), fill=fill, layer=4))
        tweens.play(
            frame,
            Tween(NineSlice, "size", (240, 48), 1.1, Ease.IN_OUT_SINE),
            Tween(NineSlice, "size", (240, 84), 0.8, Ease.IN_OUT_SINE),
            Tween(NineSlice, "size", (90, 84), 1.1, Ease.IN_OUT_SINE),
            Tween(NineSlice, "size", (90, 48), 0.8, Ease.IN_OUT_SINE),
            repeat=None,
        )
        write(world, (x, -352), f"{name}, {label}", MIST, align=0.5, layer=6)


def build_walker(app: App) -> None:
    """Somebody out of Aseprite's JSON, who walks to and fro when the sheet is there."""
    world, sheet = app.world, app.assets.sheet("traveller.json")

    def begin() -> None:
        clips = world.resource(Clips).add_tags(sheet.value)
        feet = 1 - walker.GROUND / walker.HEIGHT
        hero = world.create_entity(
            Transform2D((300, GROUND)),
            Sprite(sheet.value[0], size=(72, 93), anchor=(0.5, feet), layer=6),
            Animation(clips["walk"]),
        )
        sprite, animation = world.component_for_entity(hero, Sprite), world.component_for_entity(hero, Animation)

        def turn(left: bool, clip: str) -> None:
            sprite.flip_x, animation.clip = left, clips[clip]

        world.resource(Tweens).play(
            hero,
            lambda: turn(False, "walk"),
            Tween(Transform2D, "position", (580, GROUND), 4.5),
            lambda: turn(True, "idle"),
            0.8,
            lambda: turn(True, "run"),
            Tween(Transform2D, "position", (300, GROUND), 2.0),
            lambda: turn(False, "idle"),
            0.8,
            repeat=None,
        )

    app.assets.when_ready(begin, sheet)
    write(world, (440, -352), "out of traveller.json", MIST, align=0.5, layer=6)


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Loading", files=bundle(), **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT))
    shades = ramp(
        np.arange(64.0)[:, None], [(0.0, mix(NIGHT, DUSK, 0.45)), (40.0, NIGHT), (63.0, mix(NIGHT, INK, 0.8))]
    )
    dusk = app.pictures.add(np.rint(shades).astype(np.uint8), name="dusk")
    world.create_entity(Transform2D(), Sprite(dusk, size=(4 * WIDTH, HEIGHT), layer=-1))
    ui = app.assets.sheet("ui.json").wait()  # what the loading screen is made of
    write(world, (-604, 312), "Loading", LEMON, size=30, layer=6)
    write(world, (604, 316), "R: once more", AMBER, align=1, layer=6)
    app.add_system(LoadingSystem(ui))
    build_frames(world, ui)
    build_walker(app)
    return app


def showcase(app: App) -> None:
    """Everything has come."""
    app.assets.wait()
    app.step(150, draw=False)
    app.step()


if __name__ == "__main__":
    build().run()
