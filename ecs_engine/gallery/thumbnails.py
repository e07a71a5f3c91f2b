"""The pictures of the demos that come along: ``make thumbnails`` draws them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "thumbnails"
SIZE = (640, 360)
"""Width and height in pixels: the size of the large picture, and twice that of the small one."""


def thumbnail(name: str) -> Path | None:
    """The picture of a demo; None if there is none."""
    path = FOLDER / f"{name}.webp"
    return path if path.is_file() else None
