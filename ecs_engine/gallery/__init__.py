"""The gallery: all demos to look through, read and start, in the engine's own UI. ``ecs-engine demo`` opens it.

See docs/gallery.md.
"""

from __future__ import annotations

from ecs_engine.gallery.gallery import Gallery, build, show_gallery

__all__ = ["Gallery", "build", "show_gallery"]
