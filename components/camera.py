"""Where the world is seen from."""

from __future__ import annotations

from ecs_engine.core.component import component
from ecs_engine.core.fields import Color, Float, Int, Vec2, Vec4


@component
class Camera2D:
    """Looks at the world from the entity's Transform2D (its position is the middle of the view, its rotation turns
    the view). Several cameras draw one after the other, by rising ``order``, each into its window."""

    height: Float = 0.0
    """World units from the lower to the upper edge of the view; 0: one unit a pixel of the window's first size."""
    zoom: Float = 1.0
    """2 shows things twice as large."""
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
