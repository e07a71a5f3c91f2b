"""The size of what is drawn to, as the logic thread knows it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Screen:
    """A resource, kept up to date from the window's resize events."""

    width: int
    """Of the window, in window units (the mouse's units)."""
    height: int
    framebuffer_width: int
    """In pixels."""
    framebuffer_height: int
    design_height: int
    """The window's first height: what a camera without a height shows."""
    others: dict[int, Screen] = field(default_factory=dict)
    """Those of the app's further windows that are open: number of the window -> its screen."""

    def of(self, window: int) -> Screen | None:
        """The screen of a window by its number; None if that is not open."""
        return self if window == 0 else self.others.get(window)
