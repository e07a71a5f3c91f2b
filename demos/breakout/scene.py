"""What surrounds the game: the sky, the walls and the camera."""

from __future__ import annotations

from math import pi

import numpy as np

from ecs_engine import (
    App,
    Camera2D,
    CameraShake,
    Collider,
    ColliderShape,
    Gradient,
    Shape,
    Sprite,
    Transform2D,
    World,
)
from ecs_engine.assets.asteroids import nebula
from ecs_engine.assets.palette import DUSK, MIST, NIGHT, SLATE, mix
from ecs_engine.demos.breakout.rules import (
    BALL_GROUP,
    HEIGHT,
    LEFT,
    RIGHT,
    SKY_LAYER,
    TOP,
    WALL,
    WALL_GROUP,
    WALL_LAYER,
    WIDTH,
)


def create_scene(app: App) -> int:
    """All of it; the camera's entity."""
    world = app.world
    sky = app.pictures.add(nebula(seed=21))
    world.create_entity(Transform2D(), Sprite(sky, size=(WIDTH * 1.06, HEIGHT * 1.06), layer=SKY_LAYER))
    create_walls(world)
    shake = CameraShake(reach=(0.02, 0.02), turn=0.008, decay=1.6)
    return world.create_entity(Transform2D(), Camera2D(height=HEIGHT, clear=(*NIGHT, 255)), shake)


def create_walls(world: World) -> None:
    """Left, right and above: wide enough that no ball gets through in one tick, most of it out of sight."""
    across, high = RIGHT - LEFT + 2 * WALL, TOP - (-HEIGHT / 2) + WALL
    middle = TOP + WALL - high / 2
    for place, size, turn in (
        ((LEFT - WALL / 2, middle - 30), (WALL, high + 60), 0.0),
        ((RIGHT + WALL / 2, middle - 30), (WALL, high + 60), pi),
        ((0.0, TOP + WALL / 2), (across, WALL), -pi / 2),
    ):
        world.create_entity(
            Transform2D(place),
            Shape.rectangle(
                size,
                corner=WALL / 2,
                fill=(*mix(SLATE, MIST, 0.35), 255),
                fill_to=(*DUSK, 255),
                gradient=Gradient.LINEAR,
                gradient_angle=turn,
                stroke=(*mix(MIST, SLATE, 0.3), 255),
                stroke_width=2,
                layer=WALL_LAYER,
            ),
            Collider(ColliderShape.BOX, half_size=np.array(size) / 2, layer=WALL_GROUP, mask=BALL_GROUP),
        )
