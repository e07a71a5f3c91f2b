"""Clips are played: the sprites of all animated entities at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Animation, AnimationFrame, AnimationState, Sprite
from ecs_engine.core.component import field_of
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.systems.animation.clips import Clips
from ecs_engine.systems.animation.states import END, StateMachines
from ecs_engine.systems.registries import resource_or_new

Array = np.ndarray[Any, Any]

_CLIP, _TIME, _SPEED = (field_of(Animation, name) for name in ("clip", "time", "speed"))
_SHOWN, _FRAME, _SINCE, _UNTIL, _LOW, _HIGH = (
    field_of(AnimationFrame, name) for name in ("shown", "frame", "since", "until", "low", "high")
)
_STATE, _SIGNAL, _MACHINE = (field_of(AnimationState, name) for name in ("state", "signal", "machine"))
_PICTURE = field_of(Sprite, "picture")


class AnimationSystem(System):
    """Lets state machines choose clips, moves the time of every :class:`Animation` on, and sets the pictures of those
    whose frame is over.

    A tick costs a few array operations for entities whose frame stays. Events of frames, and ``animation_end(entity,
    clip)`` for a clip that is played once, go out when all pictures are set; each event at most once a tick for an
    entity, however many rounds of the clip that tick was long. Override :meth:`on_event` and :meth:`on_end` to answer
    otherwise.
    """

    stage: ClassVar[Stage] = Stage.ANIMATE
    needs: ClassVar[tuple[type, ...]] = (Animation,)

    def on_add(self) -> None:
        self.clips = resource_or_new(self.world, Clips)
        self.machines = resource_or_new(self.world, StateMachines)
        self._scratch = resource_or_new(self.world, Scratch)
        self._settled: dict[Table, tuple[int, ...]] = {}
        """By table, the versions of states and clips of which no machine would change one by itself."""
        self._step: Array = np.empty(0, np.float32)
        self._over: Array = np.empty((2, 0), np.bool_)
        self._told: list[tuple[int, Callable[[int, Any], None], Any]] = []

    def process(self, dt: float) -> None:
        for rows in self.world.select(AnimationState, Animation):
            self.choose(rows.table)
            self._settled[rows.table] = self._versions(rows.table)
        for rows in self.world.select(Animation, Sprite):
            self.play(rows.table, dt)
        told, self._told = self._told, []
        for entity, tell, argument in told:
            if self.world.entity_exists(entity):  # no earlier handler has deleted it
                tell(entity, argument)

    def choose(self, table: Table) -> None:
        """Let the state machines of one table answer to signals and to the ends of clips."""
        machine, state, signal = (table.readable[field] for field in (_MACHINE, _STATE, _SIGNAL))
        clip, time, shown = table.readable[_CLIP], table.readable[_TIME], table.readable[_SHOWN]
        scratch = self._scratch
        scratch.begin()
        ended, other = scratch.take(table.length, np.bool_), scratch.take(table.length, np.bool_)
        np.greater_equal(time, table.readable[_HIGH], out=ended)
        np.logical_and(ended, np.equal(shown, clip, out=other), out=ended)
        moves = np.logical_or(ended, np.not_equal(signal, 0, out=other), out=other)
        if self._settled.get(table) != self._versions(table):
            np.logical_or(moves, self.machines.moves(machine, state, clip, scratch), out=moves)
        rows = np.flatnonzero(moves)
        if not len(rows):
            return
        given = np.where(signal[rows] != 0, signal[rows], np.where(ended[rows], END, 0))
        step = self.machines.step(machine[rows], state[rows], given)
        changed = (step.state != state[rows]) | (step.clip != clip[rows]) | step.again | (signal[rows] != 0)
        changed &= step.known
        if not changed.any():
            return
        rows = rows[changed]
        table.writable[_STATE][rows] = step.state[changed]
        table.writable[_SIGNAL][rows] = 0
        table.writable[_CLIP][rows] = step.clip[changed]
        again = rows[step.again[changed]]
        table.writable[_SHOWN][again] = 0
        table.writable[_TIME][again] = 0.0
        for written in (_STATE, _SIGNAL, _CLIP, _SHOWN, _TIME):
            table.touch(written)

    def _versions(self, table: Table) -> tuple[int, ...]:
        versions = table.versions
        return versions[_MACHINE], versions[_STATE], versions[_CLIP], table.layout_version, len(self.machines)

    def play(self, table: Table, dt: float) -> None:
        """Bring one table up to date."""
        if table.length > len(self._step):
            self._step, self._over = np.empty(2 * table.length, np.float32), np.empty((2, 2 * table.length), np.bool_)
        step, (over, other) = self._step[: table.length], self._over[:, : table.length]
        readable, time = table.readable, table.writable[_TIME]
        with np.errstate(over="ignore", invalid="ignore"):  # NaN stays on its frame
            np.multiply(readable[_SPEED], np.float32(dt), out=step)
            np.add(time, step, out=time)
            np.maximum(time, readable[_LOW], out=time)
            np.minimum(time, readable[_HIGH], out=time)
            np.greater_equal(time, readable[_UNTIL], out=over)
            np.logical_or(over, np.less(time, readable[_SINCE], out=other), out=over)
            np.logical_or(over, np.not_equal(readable[_CLIP], readable[_SHOWN], out=other), out=over)
        table.touch(_TIME)
        changed = np.flatnonzero(over)
        if len(changed):
            self._advance(table, changed)

    def _advance(self, table: Table, rows: Array) -> None:
        """Find the frames of rows whose frame is over or unknown."""
        arrays, readable = self.clips.arrays, table.readable
        # `take`, here and below, is several times faster than brackets are.
        asked, shown = readable[_CLIP].take(rows), readable[_SHOWN].take(rows)
        clip = np.where(asked < len(arrays.first), asked, 0).astype(np.int64)
        first, seconds, once = arrays.first.take(clip), arrays.seconds.take(clip), arrays.once.take(clip)
        last = first + arrays.count.take(clip) - 1
        new = asked != shown
        now = readable[_TIME].take(rows).astype(np.float64)
        now[(new & (shown != 0)) | ~np.isfinite(now)] = 0.0  # the first clip of an animation may begin in its middle
        ended = once & (now >= seconds)
        now = _within(now, seconds, once)
        before = readable[_FRAME].take(rows).astype(np.int64)
        frame = np.where((before >= first) & (before < last), before + 1, first)  # mostly it is the one that follows
        astray = np.flatnonzero((now < arrays.begin.take(frame)) | (now >= arrays.end.take(frame)))
        if len(astray):
            places = arrays.offset.take(clip.take(astray)) + now.take(astray)
            found = np.searchsorted(arrays.end_of_all, places, side="right")
            frame[astray] = np.clip(found, first.take(astray), last.take(astray))
        before = np.where(new, -1, before - first)
        until = arrays.end.take(frame)
        until[ended] = np.inf
        columns = {
            _TIME: now, _SHOWN: asked, _FRAME: frame, _UNTIL: until,
            _SINCE: np.where(once & (frame == first), -np.inf, arrays.begin.take(frame)),
            _LOW: np.where(once, 0.0, -np.inf), _HIGH: np.where(once, seconds, np.inf),
        }  # fmt: skip
        shows = clip > 0
        for field, column in columns.items():
            table.writable[field][rows] = column
            table.touch(field)
        if shows.any():
            table.writable[_PICTURE][rows[shows]] = arrays.picture[frame[shows]]
            table.touch(_PICTURE)
        self._note_events(table, rows, clip, before, ended & shows)

    def _note_events(self, table: Table, rows: Array, clip: Array, before: Array, ended: Array) -> None:
        """Remember whom to tell of what. Handlers may do anything to entities, so they are called last."""
        events = self.clips.events
        talks = ended | np.isin(clip, list(events)) if events else ended
        for index in np.flatnonzero(talks).tolist():
            row, number = rows[index], int(clip[index])
            entity = int(table.entity_array[row])
            if number in events:
                now = int(table.readable[_FRAME][row] - self.clips.arrays.first[number])
                backwards = bool(table.readable[_SPEED][row] < 0)
                passed = self._passed(number, int(before[index]), now, backwards)
                self._told += [(entity, self.on_event, name) for name in passed]
            if ended[index]:
                self._told.append((entity, self.on_end, number))

    def _passed(self, clip: int, before: int, now: int, backwards: bool) -> Iterator[str]:
        """The events of the frames after ``before`` (-1 for none) up to ``now``, each once."""
        count = int(self.clips.arrays.count[clip])
        step = -1 if backwards and before >= 0 else 1
        for _ in range(count):
            if before == now:
                return
            before = (before + step) % count
            if before in self.clips.events[clip]:
                yield self.clips.events[clip][before]

    def on_event(self, entity: int, name: str) -> None:
        """A frame with an event is shown: dispatches ``name(entity)``."""
        self.world.dispatch_event(name, entity)

    def on_end(self, entity: int, clip: int) -> None:
        """A clip that is played once has come to its end: dispatches ``animation_end(entity, clip)``."""
        self.world.dispatch_event("animation_end", entity, clip)


def _within(now: Array, seconds: Array, once: Array) -> Array:
    """Times brought into their clips: to the nearer end of one that is played once, round by round in the others."""
    outside = np.flatnonzero((now < 0.0) | (now >= seconds))  # only few are, and a remainder is slow
    length, ends, time = seconds.take(outside), once.take(outside), now.take(outside)
    now[outside] = np.where(ends, np.clip(time, 0.0, length), np.mod(time, np.where(ends, 1.0, length)))
    return now
