"""Testing without a GPU: a mocked OpenGL, pytest fixtures, assertions, and comparison of pictures.

The names below are loaded when they are first used, so that the pytest plugin of this package costs nothing at
start-up.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ecs_engine.testing.app import FakeApp, stand_ins
    from ecs_engine.testing.assertions import assert_draws, assert_no_leaks, last_frame, run_ticks
    from ecs_engine.testing.fake_gl import Draw, FakeGL, FakeGLError, Frame, Limits
    from ecs_engine.testing.images import assert_images_close, compare_golden

__all__ = [
    "Draw", "FakeApp", "FakeGL", "FakeGLError", "Frame", "Limits", "assert_draws", "assert_images_close",
    "assert_no_leaks", "compare_golden", "last_frame", "run_ticks", "stand_ins",
]  # fmt: skip

_HOMES = {
    "Draw": "fake_gl", "FakeGL": "fake_gl", "FakeGLError": "fake_gl", "Frame": "fake_gl", "Limits": "fake_gl",
    "FakeApp": "app", "stand_ins": "app", "assert_draws": "assertions", "assert_no_leaks": "assertions",
    "last_frame": "assertions", "run_ticks": "assertions", "assert_images_close": "images", "compare_golden": "images",
}  # fmt: skip


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
