"""esper's contexts: one set of module globals for all worlds and threads, and how worlds share it.

A world is a context of esper's; to use it, it must be the current one. Only one thread at a time may be running a
world's processors, as a switch by another thread would pull the world away from under them.
"""

from __future__ import annotations

import threading

import esper

from ecs_engine.core.errors import ThreadError

_running: list[threading.Thread] = []
_dropped: set[str] = set()


def drop(context: str) -> None:
    """Note that a context's world is gone; called when it is collected, on any thread and at any moment.

    That may be in the middle of a switch, so esper is left alone here: :func:`switch_to` forgets the context.
    """
    _dropped.add(context)


def current() -> str:
    """esper's current context, to go back to."""
    return "default" if esper.current_world in _dropped else esper.current_world


def switch_to(context: str) -> None:
    """Make a context esper's current one, and forget those of the worlds that were dropped.

    Raises:
        ThreadError: another thread is running a world's processors.
    """
    here = threading.current_thread()
    if _running and _running[-1] is not here:
        raise ThreadError(
            f"Thread {_running[-1].name!r} is running another world and {here.name!r} wants to use one too, "
            "but esper has one current world per process: use worlds from one thread at a time."
        )
    esper.switch_world(context)
    while _dropped:
        esper._context_map.pop(_dropped.pop(), None)


class Running:
    """While it lasts, the thread that entered it is the only one that may switch to another context."""

    __slots__ = ()

    def __enter__(self) -> None:
        _running.append(threading.current_thread())

    def __exit__(self, *_: object) -> None:
        _running.pop()


running = Running()
