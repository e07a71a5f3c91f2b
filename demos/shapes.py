"""Shapes: an orrery, a clock and a graph, drawn without a single picture; D shows what debug drawing sees."""

from __future__ import annotations

from math import cos, pi, sin, tau
from typing import Any, ClassVar

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
    Velocity,
    World,
    batch,
    component,
    writable,
)
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEMON,
    MINT,
    MIST,
    NIGHT,
    OCEAN,
    PINE,
    ROSE,
    SAND,
    SKY,
    SLATE,
    VIOLET,
    WINE,
    Colour,
    mix,
)  # fmt: skip

BUDGET_MS = 10.0
WIDTH, HEIGHT = 1280.0, 720.0
SUN, CLOCK, GRAPH = (-205.0, 0.0), (405.0, 118.0), (405.0, -215.0)
BACK, LINES, THINGS, FRONT = -20, -10, 0, 10
CLOCK_RADIUS = 150.0
GRAPH_WIDTH, GRAPH_HEIGHT = 340.0, 150.0
FIRST_TIME = 10 * 3600 + 9 * 60.0
"""Seconds since midnight when the clock begins, with its hands well apart."""

PLANETS: tuple[tuple[float, float, float, Colour, Colour], ...] = (
    (78, 8, 1.9, SAND, CLAY),
    (116, 13, 3.9, LEMON, CORAL),
    (160, 15, 0.75, SKY, OCEAN),
    (204, 11, 5.4, ROSE, WINE),
    (262, 27, 2.75, SAND, mix(CLAY, DUSK, 0.4)),
    (318, 20, 4.75, MINT, PINE),
)
"""Distance, radius, angle at first, and the colours of the bright and the dark side."""


@component
class Orbit:
    """Goes round its parent."""

    distance: float = 0.0
    angle: float = 0.0
    speed: float = 0.0
    """Radians a second."""


class OrbitSystem(System):
    """Moves everything that orbits, and keeps bright sides towards the sun, which is where their parent is."""

    def process(self, dt: float) -> None:
        for orbit, transform in self.world.select(writable(Orbit), writable(Transform2D)):
            orbit.angle += orbit.speed * dt
            transform.position[:, 0] = orbit.distance * np.cos(orbit.angle)
            transform.position[:, 1] = orbit.distance * np.sin(orbit.angle)
            transform.rotation = orbit.angle


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
        x = np.linspace(0.0, GRAPH_WIDTH - 40.0, 70)
        t = self.time * 0.8 + x / 55
        y = 62 + 26 * np.sin(t) + 17 * np.sin(2.3 * t + 1) + 9 * np.sin(5.1 * t)
        points = np.stack([x, y], axis=1)
        self.world.add_component(self.line, graph_line(points))
        self.world.add_component(self.area, graph_area(points))
        end = GRAPH[0] - GRAPH_WIDTH / 2 + 20 + x[-1], GRAPH[1] - GRAPH_HEIGHT / 2 + 12 + y[-1]
        self.world.component_for_entity(self.dot, Transform2D).position = end


class DebugSystem(System):
    """D shows and hides colliders, the way each planet goes, and its line to the sun."""

    stage: ClassVar[Stage] = Stage.ANIMATE
    on = False

    def process(self, dt: float) -> None:
        if self.world.resource(Input).pressed(Key.D):
            self.on = not self.on
        draw = self.world.resource(DebugDraw)
        draw.show_colliders = self.on
        if not self.on:
            return
        for orbit, transform, _ in self.world.select(Orbit, Transform2D, Collider):
            place = transform.position + np.array(SUN, np.float32)
            way = np.stack([-np.sin(orbit.angle), np.cos(orbit.angle)], axis=1)
            draw.line(SUN, place, (*SLATE, 160), 1.0)
            draw.arrow(place, place + way * (orbit.speed * orbit.distance)[:, None] * 1.6, LEMON)


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
    world.create_entity(Transform2D(SUN), Shape.ellipse((1900, 1500), layer=BACK, **back))
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


def create_orrery(world: World) -> None:
    """The sun, six planets on their rings, a moon, a ringed planet, a comet, and the dial around all of them."""
    sun = world.create_entity(Transform2D(SUN))

    def at_sun(what: Any, place: tuple[float, float] = (0.0, 0.0), turn: float = 0.0, *more: Any) -> int:
        return world.create_entity(Transform2D(place, turn), Parent(sun), what, *more)

    glow = {"gradient": Gradient.RADIAL, "layer": LINES}
    at_sun(Shape.circle(170, fill=(*AMBER, 80), fill_to=(*CORAL, 0), **glow))
    rays = star(24, 56.0, 40.0, fill=(*AMBER, 255), fill_to=(*CORAL, 255), gradient=Gradient.RADIAL, layer=THINGS)
    at_sun(rays, (0, 0), 0.0, Velocity(angular=0.12))
    at_sun(Shape.circle(38, stroke=(*CREAM, 255), stroke_width=3, layer=FRONT, **shade(CREAM, AMBER, Gradient.RADIAL)))

    at_sun(Shape.ring(348, 1.5, fill=(*SLATE, 200), layer=LINES))
    for mark in range(72):
        long = mark % 6 == 0
        turn, reach = mark * tau / 72, 334.0 if long else 340.0
        ends = [(reach * cos(turn), reach * sin(turn)), (346 * cos(turn), 346 * sin(turn))]
        color = (*CREAM, 255) if long else (*SLATE, 255)
        at_sun(Polyline(ends, 2.5 if long else 1.5, color, cap=Cap.ROUND, layer=LINES))
    for distance, radius, angle, bright, dark in PLANETS:
        speed = 9.0 / distance
        at_sun(Shape.ring(distance + 0.75, 1.5, fill=(*SLATE, 110), layer=LINES))
        trail = {"fill": (*bright, 0), "fill_to": (*bright, 200), "gradient": Gradient.LINEAR, "gradient_angle": pi / 2}
        arc = Shape.arc(distance + 1.5, 3.0, -1.1, 1.1, round_ends=True, layer=LINES, **trail)
        at_sun(arc, (0, 0), angle, Velocity(angular=speed))
        paint = shade(bright, dark, Gradient.LINEAR)
        planet = at_sun(
            Shape.circle(radius, layer=THINGS, **paint), (distance, 0), 0.0, Orbit(distance, angle, speed),
            Collider(radius=radius),
        )  # fmt: skip
        if distance == 160:
            moon = Shape.circle(4.5, layer=FRONT, **shade(CREAM, MIST, Gradient.LINEAR))
            world.create_entity(Transform2D(), Parent(planet), moon, Orbit(27.0, 1.0, 0.9))
        if distance == 262:
            for size, color in (((104, 30), (*SAND, 210)), ((88, 24), (*CREAM, 120))):
                ring = Shape.ellipse(size, fill=(0, 0, 0, 0), stroke=color, stroke_width=4, layer=FRONT)
                world.create_entity(Transform2D(rotation=0.5), Parent(planet), ring)
            cap = Shape.arc(radius, radius, 0.5, pi, layer=FRONT + 1, **paint)
            world.create_entity(Transform2D(), Parent(planet), cap)
    create_comet(world, sun)


def create_comet(world: World, sun: int) -> None:
    """A bright head with a tail of curves that fades out."""
    turns = np.linspace(2.2, 3.0, 30)
    for width, reach, color in ((7.0, 236.0, SKY), (3.0, 233.0, CREAM)):
        tail = np.stack([reach * np.cos(turns), reach * np.sin(turns) * 1.06], axis=1)
        fade: dict[str, Any] = {"gradient": Gradient.LINEAR, "gradient_angle": 1.0, "join": Join.ROUND, "layer": THINGS}
        world.create_entity(Transform2D(), Parent(sun), Polyline(tail, width, (*color, 0), (*color, 190), **fade))
    head = (234.0 * cos(2.2), 234.0 * 1.06 * sin(2.2))
    world.create_entity(Transform2D(head, 0.3), Parent(sun), star(4, 15.0, 5.5, fill=(*CREAM, 255), layer=FRONT))


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
    create_orrery(world)
    hands = create_clock(world)
    for system in (OrbitSystem(), ClockSystem(hands), create_graph(world), DebugSystem()):
        app.add_system(system)
    return app


if __name__ == "__main__":
    build().run()
