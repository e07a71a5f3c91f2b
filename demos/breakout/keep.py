"""What is kept between two runs: settings and high scores, in one small file."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from ecs_engine import EngineError
from ecs_engine.saves import load_json, save_json

log = logging.getLogger(__name__)

Kind = TypeVar("Kind", bound="Settings | Score")

MOST_SCORES = 8
MOST_LETTERS = 12
SLOWEST, FASTEST = 0.7, 1.3
"""Between which the player may set the speed."""


@dataclass
class Settings:
    """A resource: what the player chose."""

    speed: float = 1.0
    """Times the speed of the balls."""
    shake: float = 1.0
    """How hard the picture shakes, 0 to 1."""
    sparks: bool = True
    mouse: bool = True
    """Whether the mouse steers."""
    full_screen: bool = False
    name: str = ""
    """Under which the last high score was entered."""

    def __post_init__(self) -> None:
        self.speed = min(max(self.speed, SLOWEST), FASTEST)
        self.shake = min(max(self.shake, 0.0), 1.0)


@dataclass
class Score:
    """A line of the high scores."""

    name: str
    score: int
    level: int


@dataclass
class Kept:
    """A resource: the file's content, and the way to it.

    Args:
        file: where it is kept; None keeps nothing, as for tests and pictures.
    """

    file: Path | None = None
    settings: Settings = field(default_factory=Settings)
    scores: list[Score] = field(default_factory=list)
    """The best first."""

    def load(self) -> None:
        """Read the file, if there is one. What is broken is told in the log, and begun anew."""
        if self.file is None:
            return
        try:
            content = load_json(self.file, {})
            settings = read(Settings, content.get("settings", {}))
            self.scores = [read(Score, line) for line in content.get("scores", [])][:MOST_SCORES]
        except (EngineError, TypeError, ValueError, AttributeError) as error:
            log.warning("The high scores and settings cannot be read, and begin anew: %s", error)
            return
        for name, value in asdict(settings).items():  # others hold the very object
            setattr(self.settings, name, value)

    def save(self) -> None:
        """Write the file. A disk that is full costs the high score, not the game."""
        if self.file is None:
            return
        content = {"settings": asdict(self.settings), "scores": [asdict(score) for score in self.scores]}
        try:
            save_json(self.file, content)
        except EngineError as error:
            log.error("%s", error)

    def is_high(self, score: int) -> bool:
        """Whether it is worth a line."""
        return score > 0 and (len(self.scores) < MOST_SCORES or score > self.scores[-1].score)

    def add(self, score: Score) -> int:
        """Put a score in its place, and save; which place that is, from 0 on."""
        place = sum(other.score >= score.score for other in self.scores)
        self.scores.insert(place, score)
        del self.scores[MOST_SCORES:]
        self.settings.name = score.name
        self.save()
        return place


def read(kind: type[Kind], data: Any) -> Kind:
    """A dataclass of numbers, strings and truth values from plain data that anybody may have edited.

    Raises:
        TypeError, ValueError: it has other fields, or of another type.
    """
    made = kind(**data)
    for one in fields(kind):
        value = getattr(made, one.name)
        if type(value).__name__ != one.type:
            raise TypeError(f"{one.name} is {value!r}")
    return made
