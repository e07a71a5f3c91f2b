"""Clips: pictures in a row, each for so long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, SupportsIndex

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.systems.assets.sheets import Direction, Sheet

Floats = npt.NDArray[np.float64]


class Play(Enum):
    """How a clip goes on at its end."""

    LOOP = "loop"
    """From the beginning."""
    ONCE = "once"
    """It stops at the last frame."""
    PING_PONG = "ping-pong"
    """Back to the beginning frame by frame, and so on; the first and last frame are not shown twice in a row."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip in the registry. ``int(clip)`` is its id, so it can be stored in an integer column as it is."""

    id: int
    name: str
    frames: int
    """How many pictures it shows from its beginning to its end."""
    seconds: float
    """How long that takes at speed 1."""
    play: Play

    def __index__(self) -> int:
        return self.id


@dataclass(slots=True)
class _Arrays:
    """All clips, flat. Clip 0 is none: it has one frame that nobody shows."""

    first: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(1, np.int64))
    """Of each clip: its first frame among all."""
    count: npt.NDArray[np.int64] = field(default_factory=lambda: np.ones(1, np.int64))
    seconds: Floats = field(default_factory=lambda: np.full(1, np.inf))
    offset: Floats = field(default_factory=lambda: np.zeros(1))
    """Seconds that all clips before take: adding them makes one sorted array of all frames' ends."""
    once: npt.NDArray[np.bool_] = field(default_factory=lambda: np.ones(1, np.bool_))
    begin: Floats = field(default_factory=lambda: np.zeros(1))
    """Of each frame: seconds from the beginning of its clip."""
    end: Floats = field(default_factory=lambda: np.ones(1))
    end_of_all: Floats = field(default_factory=lambda: np.zeros(1))
    """``end`` plus the clip's offset, ascending."""
    picture: npt.NDArray[np.uint32] = field(default_factory=lambda: np.zeros(1, np.uint32))


class Clips:
    """The registry of clips, a resource of the world. Logic thread only, or before the app runs.

    >>> from ecs_engine import Clips, Play
    >>> clips = Clips()
    >>> wink = clips.add([2, 3, 2], fps=10, play=Play.ONCE, events={1: "winked"}, name="wink")
    >>> wink.frames, round(wink.seconds, 3)
    (3, 0.3)
    """

    def __init__(self) -> None:
        self.arrays = _Arrays()
        self.events: dict[int, dict[int, str]] = {}
        """Clip id -> place among its frames -> name of the event."""
        self._clips: list[Clip | None] = [None]

    def __len__(self) -> int:
        return len(self._clips) - 1

    def __getitem__(self, clip_id: SupportsIndex) -> Clip:
        """The clip with this id.

        Raises:
            EngineError: there is none.
        """
        index = clip_id.__index__()
        clip = self._clips[index] if 0 < index < len(self._clips) else None
        if clip is None:
            raise EngineError(f"There is no clip with id {index}: ids run from 1 to {len(self)}.")
        return clip

    def add(
        self,
        pictures: Sequence[Any],
        *,
        fps: float | None = None,
        seconds: Sequence[float] | None = None,
        play: Play = Play.LOOP,
        events: Mapping[int, str] | None = None,
        name: str = "",
    ) -> Clip:
        """Register a clip.

        Args:
            pictures: Pictures or their ids, in the order shown.
            fps: frames a second, for frames of equal length.
            seconds: instead of ``fps``, how long each frame is shown.
            events: place of a frame (0 is the first) -> the event that is dispatched, with the entity, when it shows.
            name: a label for people.

        Raises:
            EngineError: no pictures, both or neither of ``fps`` and ``seconds``, a length that is not above 0, or an
                event on a frame that the clip does not have.
        """
        label = name or f"clip {len(self._clips)}"
        ids = [int(picture) for picture in pictures]
        lengths = _lengths(label, len(ids), fps, seconds)
        events = dict(events or {})
        for place in events:
            if not 0 <= place < len(ids):
                raise EngineError(
                    f"The clip {label!r} has an event on frame {place} and {len(ids)} frames: count them from 0."
                )
        clip = Clip(len(self._clips), label, len(ids), sum(lengths), play)
        if events:
            self.events[clip.id] = events
        if play is Play.PING_PONG:
            back = range(len(ids) - 2, 0, -1)
            if events:
                # Frames are passed again on the way back.
                events |= {len(ids) + i: events[place] for i, place in enumerate(back) if place in events}
            ids += [ids[place] for place in back]
            lengths += [lengths[place] for place in back]
        self._append(np.array(ids, np.uint32), np.array(lengths), play is Play.ONCE)
        self._clips.append(clip)
        return clip

    def add_tags(self, sheet: Sheet) -> Mapping[str, Clip]:
        """Register a clip for each tag of a sheet from Aseprite, and return them by the tags' names.

        A sheet that could not be loaded has a clip of any name, which shows the checker.

        Raises:
            EngineError: the sheet does not tell how long its frames are shown.
        """
        if sheet.stand_in is not None:
            return _AnyName(self.add([sheet.stand_in], fps=1, name=sheet.name))
        if not sheet.seconds and sheet.tags:
            raise EngineError(f"The sheet {sheet.name!r} has tags and no durations: use Clips.add for each clip.")
        clips = {}
        for tag in sheet.tags.values():
            frames = list(range(tag.first, tag.last + 1))
            if tag.direction.backwards:
                frames.reverse()
            there_and_back = tag.direction in (Direction.PING_PONG, Direction.PING_PONG_REVERSE)
            clips[tag.name] = self.add(
                [sheet.frames[frame] for frame in frames],
                seconds=[sheet.seconds[frame] for frame in frames],
                play=Play.ONCE if tag.once else Play.PING_PONG if there_and_back else Play.LOOP,
                name=f"{sheet.name} {tag.name}",
            )
        return clips

    def _append(self, pictures: npt.NDArray[np.uint32], lengths: Floats, once: bool) -> None:
        old = self.arrays
        end = np.cumsum(lengths)
        offset = float(old.end_of_all[-1])
        self.arrays = _Arrays(
            first=np.append(old.first, len(old.picture)),
            count=np.append(old.count, len(pictures)),
            seconds=np.append(old.seconds, end[-1]),
            offset=np.append(old.offset, offset),
            once=np.append(old.once, once),
            begin=np.concatenate((old.begin, end - lengths)),
            end=np.concatenate((old.end, end)),
            end_of_all=np.concatenate((old.end_of_all, end + offset)),
            picture=np.concatenate((old.picture, pictures)),
        )


class _AnyName(dict[str, Clip]):
    """One clip under every name."""

    def __init__(self, clip: Clip) -> None:
        super().__init__()
        self._clip = clip

    def __missing__(self, name: str) -> Clip:
        return self._clip


def _lengths(label: str, count: int, fps: float | None, seconds: Sequence[float] | None) -> list[float]:
    if not count:
        raise EngineError(f"The clip {label!r} has no pictures: give it at least one.")
    if (fps is None) == (seconds is None):
        raise EngineError(f"The clip {label!r} needs either fps or seconds, so that it is known how long frames last.")
    if fps is not None:
        if not 0 < fps < np.inf:
            raise EngineError(f"The clip {label!r} has {fps!r} frames a second: give a number above 0.")
        return [1.0 / fps] * count
    assert seconds is not None
    lengths = [float(length) for length in seconds]
    if len(lengths) != count or not all(0 < length < np.inf for length in lengths):
        raise EngineError(
            f"The clip {label!r} has {count} pictures and lasts {lengths} seconds: give each picture a length above 0."
        )
    return lengths
