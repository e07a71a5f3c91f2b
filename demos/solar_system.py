"""Solar system: a hierarchy of sun, planets, moons and a probe; LEFT and RIGHT fly from one to the next."""

from __future__ import annotations

from math import pi, tau
from typing import Any, ClassVar, NamedTuple

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
    CameraFollow,
    Float,
    Font,
    Gradient,
    Input,
    Int,
    Key,
    Parallax,
    Parent,
    Picture,
    Polygon,
    Shape,
    Sprite,
    Stage,
    System,
    Text,
    Transform2D,
    Velocity,
    World,
    WorldPose2D,
    batch,
    component,
    writable,
)
from ecs_engine.assets.evening import ball as ball_picture
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    LEMON,
    MIST,
    NIGHT,
    OCEAN,
    ROSE,
    SAND,
    SKY,
    SLATE,
    VIOLET,
    WINE,
    Colour,
    mix,
)  # fmt: skip
from ecs_engine.demos.words import write

BUDGET_MS = 8.0
WIDTH, HEIGHT = 1280.0, 720.0
TILT = 0.47
"""Orbits are seen at an angle: so much of their width is their height."""
BELT, BELT_DISTANCE = 900, (318.0, 352.0)
SKY_LAYER, ORBIT_LAYER, PLANET_WORDS, MOON_WORDS, PANEL_LAYER = -400, -300, 300, 301, 400
"""What goes round the sun is on layers between, by how near it is: see DepthSystem."""


class Ball(NamedTuple):
    """How a body looks, how far from its parent it is, and what goes round it in turn."""

    name: str
    radius: float
    distance: float
    angle: float
    bright: Colour
    dark: Colour
    moons: tuple[Ball, ...] = ()
    ring: Colour | None = None


PROBE = Ball("", 1.3, 8.0, 0.0, CREAM, LEMON)
PLANETS = (
    Ball("Mercury", 7, 104, 2.75, SAND, CLAY),
    Ball("Venus", 13, 142, 5.6, LEMON, CORAL),
    Ball("Earth", 14, 205, 3.5, SKY, OCEAN, (Ball("Moon", 4.2, 29, 1.0, CREAM, MIST, (PROBE,)),)),
    Ball("Mars", 10, 268, 0.45, CORAL, WINE, (Ball("", 1.8, 16, 0.0, SAND, CLAY), Ball("", 1.4, 22, 2.0, SAND, CLAY))),
    Ball(
        "Jupiter", 31, 420, 5.2, SAND, mix(CLAY, WINE, 0.4),
        (
            Ball("", 3.4, 43, 0.5, LEMON, AMBER), Ball("", 3.0, 53, 2.6, CLOUD, SLATE),
            Ball("", 4.2, 65, 4.4, MIST, DUSK), Ball("", 3.8, 78, 5.6, SAND, CLAY),
        ),
    ),
    Ball("Saturn", 25, 510, 2.75, LEMON, mix(AMBER, CLAY, 0.6), (Ball("Titan", 4.6, 66, 0.8, AMBER, CLAY),), SAND),
    Ball("Neptune", 18, 588, 0.62, SKY, VIOLET, (Ball("", 3.0, 30, 3.9, ROSE, VIOLET),)),
)  # fmt: skip


@component
class Orbit:
    """Goes round its parent."""

    distance: Float = 0.0
    angle: Float = 0.0
    speed: Float = 0.0
    """Radians a second."""


@component
class Lit:
    """A shape that the sun shines on, and that others may hide."""

    ahead: Int = 0
    """How many layers it is before what is as near."""


class OrbitSystem(System):
    """Moves everything that orbits anything, at once: the TransformSystem adds up who goes round whom."""

    def process(self, dt: float) -> None:
        for orbit, transform in self.world.select(writable(Orbit), writable(Transform2D)):
            orbit.angle += orbit.speed * dt
            transform.position[:, 0] = orbit.distance * np.cos(orbit.angle)
            transform.position[:, 1] = orbit.distance * np.sin(orbit.angle) * TILT


class DepthSystem(System):
    """What is lower in the picture is nearer, and drawn over what is higher; bright sides look to the sun.

    The sun is at (0, 0), on layer 0.
    """

    stage: ClassVar[Stage] = Stage.ANIMATE

    def process(self, dt: float) -> None:
        for lit, pose, shape in self.world.select(Lit, WorldPose2D, writable(Shape)):
            x, y = np.nan_to_num(pose.pose[:, :2]).T  # of the last tick; unknown before the first
            shape.layer = (y * -0.9).astype(np.int16) + lit.ahead
            shape.gradient_angle = np.arctan2(y / TILT, x)


class FlightSystem(System):
    """LEFT and RIGHT choose the body that the camera follows, and it comes closer; at the sun it sees everything."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, camera: int, bodies: list[tuple[str, int, float]], title: Text) -> None:
        self.camera, self.bodies, self.title = camera, bodies, title
        self.chosen = 0

    def process(self, dt: float) -> None:
        keys = self.world.resource(Input)
        steps = keys.press_count(Key.RIGHT) - keys.press_count(Key.LEFT)
        if steps:
            self.chosen = (self.chosen + steps) % len(self.bodies)
            for _, label in self.world.get_component(Text):
                if label.layer in (PLANET_WORDS, MOON_WORDS):  # a planet's is in the way from near, a moon's from far
                    label.visible = (label.layer == MOON_WORDS) == (self.chosen > 0)
        name, body, zoom = self.bodies[self.chosen]
        self.title.text = name
        self.world.component_for_entity(self.camera, CameraFollow).target = body
        camera = self.world.component_for_entity(self.camera, Camera2D)
        camera.zoom += (zoom - camera.zoom) * min(2.5 * dt, 1.0)


def shade(bright: Colour, dark: Colour, kind: Gradient = Gradient.LINEAR) -> dict[str, Any]:
    """Paint that goes over from one colour into another."""
    return {"fill": (*bright, 255), "fill_to": (*dark, 255), "gradient": kind}


def create_ball(world: World, font: Font, ball: Ball, parent: int, speed: float) -> int:
    """A body, its shape, its name, and everything that goes round it: all of them its children."""
    body = world.create_entity(Transform2D(), Parent(parent), Orbit(ball.distance, ball.angle, speed))
    paint = shade(ball.bright, ball.dark)
    world.create_entity(Transform2D(), Parent(body), Shape.circle(ball.radius, **paint), Lit())
    if ball.ring:
        for reach, width, color in ((2.35, 5.0, (*ball.ring, 235)), (1.95, 3.0, (*CREAM, 150))):
            size = (2 * reach * ball.radius, 2 * reach * ball.radius * 0.34)
            ring = Shape.ellipse(size, fill=(0, 0, 0, 0), stroke=color, stroke_width=width)
            world.create_entity(Transform2D(), Parent(body), ring, Lit(1))
        # The upper half of the ball once more: the ring goes behind it.
        half = Shape.arc(ball.radius, ball.radius, 0.0, pi, **paint)
        world.create_entity(Transform2D(), Parent(body), half, Lit(2))
    for moon in ball.moons:
        path = Shape.ellipse((2 * moon.distance, 2 * moon.distance * TILT), fill=(0, 0, 0, 0),
                             stroke=(*MIST, 70), stroke_width=0.6, layer=ORBIT_LAYER)  # fmt: skip
        world.create_entity(Transform2D(), Parent(body), path)
        create_ball(world, font, moon, body, 14.0 / moon.distance + 0.25)
    if ball.name:
        far = ball.radius > 6
        height, layer = (14.0, PLANET_WORDS) if far else (5.0, MOON_WORDS)
        name = Text(ball.name, font, height, color=CLOUD, anchor=(0.5, 1), layer=layer, visible=far)
        world.create_entity(Transform2D((0, -ball.radius - height / 2)), Parent(body), name)
    return body


def create_sun(world: World) -> int:
    """The sun with its rays and its glow; it is the root of everything."""
    sun = world.create_entity(Transform2D())
    turns = np.arange(48) * tau / 48
    reach = np.where(np.arange(48) % 2, 43.0, 56.0)
    corners = np.stack((np.cos(turns) * reach, np.sin(turns) * reach), axis=1)
    rays = Polygon(corners, (*AMBER, 255), (*CORAL, 255), gradient=Gradient.RADIAL)
    glow = {"gradient": Gradient.RADIAL, "layer": ORBIT_LAYER - 1}
    for what in (
        Shape.ellipse((1200, 1200 * TILT), fill=(*VIOLET, 60), fill_to=(*VIOLET, 0), **glow),
        Shape.circle(170, fill=(*AMBER, 110), fill_to=(*CORAL, 0), **glow),
        Shape.circle(41, stroke=(*CREAM, 255), stroke_width=3, layer=1, **shade(CREAM, AMBER, Gradient.RADIAL)),
    ):
        world.create_entity(Transform2D(), Parent(sun), what)
    world.create_entity(Transform2D(), Parent(sun), rays, Velocity(angular=0.1))
    return sun


def create_belt(world: World, sun: int, rng: np.random.Generator) -> None:
    """The asteroids, in one call."""
    distance = rng.triangular(BELT_DISTANCE[0], sum(BELT_DISTANCE) / 2, BELT_DISTANCE[1], BELT).astype(np.float32)
    colors = np.array([(*color, 255) for color in (MIST, SLATE, SAND, CLAY)], np.uint8)
    world.create_entities(
        BELT,
        Transform2D(),
        Parent(sun),
        batch(Orbit, distance=distance, angle=rng.uniform(0, tau, BELT).astype(np.float32), speed=9.0 / distance),
        batch(
            Shape,
            size=np.repeat(rng.uniform(1.2, 3.4, (BELT, 1)), 2, axis=1).astype(np.float32),
            fill=colors[rng.integers(0, len(colors), BELT)],
            layer=np.int16(ORBIT_LAYER),
        ),
    )


def create_stars(world: World, picture: Picture, rng: np.random.Generator, count: int = 400) -> None:
    """Far behind everything: they hardly move when the camera does."""
    bright = rng.integers(60, 220, count)
    world.create_entities(
        count,
        batch(Transform2D, position=rng.uniform((-760, -460), (760, 460), (count, 2)).astype(np.float32)),
        batch(
            Sprite,
            picture=np.uint32(picture),
            size=np.repeat(rng.uniform(1.2, 2.8, (count, 1)), 2, axis=1).astype(np.float32),
            tint=np.column_stack((np.tile(CLOUD, (count, 1)), bright)).astype(np.uint8),
            layer=np.int16(SKY_LAYER),
        ),
        Parallax((0.1, 0.1)),
    )


def build(*, seed: int = 8, **options: Any) -> App:
    """The demo; ``options`` go to :class:`App`."""
    app = App("Solar system", seed=seed, **{"resolution": (1280, 720), "bars": NIGHT, **options})
    world, rng = app.world, app.random
    create_stars(world, app.pictures.add(ball_picture()), rng)
    sun, font = create_sun(world), app.fonts.sans(500)
    bodies = [("The sun", sun, 1.0)]
    for planet in PLANETS:
        size = (2 * planet.distance, 2 * planet.distance * TILT)
        path = Shape.ellipse(size, fill=(0, 0, 0, 0), stroke=(*SLATE, 120), stroke_width=1.2, layer=ORBIT_LAYER)
        world.create_entity(Transform2D(), Parent(sun), path)
        body = create_ball(world, font, planet, sun, 16.0 / planet.distance)
        bodies.append((planet.name, body, min(90.0 / planet.radius, 4.5)))
    create_belt(world, sun, rng)
    camera = world.create_entity(
        Transform2D(),
        Camera2D(height=HEIGHT, clear=(*NIGHT, 255), layers=(SKY_LAYER, MOON_WORDS)),
        CameraFollow(sun, half_life=0.25),
    )
    world.create_entity(Transform2D(), Camera2D(height=HEIGHT, order=1, layers=(PANEL_LAYER, PANEL_LAYER)))
    title = write(world, (24 - WIDTH / 2, HEIGHT / 2 - 50), "", LEMON, size=30, layer=PANEL_LAYER)
    write(world, (24 - WIDTH / 2, 24 - HEIGHT / 2), "LEFT RIGHT fly to a planet", CREAM, layer=PANEL_LAYER)
    for system in (OrbitSystem(), DepthSystem(), FlightSystem(camera, bodies, title)):
        app.add_system(system)
    return app


if __name__ == "__main__":
    build().run()
