"""One seeded sequence on a fresh FakeGL and a fresh OSMesa context; a failure comes as its shortest list of calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ecs_engine.gpu.opengl import load_opengl
from ecs_engine.window.headless import HeadlessWindow

from .calls import SIZE, Call, Disagreement, Pair, make_fake
from .generator import Generator
from .shrink import shrink
from .state import check_state


@contextmanager
def fresh_pair(seed: int) -> Iterator[Pair]:
    window = HeadlessWindow(SIZE)
    try:
        real = load_opengl()
        yield Pair(make_fake(real), real, seed)
    finally:
        window.close()


def replay(seed: int, calls: Sequence[Call]) -> Disagreement | None:
    """Make the calls on fresh sides; in what they disagree, or None."""
    with fresh_pair(seed) as pair:
        try:
            for call in calls:
                if pair.play(call) is not None:
                    check_state(pair, call)
        except Disagreement as found:
            return found
    return None


def run_seed(seed: int, calls: int) -> int:
    """Make the sequence of a seed; how many calls it had.

    Raises:
        AssertionError: the sides disagree; the message is the shortest list of calls that shows it.
    """
    with fresh_pair(seed) as pair:
        generator = Generator(pair, seed)
        try:
            generator.run(calls)
            return len(generator.calls)
        except Disagreement as found:
            failure = found
    shortest, last = shrink(generator.calls, failure, lambda part: replay(seed, part))
    listed = "\n".join(f"    {call}" for call in shortest)
    raise AssertionError(f"FakeGL and the driver disagree; seed {seed} in {len(shortest)} calls:\n{listed}\n{last}")


def result(seed: int, calls: int) -> tuple[int, str]:
    """How many calls the sequence of a seed had, and in what it disagrees, or an empty text."""
    try:
        return run_seed(seed, calls), ""
    except AssertionError as found:
        return 0, str(found)
