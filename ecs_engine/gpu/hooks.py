"""What happens when OpenGL reports an error: functions that are called, by the place where it was found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from ecs_engine.core.errors import GLError
from ecs_engine.gpu.messages import DebugMessage

log = logging.getLogger("ecs_engine.gpu")

Point = Literal["pre_draw", "shader_link", "texture_bind", "call"]
"""Where errors are looked for.

``pre_draw``
    Ahead of each draw: whatever is pending then was left by calls past the device, since all of the device's own
    calls have been looked at.
``shader_link``
    After a program was built: it did not compile or link, or ``glLinkProgram`` was refused.
``texture_bind``
    After ``glBindTexture``.
``call``
    After every other call, at the end of a frame, and in ``Device.check``.
"""


@dataclass(frozen=True, slots=True)
class ErrorReport:
    """An error, as a hook gets it."""

    point: Point
    what: str
    """The OpenGL function, or what was being done."""
    error: GLError
    """The error in words, ready to be raised."""
    messages: tuple[DebugMessage, ...] = ()
    """What the driver said, oldest first."""


Hook = Callable[[ErrorReport], None]


def raise_error(report: ErrorReport) -> None:
    """A hook that raises the error."""
    raise report.error


def log_error(report: ErrorReport) -> None:
    """A hook that writes the error to the logger ``ecs_engine.gpu``."""
    log.error("%s", report.error)


class ErrorHooks:
    """The registry: point -> the functions called there, in the order in which they were added.

    At first :func:`raise_error` stands at ``pre_draw``, ``shader_link`` and ``call``, and :func:`log_error` at
    ``texture_bind``. All functions of a point are called, also when one of them raises. Any thread may change the
    registry; the functions are called on the context thread.
    """

    def __init__(self) -> None:
        self._hooks: dict[Point, tuple[Hook, ...]] = {
            point: (log_error if point == "texture_bind" else raise_error,) for point in get_args(Point)
        }

    def at(self, point: Point) -> tuple[Hook, ...]:
        """The functions at ``point``. Raises :class:`~ecs_engine.core.errors.GLError` for an unknown point."""
        if point not in self._hooks:
            raise GLError(f"there is no error hook {point!r}; the points are {', '.join(self._hooks)}")
        return self._hooks[point]

    def add(self, point: Point, hook: Hook) -> None:
        """Call ``hook`` at ``point`` too, after those that stand there."""
        self._hooks[point] = (*self.at(point), hook)

    def remove(self, point: Point, hook: Hook) -> None:
        """Call ``hook`` at ``point`` no more.

        Raises :class:`~ecs_engine.core.errors.GLError` when it does not stand there.
        """
        hooks = list(self.at(point))
        if hook not in hooks:
            raise GLError(f"{hook!r} is no error hook of {point!r}, so it cannot be removed; add it first")
        hooks.remove(hook)
        self._hooks[point] = tuple(hooks)

    def run(self, report: ErrorReport) -> list[BaseException]:
        """Call the functions at the report's point; what they raised, in order."""
        raised: list[BaseException] = []
        for hook in self.at(report.point):
            try:
                hook(report)
            except BaseException as error:
                raised.append(error)
        return raised


def raise_all(raised: Sequence[BaseException]) -> None:
    """Raise what is in ``raised``: one as it is, several as a group, none not at all."""
    if len(raised) == 1:
        raise raised[0]
    if raised:
        raise BaseExceptionGroup("several error hooks and listeners raised", raised)
