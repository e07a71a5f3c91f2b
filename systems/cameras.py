"""Cameras become views: matrices from the world to clip space."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, cos, floor, isfinite, isnan, sin
from typing import Any

import numpy as np

from ecs_engine.components import Camera2D, WorldPose2D
from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.frame.keys import HIGHEST_LAYER, LOWEST_LAYER
from ecs_engine.frame.snapshot import View

Array = np.ndarray[Any, Any]
Viewport = tuple[float, float, float, float]


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

    @property
    def reach(self) -> tuple[float, float]:
        """Half the width and height of the box, along the world's axes, around all that the camera sees."""
        c, s = abs(cos(self.angle)), abs(sin(self.angle))
        return c * self.half_width + s * self.half_height, s * self.half_width + c * self.half_height


def read_cameras(world: World) -> list[CameraState]:
    """All cameras in drawing order; without one for the first window, that sees the origin, one unit a pixel.

    A camera with a number in it that is infinite or NaN, with a viewport of no size, or of a window that is not open,
    shows nothing and is left out.
    """
    screen = world.resource(Screen)
    origin = [0.0, 0.0, 0.0, 0.0]
    found = False
    cameras: list[tuple[int, int, CameraState]] = []
    with np.errstate(over="ignore", invalid="ignore"):  # of numbers near the largest that there are
        for rows in world.select(Camera2D, WorldPose2D):
            camera, pose = rows
            for row, entity in enumerate(rows.entities.tolist()):
                window = int(camera.window[row])
                found = found or window == 0
                target = screen.of(window)
                if target is None:
                    continue
                present, previous = pose.pose[row].tolist(), pose.previous[row].tolist()
                height, zoom = float(camera.height[row]), float(camera.zoom[row])
                viewport, layers = camera.viewport[row].tolist(), camera.layers[row].tolist()
                numbers = (*present, height, zoom, *viewport)
                if not all(map(isfinite, numbers)) or min(viewport[2:]) <= 0 or any(map(isnan, layers)):
                    continue
                if not all(map(isfinite, previous)):
                    previous = present
                state = _state(
                    target, present, previous, height, zoom, tuple(viewport), camera.clear[row].tolist(), layers, window
                )
                cameras.append((int(camera.order[row]), entity, state))
        if not found:
            whole, clear, layers = (0.0, 0.0, 1.0, 1.0), [0, 0, 0, 0], [-512.0, 511.0]
            cameras.append((0, 0, _state(screen, origin, origin, 0.0, 1.0, whole, clear, layers, 0)))
    return [state for _, _, state in sorted(cameras, key=lambda item: item[:2])]


def _state(
    screen: Screen, pose: list[float], previous: list[float], height: float, zoom: float, viewport: Viewport,
    clear: list[int], layers: list[float], window: int,
) -> CameraState:  # fmt: skip
    pixels_wide = max(viewport[2] * screen.framebuffer_width, 1.0)
    pixels_high = max(viewport[3] * screen.framebuffer_height, 1.0)
    half_height = (height if height > 0.0 else screen.design_height * viewport[3]) / (2.0 * max(zoom, 1e-6))
    half_width = half_height * pixels_wide / pixels_high
    view = View(
        current=view_matrix(*pose[:3], half_width, half_height),
        previous=view_matrix(*previous[:3], half_width, half_height),
        eye=(pose[0], pose[1], 0.0),
        previous_eye=(previous[0], previous[1], 0.0),
        viewport=viewport,
        clear=tuple(c / 255 for c in clear) if clear[3] else None,  # type: ignore[arg-type]
        window=window,
    )
    first, last = (min(max(layer, LOWEST_LAYER - 1.0), HIGHEST_LAYER + 1.0) for layer in layers)
    return CameraState(pose[0], pose[1], pose[2], half_width, half_height, ceil(first), floor(last), view)


@lru_cache(maxsize=64)
def view_matrix(x: float, y: float, angle: float, half_width: float, half_height: float) -> Array:
    """World to clip space for a camera at a pose, (4, 4) float32, rows first, read-only.

    Kept, because most cameras stand still most of the time.
    """
    c, s = cos(angle), sin(angle)
    matrix = np.eye(4, dtype=np.float32)
    matrix[0, :2] = c / half_width, s / half_width
    matrix[1, :2] = -s / half_height, c / half_height
    matrix[0, 3] = -(c * x + s * y) / half_width
    matrix[1, 3] = (s * x - c * y) / half_height
    matrix.flags.writeable = False
    return matrix
