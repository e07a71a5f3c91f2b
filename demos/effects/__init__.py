"""Effects: one evening, seen as it is and in five other ways; a shader file that shows at once when it is changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ecs_engine import (
    CRT,
    App,
    Blend,
    Bloom,
    Camera2D,
    Effect,
    Effects,
    Gradient,
    Input,
    Key,
    Palette,
    Pictures,
    Shape,
    Sprite,
    System,
    Text,
    Transform2D,
    Vignette,
    World,
    component,
    writable,
)
from ecs_engine.assets.evening import LEDGES, evening
from ecs_engine.assets.hello import slime
from ecs_engine.assets.palette import (
    AMBER,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    MINT,
    NIGHT,
    PINE,
    ROSE,
    SKY,
    VIOLET,
    WINE,
    Colour,
    mix,
)
from ecs_engine.systems import split

BUDGET_MS = 6.0
BACK, THINGS, GLOW, WORDS = -10, 0, 5, 60
"""Layers."""
KEYS = (Key.DIGIT_1, Key.DIGIT_2, Key.DIGIT_3, Key.DIGIT_4, Key.DIGIT_5, Key.DIGIT_6)
INKS = (NIGHT, INK, DUSK, WINE, VIOLET, PINE, CORAL, AMBER, MINT, CREAM)
"""The colours of the panel with few of them."""


def looks() -> list[tuple[str, list[Effect]]]:
    """The panels: the name of each, and its effects."""
    blue = tuple(part / 255 for part in SKY)
    ripple = Effect.from_file("ripple.frag.glsl", middle=(0.5, 0.36), strength=0.016, water=blue)
    return [
        ("as it is", []),
        ("Bloom", [Bloom(strength=0.75, threshold=0.92, spread=0.7)]),
        ("Vignette", [Vignette(strength=0.9, radius=0.35, softness=0.6)]),
        ("CRT", [CRT(bulge=0.09, lines=0.55, line_height=5, mask=0.16, fringe=1.8)]),
        ("Palette", [Palette(INKS, dither=0.22, pixel=3)]),
        ("ripple.frag.glsl", [ripple]),
    ]


@component
class Hop:
    """Jumps on the spot now and then."""

    ground: float = 0.0
    height: float = 40.0
    phase: float = 0.0


@component
class Drift:
    """Floats around its place."""

    x: float = 0.0
    y: float = 0.0
    phase: float = 0.0


class MotionSystem(System):
    """Makes slimes hop and lights drift."""

    time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        for hop, transform in self.world.select(Hop, writable(Transform2D)):
            beat = np.sin(2.4 * self.time + hop.phase)
            transform.position[:, 1] = hop.ground + hop.height * np.maximum(beat, 0.0)
            transform.scale[:, 1] = 1 + 0.08 * beat
        for drift, transform in self.world.select(Drift, writable(Transform2D)):
            transform.position[:, 0] = drift.x + 24 * np.sin(0.7 * self.time + drift.phase)
            transform.position[:, 1] = drift.y + 16 * np.sin(1.1 * self.time + 2 * drift.phase)


class PanelSystem(System):
    """A number shows its panel alone, in the whole window; the same again, or 0, shows all of them."""

    def __init__(self, cameras: list[int], labels: list[int]) -> None:
        self.cameras, self.labels = cameras, labels
        self.alone: int | None = None

    def process(self, dt: float) -> None:
        inputs = self.world.resource(Input)
        before = self.alone
        for number, key in enumerate(KEYS):
            if inputs.pressed(key):
                self.alone = None if self.alone == number else number
        if inputs.pressed(Key.DIGIT_0):
            self.alone = None
        if self.alone != before:
            self.arrange()

    def arrange(self) -> None:
        """Give each panel its place, or the window to one of them."""
        for number, (panel, viewport) in enumerate(zip(self.cameras, split(len(self.cameras), columns=3), strict=True)):
            camera = self.world.component_for_entity(panel, Camera2D)
            text = self.world.component_for_entity(self.labels[number], Text)
            shown = self.alone in (None, number)
            camera.viewport = (0, 0, 1, 1) if self.alone == number else viewport
            camera.layers = (BACK, GLOW) if shown else (WORDS + 1, WORDS + 1)
            camera.order = int(self.alone == number)
            text.visible = shown
            place = (-618.0, 322.0) if self.alone == number else label_place(viewport)
            self.world.component_for_entity(self.labels[number], Transform2D).position = place


def label_place(viewport: tuple[float, float, float, float]) -> tuple[float, float]:
    """Where a panel's name stands: in its upper left corner."""
    return viewport[0] * 1280 - 640 + 22, (viewport[1] + viewport[3]) * 720 - 360 - 38


def create_scene(world: World, pictures: Pictures, rng: np.random.Generator) -> None:
    """Sunset, slimes on the ledges, lights in the air."""
    world.create_entity(Transform2D(), Sprite(pictures.add(evening()), layer=BACK))
    slimes: tuple[tuple[int, float, Colour], ...] = (
        (0, -250, MINT), (0, 40, ROSE), (0, 280, SKY), (1, -140, LEMON), (1, 210, MINT), (2, 0, ROSE),
    )  # fmt: skip
    for number, (ledge, x, color) in enumerate(slimes):
        level, size = LEDGES[ledge]
        drawn = pictures.add(slime(color, scale=(0.5, 0.75, 1.15)[ledge]))
        look = Sprite(drawn, anchor=(0.5, 0), layer=THINGS + ledge)
        hop = Hop(level - 8, 34 * size, number * 1.9)
        world.create_entity(Transform2D((x, level)), look, hop)
    colors = (LEMON, MINT, SKY, ROSE, AMBER)
    for number in range(15):
        place = float(rng.uniform(-400, 400)), float(rng.uniform(-40, 290))
        color = colors[number % len(colors)]
        for radius, fill in ((26.0, (*color, 110)), (6.5, (*mix(color, CREAM, 0.55), 255))):
            soft: dict[str, Any] = {"fill_to": (*color, 0), "gradient": Gradient.RADIAL} if radius > 10 else {}
            orb = Shape.circle(radius, fill=fill, blend=Blend.ADD, layer=GLOW, **soft)
            world.create_entity(Transform2D(place), orb, Drift(*place, number * 1.3))


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Effects", files=Path(__file__).parent, development=True, **options)
    world = app.world
    create_scene(world, app.pictures, np.random.default_rng(12))
    cameras, labels = [], []
    display: dict[str, Any] = {"size": 20, "anchor": (0, 0), "shadow": (2, -2), "shadow_color": INK, "layer": WORDS}
    for number, (name, effects) in enumerate(looks()):
        camera = Camera2D(height=720, clear=(*NIGHT, 255), border=3, border_color=(*NIGHT, 255))
        cameras.append(world.create_entity(Transform2D(), camera, Effects(*effects)))
        labels.append(world.create_entity(Transform2D(), Text(f"{number + 1}  {name}", color=CREAM, **display)))
    world.create_entity(Transform2D(), Camera2D(height=720, order=2, layers=(WORDS, WORDS)))
    panels = PanelSystem(cameras, labels)
    for system in (MotionSystem(), panels):
        app.add_system(system)
    panels.arrange()
    return app


if __name__ == "__main__":
    build().run()
