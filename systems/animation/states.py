"""State machines: which clip follows from what happens. Each is a table of state and signal -> next state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, SupportsIndex

import numpy as np

from ecs_engine.core.errors import EngineError
from ecs_engine.core.scratch import Scratch

Array = np.ndarray[Any, Any]

ANY = "*"
"""In a transition: from every state that says nothing else of the signal."""
END = 1
"""The signal ``"end"``: the state's clip, played once, has come to its end."""
_MOST = 1 << 16


class StateMachine:
    """One machine; made by :meth:`StateMachines.add`. ``int(machine)`` is its id."""

    __slots__ = ("_id", "_signals", "_states", "name")

    def __init__(self, machine_id: int, name: str, states: Mapping[str, int], signals: Mapping[str, int]) -> None:
        self._id = machine_id
        self.name = name
        self._states = states
        self._signals = signals

    def __index__(self) -> int:
        return self._id

    def __getitem__(self, state: str) -> int:
        """The number of a state, for ``AnimationState.state``.

        Raises:
            EngineError: it has no such state.
        """
        return self._find("state", self._states, state)

    def signal(self, name: str) -> int:
        """The number of a signal, for ``AnimationState.signal``.

        Raises:
            EngineError: no transition knows such a signal.
        """
        return self._find("signal", self._signals, name)

    def state_name(self, number: int) -> str:
        """The name of a state by its number.

        Raises:
            EngineError: it has no such state.
        """
        names = list(self._states)
        if not 1 <= number <= len(names):
            raise EngineError(f"The state machine {self.name!r} has states 1 to {len(names)}, and {number} is none.")
        return names[number - 1]

    def _find(self, what: str, known: Mapping[str, int], name: str) -> int:
        if name not in known:
            raise EngineError(
                f"The state machine {self.name!r} has no {what} {name!r}: it has {', '.join(map(repr, known))}."
            )
        return known[name]


class Step(NamedTuple):
    """What follows for each of some rows, (n,)."""

    known: Array
    """bool: there is such a machine."""
    state: Array
    """int64."""
    clip: Array
    """int64: of that state."""
    again: Array
    """bool: a transition into the same state, which begins anew."""


class StateMachines:
    """The registry of state machines, a resource of the world. Logic thread only, or before the app runs.

    >>> from ecs_engine import Clips, StateMachines
    >>> clips = Clips()
    >>> idle, run, jump = (clips.add([picture], fps=8) for picture in (2, 3, 4))
    >>> hero = StateMachines().add(
    ...     {"idle": idle, "run": run, "jump": jump},
    ...     [("idle", "go", "run"), ("run", "stop", "idle"), ("*", "up", "jump"), ("jump", "end", "idle")],
    ... )
    >>> hero["run"], hero.signal("up")
    (2, 4)
    """

    def __init__(self) -> None:
        # All tables, flat. Machine 0 is none: one state, one signal, no clip.
        self._first: Array = np.zeros(1, np.int64)
        self._states: Array = np.ones(1, np.int64)
        self._signals: Array = np.ones(1, np.int64)
        self._next: Array = np.zeros(1, np.int64)
        self._again: Array = np.zeros(1, np.bool_)
        self._clip_first: Array = np.zeros(1, np.int64)
        self._clip: Array = np.zeros(1, np.int64)

    def __len__(self) -> int:
        return len(self._first) - 1

    def add(
        self,
        states: Mapping[str, SupportsIndex],
        transitions: Iterable[tuple[str, str, str]],
        *,
        name: str = "",
    ) -> StateMachine:
        """Register a machine, which begins in the first of its states.

        Args:
            states: name -> the clip that is shown in that state.
            transitions: (state, signal, next state). The state ``"*"`` is every one that says nothing else of that
                signal; the signal ``"end"`` is given by the engine when a clip that is played once has ended. One that
                leads into its own state begins it anew.

        Raises:
            EngineError: no states, one that is not among them, or two answers to one signal.
        """
        label = name or f"machine {len(self._first)}"
        numbers = {state: number for number, state in enumerate(states, 1)}
        if not numbers or len(self._first) >= _MOST:
            raise EngineError(f"The state machine {label!r} has no states, or is one too many: give it one at least.")
        given = list(transitions)
        signals = {"end": END}
        for _, signal, _ in given:
            signals.setdefault(signal, len(signals) + 1)
        count = len(numbers) + 1
        following = np.repeat(np.arange(count), len(signals) + 1).reshape(count, -1)
        again = np.zeros(following.shape, np.bool_)
        said: set[tuple[str, str]] = set()
        for general in (True, False):
            for origin, signal, target in given:
                if (origin == ANY) is not general:
                    continue
                for state in (origin, target):
                    if state not in numbers and not (state == ANY and state is origin):
                        raise EngineError(
                            f"The state machine {label!r} has a transition {origin!r} -> {target!r}, and no state "
                            f"{state!r}: its states are {', '.join(map(repr, numbers))}."
                        )
                if (origin, signal) in said:
                    raise EngineError(
                        f"The state machine {label!r} has two answers to {signal!r} in state {origin!r}: keep one."
                    )
                said.add((origin, signal))
                rows = np.arange(1, count) if general else np.array([numbers[origin]])
                following[rows, signals[signal]] = numbers[target]
                again[rows, signals[signal]] = rows == numbers[target]
        following[0] = following[1]  # state 0 is that of an entity that has yet to begin
        machine = StateMachine(len(self._first), label, numbers, signals)
        self._first = np.append(self._first, len(self._next))
        self._states = np.append(self._states, count)
        self._signals = np.append(self._signals, following.shape[1])
        self._next = np.concatenate((self._next, following.ravel()))
        self._again = np.concatenate((self._again, again.ravel()))
        self._clip_first = np.append(self._clip_first, len(self._clip))
        self._clip = np.concatenate((self._clip, [0], [int(clip) for clip in states.values()]))
        return machine

    def moves(self, machine: Array, state: Array, clip: Array, scratch: Scratch) -> Array:
        """Which ones :meth:`step` would change even without a signal; (n,) bool, of ``scratch``. Some that it would not
        may be among them."""
        count = len(machine)
        known, place, wide = (scratch.take(count, np.int64) for _ in range(3))
        moves, other = scratch.take(count, np.bool_), scratch.take(count, np.bool_)
        # Numbers are widened by a copy: between different types, numpy's functions go through buffers.
        np.copyto(known, machine)
        np.minimum(known, len(self._first) - 1, out=known)
        np.copyto(wide, state)
        np.equal(wide, 0, out=moves)
        np.take(self._states, known, out=place, mode="clip")
        np.logical_or(moves, np.greater_equal(wide, place, out=other), out=moves)
        np.add(np.take(self._clip_first, known, out=place, mode="clip"), wide, out=place)
        np.copyto(wide, clip)
        np.not_equal(np.take(self._clip, place, out=known, mode="clip"), wide, out=other)
        return np.logical_or(moves, other, out=moves)

    def step(self, machine: Array, state: Array, signal: Array) -> Step:
        """What follows; each (n,). Numbers that a machine does not have count as none."""
        machine = machine.astype(np.int64)
        known = (machine > 0) & (machine < len(self._first))
        machine = np.where(known, machine, 0)
        state = np.where(state < self._states[machine], state, 0).astype(np.int64)
        signals = self._signals[machine]
        place = self._first[machine] + state * signals + np.where(signal < signals, signal, 0)
        following = self._next[place]
        return Step(known, following, self._clip[self._clip_first[machine] + following], self._again[place])
