"""Cameras become views: matrices from the world to clip space."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, cos, floor, isfinite, isnan, nan, sin
from typing import Any

import numpy as np

from ecs_engine.components import Camera2D, CameraMotion, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Box, Screen, inset, pixel_box
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.frame.keys import FIRST_UI_LAYER, HIGHEST_LAYER, LOWEST_LAYER, first_key
from ecs_engine.frame.snapshot import View
from ecs_engine.systems.poses import world_pose

Array = np.ndarray[Any, Any]

SMALLEST_ZOOM = 1e-6

_ORIGIN = [0.0, 0.0, 0.0, 0.0]

_CAMERA = [field_of(Camera2D, name) for name in ("height", "zoom", "border", "viewport", "layers")]
_CLEAR, _BORDER_COLOR = field_of(Camera2D, "clear"), field_of(Camera2D, "border_color")
_ORDER, _WINDOW = field_of(Camera2D, "order"), field_of(Camera2D, "window")
_MOTION = [field_of(CameraMotion, name) for name in ("shake", "previous_shake", "height", "previous_height")]
_POSE, _PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")


@dataclass(slots=True)
class CameraState:
    """One camera at one tick."""

    x: float
    y: float
    angle: float
    half_width: float
    """World units from the middle to the right edge of the view."""
    half_height: float
    first_layer: int
    last_layer: int
    view: View
    entity: int
    """0: the view of a world without cameras."""
    order: int
    box: Box
    """Where the view is drawn, in pixels of the screen."""
    reach: tuple[float, float] = field(init=False)
    """Half the width and height of the box, along the world's axes, around all that the camera sees."""

    def __post_init__(self) -> None:
        c, s = abs(cos(self.angle)), abs(sin(self.angle))
        self.reach = c * self.half_width + s * self.half_height, s * self.half_width + c * self.half_height


def read_views(world: World) -> list[CameraState]:
    """What is drawn, in that order: all cameras, and over them the UI, where there is one."""
    states, screen = read_cameras(world), world.resource(Screen)
    if screen.ui is not None:
        states.append(_ui_view(screen, *screen.ui))
    return states


def read_cameras(world: World) -> list[CameraState]:
    """All cameras in drawing order; without one for the first window, that sees the origin, one unit a pixel.

    A camera with a number in it that is infinite or NaN, with a viewport of no size, or of a window that is not open,
    shows nothing and is left out.
    """
    screen = world.resource(Screen)
    if not world.knows(Camera2D):
        return [default_view(screen)]
    tables = [rows.table for rows in world.select(Camera2D, WorldPose2D)]
    found = [_read(screen, table, row) for table in tables for row in range(table.length)]
    states = [state for state in found if state is not None]
    if all(table.readable[_WINDOW].all() for table in tables):
        states.append(default_view(screen))
    return sorted(states, key=lambda state: (state.order, state.entity))


def read_camera(world: World, camera: int | None, *, now: bool = False) -> CameraState:
    """One camera as the newest tick shows it; one that is new as it will be. None: a world without cameras.

    Args:
        now: with its transform, zoom and height as they stand at this moment instead.

    Raises:
        MissingError: no such entity, or it has no Camera2D and Transform2D.
        EngineError: there is a number in it that is infinite or NaN, its viewport has no size, or its window is not
            open; or the system that runs has made it.
    """
    if camera is None:
        return default_view(world.resource(Screen))
    world.component_for_entity(camera, Camera2D)
    world.select(Camera2D)  # while no system runs, this applies what was just made
    if world.location(camera) is None:
        raise EngineError(
            f"Camera {camera} was made or changed by the system that runs, and that is applied when it returns: ask "
            "what the camera sees in another system, or in the next tick."
        )
    state = try_camera(world, camera, now=now)
    if state is None:
        raise EngineError(
            f"Camera {camera} shows nothing, so no place of the screen is one in the world: give it finite "
            "numbers, a viewport with a width and a height above 0, and a window that is open."
        )
    return state


def try_camera(world: World, camera: int, *, now: bool = False) -> CameraState | None:
    """The same, or None for a camera that shows nothing, or that the system that runs has made."""
    location = world.location(camera)
    if location is None:
        return None
    table, row = location
    fresh = now or isnan(table.readable[_POSE][row, 0])
    pose = [*world_pose(world, camera), 0.0] if fresh else None
    return _read(world.resource(Screen), table, row, pose, now)


def default_view(screen: Screen) -> CameraState:
    """What is seen in the first window without a camera: from the origin, one unit a pixel of its first size."""
    box = pixel_box((0.0, 0.0, 1.0, 1.0), _size(screen))
    half_height = _height(screen, 0.0, 1.0, box[3]) / 2
    half_width = half_height * box[2] / box[3] * screen.pixel_aspect
    matrix = view_matrix(0.0, 0.0, 0.0, half_width, half_height)
    last = HIGHEST_LAYER if screen.ui is None else FIRST_UI_LAYER - 1
    return CameraState(0.0, 0.0, 0.0, half_width, half_height, LOWEST_LAYER, last, View(matrix, matrix), 0, 0, box)


def _ui_view(screen: Screen, width: float, height: float) -> CameraState:
    """All of the first window, whose upper left corner is (0, 0), and lower right (width, -height). No light of
    the world falls on it."""
    x, y = width / 2, -height / 2
    matrix = view_matrix(x, y, 0.0, width / 2, height / 2)
    box = pixel_box((0.0, 0.0, 1.0, 1.0), _size(screen))
    unlit = first_key(FIRST_UI_LAYER)
    view = View(matrix, matrix, eye=(x, y, 0.0), previous_eye=(x, y, 0.0), unlit_key=unlit)
    return CameraState(x, y, 0.0, width / 2, height / 2, FIRST_UI_LAYER, HIGHEST_LAYER, view, 0, 0, box)


def view_height(screen: Screen, table: Table, row: int) -> float:
    """World units from the lower to the upper edge of the view of the camera in one row, as it stands; NaN if it shows
    nothing."""
    state = _read(screen, table, row, _ORIGIN, now=True)
    return nan if state is None else 2 * state.half_height


def _height(screen: Screen, height: float, zoom: float, pixels_high: int) -> float:
    """The same from a camera's height and zoom."""
    if height <= 0.0:
        height = pixels_high * (screen.design_height / screen.framebuffer_height)
    return height / max(zoom, SMALLEST_ZOOM)


def _size(screen: Screen) -> tuple[int, int]:
    return screen.framebuffer_width, screen.framebuffer_height


def _read(
    screens: Screen, table: Table, row: int, pose: list[float] | None = None, now: bool = False
) -> CameraState | None:
    """The camera in one row, or None if it shows nothing; ``pose`` stands for the one in the row, now and before."""
    window = int(table.readable[_WINDOW][row])
    screen = screens.of(window)
    if screen is None:
        return None
    height, zoom, border, viewport, layers = (table.readable[field][row].tolist() for field in _CAMERA)
    shake, shake_before, shown, shown_before = (table.readable[field][row].tolist() for field in _MOTION)
    present = pose or table.readable[_POSE][row].tolist()
    before = pose or table.readable[_PREVIOUS][row].tolist()
    if (
        not all(map(isfinite, (*present, height, zoom, border, *viewport)))
        or min(viewport[2:]) <= 0
        or any(map(isnan, layers))
    ):
        return None
    if not all(map(isfinite, before)):
        before = present
    edge = max(round(border * screen.framebuffer_height / screen.height), 0)
    box = inset(pixel_box(tuple(viewport), _size(screen)), edge)
    pixels_wide, pixels_high = max(box[2], 1), max(box[3], 1)
    if now or isnan(shown):
        shown = _height(screen, height, zoom, pixels_high)
    aspect = pixels_wide / pixels_high * screen.pixel_aspect
    half, half_before = shown / 2, (shown if isnan(shown_before) else shown_before) / 2
    x, y, angle = (a + b for a, b in zip(present, shake, strict=False))
    x0, y0, angle0 = (a + b for a, b in zip(before, shake_before, strict=False))
    clear, border_color = table.readable[_CLEAR][row].tolist(), table.readable[_BORDER_COLOR][row].tolist()
    view = View(
        current=view_matrix(x, y, angle, half * aspect, half),
        previous=view_matrix(x0, y0, angle0, half_before * aspect, half_before),
        eye=(x, y, 0.0),
        previous_eye=(x0, y0, 0.0),
        viewport=tuple(viewport),
        clear=tuple(c / 255 for c in clear) if clear[3] else None,
        border=edge,
        border_color=tuple(c / 255 for c in border_color),
        window=window,
    )
    first, last = (min(max(layer, LOWEST_LAYER - 1.0), HIGHEST_LAYER + 1.0) for layer in layers)
    if screens.ui is not None:
        last = min(last, FIRST_UI_LAYER - 1.0)
    return CameraState(
        x,
        y,
        angle,
        half * aspect,
        half,
        ceil(first),
        floor(last),
        view,
        int(table.entity_array[row]),
        int(table.readable[_ORDER][row]),
        box,
    )


@lru_cache(maxsize=64)
def view_matrix(x: float, y: float, angle: float, half_width: float, half_height: float) -> Array:
    """World to clip space for a camera at a pose, (4, 4) float32, rows first, read-only.

    Kept, because most cameras stand still most of the time.
    """
    c, s = cos(angle), sin(angle)
    matrix = np.eye(4, dtype=np.float32)
    with np.errstate(over="ignore", invalid="ignore"):  # of numbers near the largest that there are
        matrix[0, :2] = c / half_width, s / half_width
        matrix[1, :2] = -s / half_height, c / half_height
        matrix[0, 3] = -(c * x + s * y) / half_width
        matrix[1, 3] = (s * x - c * y) / half_height
    matrix.flags.writeable = False
    return matrix
