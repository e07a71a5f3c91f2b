"""Where the world is seen from."""

from __future__ import annotations

from math import inf, nan

from ecs_engine.core.component import component
from ecs_engine.core.fields import Color, EntityId, Float, Int, Vec2, Vec3, Vec4


@component
class CameraMotion:
    """What a camera shows besides its pose, this tick and the tick before; written by the CameraSystem, read-only to
    games. The picture is drawn between the two."""

    shake: Vec3 = (0.0, 0.0, 0.0)
    """How far it is shaken from its pose: x, y, angle."""
    previous_shake: Vec3 = (0.0, 0.0, 0.0)
    height: Float = nan
    """World units from the lower to the upper edge of the view; NaN until the first tick."""
    previous_height: Float = nan


@component(companions=(CameraMotion,))
class Camera2D:
    """Looks at the world from the entity's Transform2D (its position is the middle of the view, its rotation turns
    the view). Several cameras draw one after the other, by rising ``order``, each into its window."""

    height: Float = 0.0
    """World units from the lower to the upper edge of the view; 0: one unit a pixel of the window's first size."""
    zoom: Float = 1.0
    """2 shows things twice as large. Drawn between ticks, as poses are."""
    viewport: Vec4 = (0.0, 0.0, 1.0, 1.0)
    """Left, bottom, width and height as parts of the window."""
    clear: Color = (0, 0, 0, 0)
    """What the viewport is filled with first; alpha 0 leaves what was drawn before."""
    order: Int = 0
    """Lower orders draw first."""
    layers: Vec2 = (-512.0, 511.0)
    """The first and last sprite layer this camera shows."""
    window: Int = 0
    """The number of the window it draws to: 0 is the app's first, others are from ``App.open_window``. In a window that
    is not open it shows nothing."""
    border: Float = 0.0
    """Width of a frame along the inner edge of the viewport, in window units; the view fills what it leaves."""
    border_color: Color = (0, 0, 0, 255)
    bounds: Vec4 = (-inf, -inf, inf, inf)
    """Left, bottom, right and top of the world: the camera is moved so that its view stays within, or is in the middle
    of them where it is larger. Not for cameras with a Parent."""


@component
class CameraFollow:
    """Moves a camera after another entity, within the camera's bounds. Not for cameras with a Parent.

    When the target is teleported the camera jumps to it, and so does a new camera.
    """

    target: EntityId = 0
    """The entity; while it has no Transform2D, or is gone, the camera stays where it is."""
    dead_zone: Vec2 = (0.0, 0.0)
    """Width and height, in world units, of the box around the middle of the view in which the target moves without
    moving the camera."""
    half_life: Float = 0.0
    """Seconds in which the camera halves the way to where it should be; 0 is at once."""
    look_ahead: Float = 0.0
    """Seconds of the target's present motion by which the camera looks ahead of it."""


@component
class CameraShake:
    """Shakes a camera by its trauma, squared. Whatever happens adds to the trauma: ``shake.trauma += 0.4``."""

    trauma: Float = 0.0
    """0 to 1; more is taken for 1."""
    decay: Float = 1.0
    """How much trauma goes away in a second."""
    reach: Vec2 = (0.04, 0.04)
    """The largest shift along the view's width and height, in parts of its height."""
    turn: Float = 0.04
    """The largest turn, in radians."""
    frequency: Float = 11.0
    """How often a second it takes another way."""
    seed: Int = 0
    """Cameras with equal seeds shake alike."""
    time: Float = 0.0
    """Seconds it has been shaking so far."""


@component
class Parallax:
    """Makes a sprite move against the view as if it were farther away, or nearer.

    It is drawn at its position while the camera is at (0, 0). The factors do not go over to children.
    """

    factor: Vec2 = (1.0, 1.0)
    """Across and up: 1 moves with the world, 0 stays with the camera, 0.5 is as if twice as far away, 2 as near."""
