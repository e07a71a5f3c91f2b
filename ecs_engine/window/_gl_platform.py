"""Tells PyOpenGL, before it is imported, which OpenGL library the window's context comes from.

PyOpenGL settles for one library when it is first imported, from ``PYOPENGL_PLATFORM`` or by guessing. With the wrong
one nothing fails: every call quietly returns None or 0. So the choice is made here, and a choice that was made already
and cannot work is an error. OpenGL itself is not imported here.
"""

from __future__ import annotations

import os
import sys

from ecs_engine.core.errors import DisplayError

VARIABLE = "PYOPENGL_PLATFORM"


def loaded() -> str | None:
    """PyOpenGL's platform if it has settled for one ('glx', 'egl', 'osmesa', 'win32', 'darwin'), else None."""
    platform = getattr(sys.modules.get("OpenGL.platform"), "PLATFORM", None)
    return None if platform is None else type(platform).__module__.rpartition(".")[2]


def claim(wanted: str | None) -> None:
    """Have PyOpenGL use ``wanted`` ('osmesa', 'glx', 'egl'), or with None what the operating system has of its own.

    Raises ``DisplayError`` if OpenGL was imported for off-screen drawing and a real window is wanted, or the reverse.
    """
    settled = loaded()
    if settled is None:
        if wanted is None:
            os.environ.pop(VARIABLE, None)
        else:
            os.environ[VARIABLE] = wanted
    elif wanted == "osmesa" and settled != "osmesa":
        raise DisplayError(
            f"a headless window needs PyOpenGL's platform 'osmesa', but OpenGL was imported before it with platform "
            f"'{settled}'; make the window first, or set {VARIABLE}=osmesa before the program starts"
        )
    elif wanted != "osmesa" and settled == "osmesa":
        raise DisplayError(
            f"a real window cannot be drawn to, because OpenGL was imported before it with platform 'osmesa', which "
            f"draws off screen; start the program anew without {VARIABLE}=osmesa and without a headless window"
        )
