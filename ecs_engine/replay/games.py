"""Games by name, as a recording tells them: a demo, or ``module:function`` of a game of your own."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ecs_engine.app import App
from ecs_engine.core.errors import RecordingError
from ecs_engine.demo_runner import load_demo
from ecs_engine.testing.app import stand_ins

Build = Callable[..., App]


def find_game(name: str) -> Build:
    """The function that builds a game; its options go on to ``App``.

    Raises:
        RecordingError: there is no such module or function.
        EngineError: there is no such demo.
    """
    module_name, colon, function = name.partition(":")
    if not colon:
        build: Build = load_demo(name).build
        return build
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does
    try:
        build = getattr(import_module(module_name), function)
    except (ImportError, ValueError, AttributeError) as error:
        raise RecordingError(
            f"There is no game {name!r}: {error}; give a demo's name, or module:function of what builds the App."
        ) from error
    if not callable(build):
        raise RecordingError(f"{name!r} is no function: name the one that builds the App.")
    return build


def open_game(build: Build, **options: Any) -> App:
    """Build a game with these options.

    Raises:
        RecordingError: it does not take them, or makes no App.
    """
    try:
        inspect.signature(build).bind(**options)
    except TypeError as error:
        raise RecordingError(
            f"{getattr(build, '__name__', build)}() cannot be called with {', '.join(options)}: {error}; declare it as "
            "build(**options) and give the options to App."
        ) from error
    app = build(**options)
    if not isinstance(app, App):
        raise RecordingError(f"{getattr(build, '__name__', build)}() made {type(app).__name__}: return the App.")
    return app


def without_window() -> dict[str, Any]:
    """Options of an App that opens no window and needs no driver: it draws on the mocked OpenGL, which nobody sees.

    The stand-in for a window has a size of its own; of a replay, only the game's ``Screen`` has the recorded one.
    """
    return stand_ins(frame_history=1)
