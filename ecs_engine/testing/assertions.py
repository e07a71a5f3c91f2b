"""What tests of games assert, and how they let time pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ecs_engine.core.world import World
from ecs_engine.testing.app import FakeApp
from ecs_engine.testing.fake_gl import FakeGL, FakeGLError, Frame


def run_ticks(world: World, ticks: int = 1, dt: float = 1 / 60, *, until: Callable[[], object] | None = None) -> int:
    """Run ``ticks`` ticks of a world's systems, each of ``dt`` seconds; how many it were.

    With ``until`` the ticks end once it returns something true, and it is an AssertionError when it never does.
    Raises ValueError for less than one tick, and whatever a system raises. The world's own thread.
    """
    if ticks < 1:
        raise ValueError(f"run_ticks was asked for {ticks} ticks; pass at least 1")
    for tick in range(1, ticks + 1):
        world.process(dt)
        if until is not None and until():
            return tick
    if until is not None:
        raise AssertionError(f"what was waited for did not happen within {ticks} ticks of {dt:.4g} s; wait for longer")
    return ticks


def assert_draws(drawn: FakeApp | FakeGL, count: int) -> None:
    """Assert that the last finished frame had so many draw calls.

    The message tells what each drew, and with an app why it was not one with the draw before. Raises AssertionError;
    also when no frame was finished yet.
    """
    gl = drawn.gl if isinstance(drawn, FakeApp) else drawn
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


@contextmanager
def assert_no_leaks(drawn: FakeApp | FakeGL) -> Iterator[None]:
    """Assert that what runs inside leaves no more objects of OpenGL than were there before.

    Raises:
        AssertionError: it does; the message names each that is left.
    """
    gl = drawn.gl if isinstance(drawn, FakeApp) else drawn
    before = set(gl.named_objects())
    yield
    left = [name for name in gl.named_objects() if name not in before]
    if left:
        raise FakeGLError(f"{len(left)} more GL objects than before: {', '.join(left)}; delete each one")
