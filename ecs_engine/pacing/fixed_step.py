"""Steps of a fixed length out of time that comes in uneven pieces."""

from __future__ import annotations

import math

from ecs_engine.core.errors import EngineError


def checked_scale(scale: float) -> float:
    """How fast game time runs, if it can.

    Raises:
        EngineError: it is below 0 or no finite number.
    """
    if not (isinstance(scale, (int, float)) and math.isfinite(scale) and scale >= 0):
        raise EngineError(f"Game time cannot run {scale!r} times as fast: give 0 or more; 0 pauses.")
    return float(scale)


class FixedStep:
    """How many ticks a stretch of time is worth; what is left over waits for the next one.

    Args:
        step_ns: nanoseconds of game time in a tick, above 0.
        most_steps: the most ticks at once. Time beyond that is given up, and counted: after a stall the game goes on
            where it was, instead of ticking ever longer to catch up with time that the ticking itself takes.

    Raises:
        EngineError: a number is out of range.
    """

    def __init__(self, step_ns: int, most_steps: int = 5) -> None:
        if step_ns <= 0 or most_steps < 1:
            raise EngineError(
                f"A fixed step of {step_ns} ns, at most {most_steps} at once, is none: give a length above 0 and at "
                "least one step."
            )
        self.step_ns = step_ns
        self.most_steps = most_steps
        self.given_up_ns = 0.0
        """Game time that was given up so far because of the cap."""
        self._left = 0.0
        self._scale = 1.0

    @property
    def scale(self) -> float:
        """How fast game time runs: 1 as the clock does, 0.5 in slow motion, 0 paused.

        Raises:
            EngineError: on setting: it is below 0 or no finite number.
        """
        return self._scale

    @scale.setter
    def scale(self, value: float) -> None:
        self._scale = checked_scale(value)

    @property
    def alpha(self) -> float:
        """How much of the next step has passed, 0 to 1: where between the last two ticks the picture is."""
        return self._left / self.step_ns

    def advance(self, delta_ns: float) -> int:
        """Take in elapsed time; return how many steps to run now. Negative time counts as none."""
        if not delta_ns > 0:
            return 0
        self._left += delta_ns * self._scale
        steps = int(self._left // self.step_ns)
        if steps > self.most_steps:
            # The fraction stays, so that the picture does not jump by part of a step.
            self.given_up_ns += (steps - self.most_steps) * self.step_ns
            self._left -= (steps - self.most_steps) * self.step_ns
            steps = self.most_steps
        self._left = max(self._left - steps * self.step_ns, 0.0)
        return steps
