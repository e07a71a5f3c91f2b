"""Opens what an App draws on: a window on the screen or in memory, and the OpenGL that goes with it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ecs_engine.core.errors import DisplayError
from ecs_engine.window.base import checked_size, checked_title

if TYPE_CHECKING:
    from ecs_engine.gpu.gl import GL
    from ecs_engine.window import Window


def open_window(
    title: str,
    size: tuple[int, int],
    *,
    headless: bool | None,
    vsync: bool,
    resizable: bool,
    fullscreen: bool,
    debug: bool,
) -> Window:
    """A window; ``headless=None`` leaves it to ECS_ENGINE_HEADLESS whether it is one in memory. Main thread only.

    Raises:
        DisplayError: no window or context could be made.
    """
    # The window libraries are loaded here and not before, so that an App on stand-ins needs none of them.
    if headless is None:
        headless = os.environ.get("ECS_ENGINE_HEADLESS") == "1"
    if headless:
        from ecs_engine.window.headless import HeadlessWindow

        return HeadlessWindow(size, title=title, debug_context=debug)
    # Bad arguments are told as they are; for all else that can go wrong, drawing in memory is a way out.
    checked_size(size)
    checked_title(title)
    try:
        from ecs_engine.window.glfw_window import GlfwWindow

        return GlfwWindow(title, size, vsync=vsync, resizable=resizable, fullscreen=fullscreen, debug_context=debug)
    except DisplayError as error:
        raise DisplayError(
            f"{error}. To draw in memory instead, write App(headless=True) or set ECS_ENGINE_HEADLESS=1."
        ) from None  # it says it all; two tracebacks of the same words would hide it


def load_gl() -> GL:
    """The OpenGL of the current context.

    Raises:
        GLError: the library is missing, or is not the one the context belongs to.
    """
    from ecs_engine.gpu import load_opengl

    return load_opengl()
