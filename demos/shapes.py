"""Shapes: a clockwork, a clock and a graph, drawn without a single picture; D shows what debug drawing sees."""

from __future__ import annotations

from math import cos, pi, sin, tau
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
    Cap,
    Collider,
    DebugDraw,
    Gradient,
    Input,
    Join,
    Key,
    Parent,
    Polygon,
    Polyline,
    Shape,
    Stage,
    System,
    Transform2D,
    World,
    batch,
)
from ecs_engine.assets.palette import (
    AMBER,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    MINT,
    NIGHT,
    ROSE,
    SAND,
    SKY,
    SLATE,
    VIOLET,
    Colour,
    mix,
)  # fmt: skip

BUDGET_MS = 10.0
WIDTH, HEIGHT = 1280.0, 720.0
CLOCK, GRAPH = (405.0, 118.0), (405.0, -215.0)
BACK, LINES, THINGS, FRONT = -20, -10, 0, 10
CLOCK_RADIUS = 150.0
GRAPH_WIDTH, GRAPH_HEIGHT = 340.0, 150.0
FIRST_TIME = 10 * 3600 + 9 * 60.0
"""Seconds since midnight when the clock begins, with its hands well apart."""

TOOTH = 13.0
"""How large teeth are: a gear's radius is half of that for each."""
DRIVE = 0.22
"""Radians a second of the first gear, which drives the others."""


class Gear(NamedTuple):
    """One of the clockwork, and where it meets the one that drives it."""

    teeth: int
    color: Colour
    driver: int
    """Number of the gear that drives it; the first one is driven by nobody."""
    way: float
    """The direction from that one to it."""


GEARS = (
    Gear(26, AMBER, 0, 0.0),
    Gear(14, MINT, 0, 0.62),
    Gear(20, VIOLET, 1, -0.42),
    Gear(10, ROSE, 2, 1.22),
    Gear(12, SKY, 0, 1.62),
    Gear(8, LEMON, 4, 0.42),
    Gear(12, CORAL, 2, -1.95),
)
FIRST_GEAR = (-400.0, -110.0)


class TurnSystem(System):
    """Turns the gears, by the time since the beginning: sums of small steps would let the teeth drift apart."""

    def __init__(self, gears: list[tuple[int, float, float]]) -> None:
        self.gears = gears
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        for gear, start, speed in self.gears:
            self.world.component_for_entity(gear, Transform2D).rotation = start + speed * self.time


class ClockSystem(System):
    """Turns the hands: a second of the game is a second of the clock."""

    def __init__(self, hands: dict[float, int]) -> None:
        self.hands = hands
        self.time = FIRST_TIME

    def process(self, dt: float) -> None:
        self.time += dt
        for period, hand in self.hands.items():
            self.world.component_for_entity(hand, Transform2D).rotation = -tau * self.time / period


class GraphSystem(System):
    """A new line every tick: a component that is replaced by another."""

    def __init__(self, line: int, area: int, dot: int) -> None:
        self.line, self.area, self.dot = line, area, dot
        self.time = 0.0

    def process(self, dt: float) -> None:
        self.time += dt
        x = np.linspace(0.0, GRAPH_WIDTH - 40.0, 48)
        t = self.time * 0.8 + x / 55
        y = 62 + 26 * np.sin(t) + 17 * np.sin(2.3 * t + 1) + 9 * np.sin(5.1 * t)
        points = np.stack([x, y], axis=1)
        self.world.add_component(self.line, graph_line(points))
        self.world.add_component(self.area, graph_area(points))
        end = GRAPH[0] - GRAPH_WIDTH / 2 + 20 + x[-1], GRAPH[1] - GRAPH_HEIGHT / 2 + 12 + y[-1]
        self.world.component_for_entity(self.dot, Transform2D).position = end


class DebugSystem(System):
    """D shows and hides colliders, the way the teeth of each gear go, how fast, and what drives what."""

    stage: ClassVar[Stage] = Stage.ANIMATE
    on = False

    def __init__(self, places: Any, speeds: Any) -> None:
        self.places, self.speeds = places, speeds
        self.drivers = places[[gear.driver for gear in GEARS]]

    def process(self, dt: float) -> None:
        if self.world.resource(Input).pressed(Key.D):
            self.on = not self.on
        draw = self.world.resource(DebugDraw)
        draw.show_colliders = self.on
        if not self.on:
            return
        radii = np.array([gear.teeth for gear in GEARS]) * TOOTH / 2
        draw.line(self.drivers, self.places, (*SLATE, 160), 1.0)
        tops = self.places + np.stack((np.zeros(len(radii)), radii), axis=1)
        draw.arrow(tops, tops - np.stack((self.speeds * radii * 1.6, np.zeros(len(radii))), axis=1), LEMON)
        draw.text(self.places, [f"{speed:+.2f} rad/s" for speed in self.speeds], CREAM)


def graph_line(points: Any) -> Polyline:
    return Polyline(
        points, 4.0, (*VIOLET, 255), (*MINT, 255), gradient=Gradient.LINEAR, join=Join.ROUND, cap=Cap.ROUND,
        layer=FRONT,
    )  # fmt: skip


def graph_area(points: Any) -> Polygon:
    corners = [*points.tolist(), (points[-1, 0], 0.0), (0.0, 0.0)]
    return Polygon(
        corners, (*VIOLET, 10), (*MINT, 110), gradient=Gradient.LINEAR, gradient_angle=pi / 2, layer=THINGS
    )  # fmt: skip


def star(points: int, outer: float, inner: float, **paint: Any) -> Polygon:
    """A star with so many points, one of them up."""
    turns = pi / 2 + np.arange(2 * points) * pi / points
    radii = np.where(np.arange(2 * points) % 2, inner, outer)
    return Polygon(np.stack([np.cos(turns) * radii, np.sin(turns) * radii], axis=1), **paint)


def shade(first: Colour, second: Colour, kind: Gradient, angle: float = 0.0) -> dict[str, Any]:
    """Paint that goes over from one colour into another."""
    return {"fill": (*first, 255), "fill_to": (*second, 255), "gradient": kind, "gradient_angle": angle}


def create_background(world: World) -> None:
    """Night and stars."""
    back = shade(INK, NIGHT, Gradient.RADIAL)
    world.create_entity(Transform2D((-205, 0)), Shape.ellipse((1900, 1500), layer=BACK, **back))
    rng = np.random.default_rng(11)
    places = rng.uniform((-WIDTH / 2, -HEIGHT / 2), (WIDTH / 2, HEIGHT / 2), (130, 2))
    world.create_entities(
        120,
        batch(Transform2D, position=places[:120].astype(np.float32)),
        batch(
            Shape,
            size=np.repeat(rng.uniform(1.0, 2.8, (120, 1)), 2, axis=1).astype(np.float32),
            fill=np.array((*CLOUD, 170), np.uint8),
            layer=np.int16(BACK),
        ),
    )
    bright = star(4, 7.0, 1.9, fill=(*CLOUD, 255), layer=BACK)
    world.create_entities(10, batch(Transform2D, position=places[120:].astype(np.float32)), bright)


def outline(teeth: int) -> Any:
    """The corners of a gear whose first tooth is to the right: four for each tooth, (4 * teeth, 2)."""
    corner = np.array((-0.30, -0.13, 0.13, 0.30))  # of a tooth, in teeth
    turns = ((np.arange(teeth)[:, None] + corner) * tau / teeth).ravel()
    radii = np.tile((-0.62, 0.45, 0.45, -0.62), teeth) * TOOTH + teeth * TOOTH / 2
    return np.stack((np.cos(turns) * radii, np.sin(turns) * radii), axis=1)


def create_gear(world: World, gear: Gear, place: Any, turn: float) -> int:
    """A toothed wheel with holes, a ring and a hub: its children, which turn with it."""
    radius, dark = gear.teeth * TOOTH / 2, mix(gear.color, NIGHT, 0.62)
    wheel = Polygon(
        outline(gear.teeth), (*mix(gear.color, NIGHT, 0.25), 255), (*gear.color, 255), gradient=Gradient.RADIAL,
        stroke=(*dark, 255), stroke_width=2.0, layer=THINGS,
    )  # fmt: skip
    entity = world.create_entity(Transform2D(place, turn), wheel, Collider(radius=radius, mask=0))

    def on_it(what: Any, at: tuple[float, float] = (0.0, 0.0)) -> None:
        world.create_entity(Transform2D(at), Parent(entity), what)

    on_it(Shape.ring(radius * 0.84, 2.5, fill=(*mix(gear.color, CREAM, 0.45), 255), layer=THINGS + 1))
    holes = gear.teeth // 3 if gear.teeth > 9 else 0
    for hole in range(holes):
        turn = hole * tau / holes
        at = 0.58 * radius * cos(turn), 0.58 * radius * sin(turn)
        size = min(0.16 * radius, 0.58 * radius * sin(pi / holes) * 0.72)
        on_it(Shape.circle(size, fill=(*INK, 255), stroke=(*dark, 255), stroke_width=2, layer=THINGS + 1), at)
    hub = shade(CREAM, mix(gear.color, CREAM, 0.3), Gradient.RADIAL)
    on_it(Shape.circle(0.2 * radius + 5, stroke=(*dark, 255), stroke_width=3, layer=THINGS + 1, **hub))
    on_it(star(6, 0.12 * radius + 3, 0.07 * radius + 1.5, fill=(*dark, 255), layer=THINGS + 2))
    return entity


def create_clockwork(world: World) -> tuple[list[tuple[int, float, float]], Any]:
    """All gears: the entity, first angle and speed of each; and their places, (n, 2)."""
    places, starts, speeds, gears = [np.array(FIRST_GEAR)], [0.0], [DRIVE], []
    for number, gear in enumerate(GEARS):
        if number:
            driver = GEARS[gear.driver]
            ratio = driver.teeth / gear.teeth
            reach = (gear.teeth + driver.teeth) * TOOTH / 2
            places.append(places[gear.driver] + (reach * cos(gear.way), reach * sin(gear.way)))
            speeds.append(-speeds[gear.driver] * ratio)
            # Where the driver has a tooth, it has a gap.
            starts.append(gear.way + pi + pi / gear.teeth + (gear.way - starts[gear.driver]) * ratio)
        gears.append((create_gear(world, gear, places[number], starts[number]), starts[number], speeds[number]))
    return gears, np.array(places)


def create_panel(world: World, place: tuple[float, float], size: tuple[float, float]) -> None:
    """A card with a thin border."""
    paint = shade(mix(INK, NIGHT, 0.5), mix(DUSK, INK, 0.55), Gradient.LINEAR, pi / 2)
    panel = Shape.rectangle(size, 26, stroke=(*SLATE, 255), stroke_width=1.5, layer=LINES, **paint)
    world.create_entity(Transform2D(place), panel)


def create_clock(world: World) -> dict[float, int]:
    """The face; returns the hand of each period in seconds."""
    x, y = CLOCK
    create_panel(world, CLOCK, (GRAPH_WIDTH, 360))

    def at_clock(what: Any, turn: float = 0.0) -> int:
        return world.create_entity(Transform2D((x, y), turn), what)

    rim = shade(CREAM, SAND, Gradient.LINEAR, -pi / 2)
    at_clock(Shape.circle(CLOCK_RADIUS, layer=THINGS, **rim))
    at_clock(Shape.circle(CLOCK_RADIUS - 10, layer=THINGS + 1, **shade(mix(DUSK, SLATE, 0.2), INK, Gradient.RADIAL)))
    for hour in range(12):
        long = hour % 3 == 0
        mark = Polyline([(0, 112 if long else 120), (0, 128)], 7.0 if long else 4.0, (*CREAM, 255), cap=Cap.ROUND,
                        layer=THINGS + 2)  # fmt: skip
        at_clock(mark, hour * tau / 12)
    at_clock(Shape.arc(104, 7, pi / 2, -tau * 0.36, round_ends=True, fill=(*MINT, 255), layer=THINGS + 2))
    at_clock(Shape.arc(92, 7, pi / 2, -tau * 0.62, round_ends=True, fill=(*ROSE, 255), layer=THINGS + 2))
    hour_hand = Polygon([(-6, -18), (6, -18), (4, 66), (0, 74), (-4, 66)], fill=(*CREAM, 255), layer=FRONT)
    minute_hand = Polygon([(-4.5, -22), (4.5, -22), (2.5, 106), (0, 114), (-2.5, 106)], fill=(*CREAM, 255), layer=FRONT)
    second_hand = Polyline([(0, -30), (0, 118)], 2.5, (*CORAL, 255), cap=Cap.ROUND, layer=FRONT + 1)
    hands = {12 * 3600.0: at_clock(hour_hand), 3600.0: at_clock(minute_hand), 60.0: at_clock(second_hand)}
    at_clock(Shape.circle(9, fill=(*CORAL, 255), stroke=(*CREAM, 255), stroke_width=3, layer=FRONT + 2))
    return hands


def create_graph(world: World) -> GraphSystem:
    """A card with a grid; the system that moves its line."""
    x, y = GRAPH
    create_panel(world, GRAPH, (GRAPH_WIDTH, GRAPH_HEIGHT + 36))
    left, bottom = x - GRAPH_WIDTH / 2 + 20, y - GRAPH_HEIGHT / 2 + 12
    for row in range(5):
        across = Polyline([(0, 0), (GRAPH_WIDTH - 40, 0)], 1.0, (*SLATE, 90), layer=LINES + 1)
        world.create_entity(Transform2D((left, bottom + row * 31)), across)
    points = np.zeros((2, 2))
    line = world.create_entity(Transform2D((left, bottom)), graph_line(points))
    area = world.create_entity(Transform2D((left, bottom)))
    dot = Shape.circle(8, fill=(*MINT, 255), stroke=(*CREAM, 255), stroke_width=2.5, layer=FRONT + 1)
    return GraphSystem(line, area, world.create_entity(Transform2D(), dot))


def build(**options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Shapes", **options)
    world = app.world
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255)))
    create_background(world)
    gears, places = create_clockwork(world)
    hands = create_clock(world)
    debug = DebugSystem(places, np.array([speed for _, _, speed in gears]))
    for system in (TurnSystem(gears), ClockSystem(hands), create_graph(world), debug):
        app.add_system(system)
    return app


if __name__ == "__main__":
    build().run()
