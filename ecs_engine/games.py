"""Games by name: a demo, or ``module:function`` of a game of your own. What the commands record, replay and trace."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ecs_engine.app import App
from ecs_engine.core.errors import EngineError
from ecs_engine.demo_runner import load_demo

Build = Callable[..., App]
"""What builds a game; its options go on to ``App``."""


def find_game(name: str) -> Build:
    """The function that builds a game.

    Raises:
        EngineError: there is no such demo, module or function.
    """
    if ":" not in name:
        build: Build = load_demo(name).build
        return build
    module_name, _, function = name.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())  # as `python -m` does
    try:
        build = getattr(import_module(module_name), function)
    except (ImportError, ValueError, AttributeError) as error:
        raise EngineError(
            f"There is no game {name!r}: {error}; give a demo's name, or module:function of what builds the App."
        ) from error
    if not callable(build):
        raise EngineError(f"{name!r} is no function: name the one that builds the App.")
    return build


def find_showcase(name: str) -> Callable[[App], None] | None:
    """What brings a demo to where there is something to see; None for demos and games that begin with that.

    Raises:
        EngineError: there is no such demo.
    """
    return None if ":" in name else getattr(load_demo(name), "showcase", None)


def open_game(build: Build, **options: Any) -> App:
    """Build a game with these options. Main thread only.

    Raises:
        EngineError: it does not take them, or makes no App.
    """
    try:
        inspect.signature(build).bind(**options)
    except TypeError as error:
        raise EngineError(
            f"{getattr(build, '__name__', build)}() cannot be called with {', '.join(options)}: {error}; declare it as "
            "build(**options) and give the options to App."
        ) from error
    app = build(**options)
    if not isinstance(app, App):
        raise EngineError(f"{getattr(build, '__name__', build)}() made {type(app).__name__}: return the App.")
    return app
