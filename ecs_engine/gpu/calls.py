"""Between the engine and OpenGL: every call is counted, and in debug mode checked for its thread and its errors.

While a device is watched, calls are timed as well; else nothing is wrapped around them for that.

Counting here, around the functions themselves, is what makes the figures exact: no call can be made past it.
It costs about a tenth of a microsecond a call, and a frame makes some tens of calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

from ecs_engine.gpu.gl import GL

GL_NAMES: tuple[str, ...] = tuple(name for name in vars(GL) if name.startswith("gl"))
"""Every function of the protocol, in its order."""

DRAW_NAMES = frozenset(name for name in GL_NAMES if name.startswith("glDraw") and name != "glDrawBuffers")
"""Those that draw."""


@dataclass(slots=True)
class FrameStats:
    """What one frame cost, in counts."""

    frame: int = 0
    gl_calls: int = 0
    """OpenGL calls of every kind, but for the questions whether one failed (asked when memory is set aside) and whether
    the driver was reset (asked once a frame, of those that tell)."""
    draw_calls: int = 0
    """Those among them that draw."""
    uploads_bytes: int = 0
    """Bytes handed to OpenGL or written into its memory."""
    fence_waits: int = 0
    """How often the CPU had to wait for the GPU."""

    def copy(self) -> FrameStats:
        """The same counts, which go on no further."""
        return FrameStats(self.frame, self.gl_calls, self.draw_calls, self.uploads_bytes, self.fence_waits)

    def restart(self, frame: int) -> None:
        """Set every count to zero for ``frame``."""
        self.frame = frame
        self.gl_calls = self.draw_calls = self.uploads_bytes = self.fence_waits = 0


def replace_calls(gl: GL, by: GL) -> None:
    """Let ``gl``, which came from ``counted`` or ``checked``, make the calls of ``by``, which did too."""
    vars(gl).update(vars(by))


def refused(refuse: Callable[[str], Exception]) -> GL:
    """A stand-in in which every function raises ``refuse(name)``."""

    def refusal(name: str) -> Callable[..., Any]:
        def call(*_: Any) -> Any:
            raise refuse(name)

        return call

    return cast(GL, SimpleNamespace(**{name: refusal(name) for name in GL_NAMES}))


def counted(gl: GL, stats: FrameStats) -> GL:
    """``gl`` with each call counted in ``stats``."""
    return _wrap(gl, lambda name, call: _count(call, stats, name in DRAW_NAMES))


Slow = Callable[[str, int, int], None]
"""``(name, begin_ns, end_ns)`` of a call that took long."""


def timed(gl: GL, clock: Callable[[], int], least_ns: int, slow: Slow) -> GL:
    """``gl`` with ``slow`` called after each call that took ``least_ns`` or longer by ``clock``."""
    return _wrap(gl, lambda name, call: _time(call, name, clock, least_ns, slow))


Before = Callable[[str, tuple[Any, ...]], None]


def checked(gl: GL, before: Before, after: Callable[[str], None]) -> GL:
    """``gl`` with ``before(name, arguments)`` called ahead of each function and ``after(name)`` behind it."""
    return _wrap(gl, lambda name, call: _check(call, name, before, after))


def _wrap(gl: GL, wrapper: Callable[[str, Callable[..., Any]], Callable[..., Any]]) -> GL:
    return cast(GL, SimpleNamespace(**{name: wrapper(name, getattr(gl, name)) for name in GL_NAMES}))


def _count(call: Callable[..., Any], stats: FrameStats, draws: bool) -> Callable[..., Any]:
    def plain(*arguments: Any) -> Any:
        stats.gl_calls += 1
        return call(*arguments)

    def draw(*arguments: Any) -> Any:
        stats.gl_calls += 1
        stats.draw_calls += 1
        return call(*arguments)

    return draw if draws else plain


def _time(
    call: Callable[..., Any], name: str, clock: Callable[[], int], least_ns: int, slow: Slow
) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        began = clock()
        result = call(*arguments)
        ended = clock()
        if ended - began >= least_ns:
            slow(name, began, ended)
        return result

    return run


def _check(call: Callable[..., Any], name: str, before: Before, after: Callable[[str], None]) -> Callable[..., Any]:
    def run(*arguments: Any) -> Any:
        before(name, arguments)
        result = call(*arguments)
        after(name)
        return result

    return run
