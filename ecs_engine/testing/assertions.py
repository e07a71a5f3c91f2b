"""What tests of games assert, and how they let time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from ecs_engine.app import App
from ecs_engine.core.world import World
from ecs_engine.testing.app import FakeApp
from ecs_engine.testing.fake_gl import FakeGL, FakeGLError, Frame


def run_ticks(
    game: World | App, ticks: int = 1, dt: float | None = None, *, until: Callable[[], object] | None = None
) -> int:
    """Run ``ticks`` ticks; how many it were.

    Of a world the systems are run, each tick ``dt`` seconds long (1/60 by default); an app makes steps, whose length is
    its own. With ``until`` the ticks end once that returns something true, and it is an AssertionError when it never
    does. Raises ValueError for less than one tick, or a ``dt`` for an app; TypeError for what has no ticks; and
    whatever a system raises. The thread of the world, or of the app.
    """
    if ticks < 1:
        raise ValueError(f"run_ticks was asked for {ticks} ticks; pass at least 1")
    tick = _tick_of(game, dt)
    for number in range(1, ticks + 1):
        tick()
        if until is not None and until():
            return number
    if until is not None:
        raise AssertionError(f"what was waited for did not happen within {ticks} ticks; wait for longer, or look why")
    return ticks


def _tick_of(game: World | App, dt: float | None) -> Callable[[], object]:
    if isinstance(game, World):
        return partial(game.process, 1 / 60 if dt is None else dt)
    if not isinstance(game, App):
        raise TypeError(f"run_ticks takes a World or an App, not {type(game).__name__}; pass the fixture world or app")
    if dt is not None:
        raise ValueError("an app's ticks are as long as its tick_rate says; leave dt out, or give it another rate")
    return game.step


def assert_draws(drawn: FakeApp | FakeGL, count: int) -> None:
    """Assert that the last finished frame had so many draw calls.

    The message tells what each drew, and with an app why it was not one with the draw before. Raises AssertionError;
    also when no frame was finished yet.
    """
    gl = _gl_of(drawn)
    frame = last_frame(gl)
    if frame.draw_count == count:
        return
    reasons = drawn.frame.draws.breaks() if isinstance(drawn, FakeApp) and drawn.frame is not None else []
    lines = []
    for number, draw in enumerate(frame.draws):
        thing = gl.programs.made.get(draw.program)
        name = (thing.label if thing is not None else "") or f"program {draw.program}"
        why = f", not one with the draw before because of: {reasons[number - 1]}" if 0 < number <= len(reasons) else ""
        lines.append(f"\n  {number + 1}. {name}: {draw.count} vertices{why}")
    had = f"frame {frame.index} had {frame.draw_count} draw calls and should have {count}"
    raise AssertionError(had + "".join(lines))


def last_frame(gl: FakeGL) -> Frame:
    """The last finished frame. Raises AssertionError when there is none."""
    if not gl.frames:
        raise AssertionError("no frame was finished yet; call app.step() first, or gl.end_frame()")
    return gl.frames[-1]


def _gl_of(drawn: FakeApp | FakeGL) -> FakeGL:
    if isinstance(drawn, FakeApp):
        return drawn.gl
    if not isinstance(drawn, FakeGL):
        raise TypeError(f"{type(drawn).__name__} draws nothing that is recorded; pass the fixture app or fake_gl")
    return drawn


@contextmanager
def assert_no_leaks(drawn: FakeApp | FakeGL) -> Iterator[None]:
    """Assert that what runs inside leaves no more objects of OpenGL than were there before.

    Raises:
        AssertionError: it does; the message names each that is left.
    """
    gl = _gl_of(drawn)
    before = set(gl.named_objects())
    yield
    left = [name for name in gl.named_objects() if name not in before]
    if left:
        raise FakeGLError(f"{len(left)} more GL objects than before: {', '.join(left)}; delete each one")
