"""The paddle, and the player's hands: keyboard, mouse and gamepad become what the paddle does."""

from __future__ import annotations

from math import pi

from ecs_engine import (
    Collider,
    ColliderShape,
    GamepadAxis,
    GamepadButton,
    Gradient,
    Input,
    Key,
    MouseButton,
    Shape,
    System,
    Transform2D,
    World,
)
from ecs_engine.assets.palette import CREAM, MIST, OCEAN, SKY, VIOLET, mix
from ecs_engine.demos.breakout.keep import Settings
from ecs_engine.demos.breakout.rules import (
    BALL_GROUP,
    DROP_GROUP,
    LEFT,
    PADDLE_GROUP,
    PADDLE_LAYER,
    PADDLE_SIZE,
    PADDLE_SPEED,
    PADDLE_Y,
    RIGHT,
    WIDE,
    WIDTH,
    Controls,
    Game,
)


def create_paddle(world: World) -> int:
    """In the middle."""
    return world.create_entity(
        Transform2D((0, PADDLE_Y)),
        Shape.rectangle(
            PADDLE_SIZE,
            corner=PADDLE_SIZE[1] / 2,
            fill=(*mix(SKY, CREAM, 0.45), 255),
            fill_to=(*mix(OCEAN, VIOLET, 0.5), 255),
            gradient=Gradient.LINEAR,
            gradient_angle=-pi / 2,
            stroke=(*mix(MIST, CREAM, 0.5), 255),
            stroke_width=2,
            layer=PADDLE_LAYER,
        ),
        Collider(
            ColliderShape.BOX,
            half_size=(PADDLE_SIZE[0] / 2, PADDLE_SIZE[1] / 2),
            layer=PADDLE_GROUP,
            mask=BALL_GROUP | DROP_GROUP,
        ),
    )


class ControlSystem(System):
    """All that the player holds in the hands becomes :class:`Controls`. What the UI has taken does not come here."""

    priority = 30  # before the systems of the game

    def process(self, dt: float) -> None:
        input, controls = self.world.resource(Input), self.world.resource(Controls)
        keys = input.axis(Key.LEFT, Key.RIGHT) + input.axis(Key.A, Key.D)
        pad = input.axis(GamepadButton.LEFT, GamepadButton.RIGHT) + input.lean(GamepadAxis.LEFT_X)
        controls.move = min(max(keys + pad, -1.0), 1.0)
        steers = self.world.resource(Settings).mouse and input.mouse.delta[0] != 0.0
        controls.aim = input.mouse.position[0] - WIDTH / 2 if steers else None  # the mouse is in the picture's units
        controls.launch = any(
            input.pressed(one) for one in (Key.SPACE, Key.ENTER, Key.UP, MouseButton.LEFT, GamepadButton.A)
        )
        controls.pause = any(input.pressed(one) for one in (Key.ESCAPE, Key.P, GamepadButton.START))


class PaddleSystem(System):
    """The paddle goes where it should, and is as wide as it should be."""

    def process(self, dt: float) -> None:
        world, game, controls = self.world, self.world.resource(Game), self.world.resource(Controls)
        if dt == 0.0:
            return  # paused
        transform = world.component_for_entity(game.paddle, Transform2D)
        shape = world.component_for_entity(game.paddle, Shape)
        width = PADDLE_SIZE[0] * (WIDE if game.wide_left > 0 else 1.0)
        if abs(width - shape.size.x) > 0.1:
            shape.size.x += (width - shape.size.x) * min(14 * dt, 1.0)
            world.component_for_entity(game.paddle, Collider).half_size.x = shape.size.x / 2
        x = transform.position.x + controls.move * PADDLE_SPEED * dt if controls.aim is None else controls.aim
        half = shape.size.x / 2
        x = min(max(x, LEFT + half), RIGHT - half)
        if x != transform.position.x:
            transform.position.x = x
