"""Failures on demand: any call, out of memory, a lost context, at any time."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import ERROR_NAMES, QUESTIONS, GLFault

ANY = "*"


@dataclass(slots=True)
class Failure:
    """One that is still to come: after so many calls that succeed, so often."""

    name: str
    error: int
    after: int
    times: int
    reset: list[int] | None = None
    """What glGetGraphicsResetStatus answers from then on, when the context is lost by it."""

    def concerns(self, name: str) -> bool:
        """Whether a call of ``name`` counts; errors are asked for all the time, so ``ANY`` leaves questions out."""
        return self.name == name or (self.name == ANY and name not in QUESTIONS)


class Failing(Context):
    """Telling the driver to fail. All of this: any thread."""

    def fail(self, name: str = ANY, error: int = enums.OUT_OF_MEMORY, *, after: int = 0, times: int = 1) -> None:
        """Make calls of ``name`` (``"*"``: of whatever name) fail with ``error`` and no effect.

        The first ``after`` such calls from now on succeed, and the next ``times`` fail. Failures that are asked for
        one by one come one by one. Raises ValueError for a call that the engine does not make, for what is no error
        of GL, and for negative numbers.
        """
        if name != ANY and (not name.startswith("gl") or not hasattr(self, name)):
            raise ValueError(f"fail({name!r}): the engine makes no such GL call; see ecs_engine.gpu.gl.GL")
        if error not in ERROR_NAMES or error == enums.NO_ERROR:
            raise ValueError(f"fail({name!r}): {error:#x} is not a GL error code")
        if after < 0 or times < 1:
            raise ValueError(f"fail({name!r}): after is {after} and times {times}; pass at least 0 and 1")
        self.failures.append(Failure(name, error, after, times))

    def lose_context(self, status: int = enums.UNKNOWN_CONTEXT_RESET, asks: int = 1, *, after: int = 0) -> None:
        """What a reset of the driver does to all contexts: calls have no effect any more and set GL_CONTEXT_LOST.

        The next ``after`` calls still succeed. ``glGetGraphicsResetStatus`` answers ``status`` the next ``asks``
        times, and then that the reset is over.
        """
        if after:
            self.failures.append(Failure(ANY, enums.CONTEXT_LOST, after, 1, [status] * asks))
        else:
            self.reset = [status] * asks

    def inject_failure(self, name: str) -> None:
        """Raise the failure that is due at a call of ``name``, if any."""
        for failure in self.failures:
            if not failure.concerns(name):
                continue
            if failure.after:
                failure.after -= 1
                continue
            failure.times -= 1
            if failure.times == 0:
                self.failures.remove(failure)
            if failure.reset is not None:
                self.reset = failure.reset
            raise GLFault(failure.error, "this failure was asked for")
