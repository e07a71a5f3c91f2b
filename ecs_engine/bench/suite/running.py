"""Running cases: each in a process of its own, round after round, so that no peer has all the quiet minutes."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ecs_engine.bench.latency import ENVIRONMENTS
from ecs_engine.bench.suite.cases import Case, Figure

TIME_LIMIT = 60.0
"""Seconds a run may take, start-up included."""
WITHOUT_DRIVER = ("none", "software")
"""Renderers of what draws nothing, and of what draws with the processor."""
EMPTY_SHARE = 0.1
"""A picture is empty if less of it differs from its background: 10,000 discs cover a third."""


class RunError(Exception):
    """A run without figures that can be used."""


class RefusedError(RunError):
    """A run that gave figures, but was not what it should have been: it drew with another driver, or nothing."""


@dataclass
class Outcome:
    """What came of a case."""

    case: Case
    renderer: str = ""
    version: str = ""
    medians: list[list[float]] = field(default_factory=list)
    """For each figure its value in each round."""
    tails: list[list[float]] = field(default_factory=list)
    reason: str = ""
    """Why there are no figures: what was known before, or what the first run that failed said."""
    refused: bool = False
    """Whether a run's figures were thrown away, because it was not what it should have been."""


def run_cases(
    cases: Sequence[Case], rounds: int, said: Callable[[str], None], pictures: Path | None = None
) -> list[Outcome]:
    """Run every case in every round; one that failed is not tried again.

    Args:
        said: called with a line about each run.
        pictures: the folder to keep the pictures in that were checked.
    """
    outcomes = [Outcome(case, reason=case.reason) for case in cases]
    total = rounds * sum(not case.reason for case in cases)
    done = 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = pictures or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for turn in range(rounds):
            for outcome in outcomes:
                if not outcome.case.reason:
                    done += 1
                if outcome.reason:
                    continue
                case = outcome.case
                # The picture takes time, and is the same in each round.
                picture = folder / f"{case.scenario.name}-{case.subject}.png" if case.picture and not turn else None
                said(f"[{done}/{total}] {case.title}: {_take(outcome, picture)}")
    return outcomes


def _take(outcome: Outcome, picture: Path | None) -> str:
    """One run of a case, added to its outcome; the words for it."""
    case = outcome.case
    try:
        line = run_case(case, picture)
        check(case, line, picture)
        values = [(total(line, figure.paths, figure), total(line, figure.tails, figure)) for figure in case.figures]
    except RunError as error:
        outcome.reason, outcome.refused = str(error), isinstance(error, RefusedError)
        outcome.medians, outcome.tails = [], []
        return outcome.reason
    outcome.renderer, outcome.version = str(line.get("renderer", "")), str(line.get("version", ""))
    outcome.medians = outcome.medians or [[] for _ in values]
    outcome.tails = outcome.tails or [[] for _ in values]
    for place, (median, tail) in enumerate(values):
        outcome.medians[place].append(median)
        outcome.tails[place].append(tail)
    return ", ".join(f"{median:.4g} {case.scenario.unit}" for median, _ in values)


def run_case(case: Case, picture: Path | None = None, time_limit: float = TIME_LIMIT) -> dict[str, Any]:
    """Run the command of a case; the line of JSON it prints last.

    Raises:
        RunError: it could not be started, took too long, ended with an error, or printed no such line.
    """
    command = [*case.command, *(("--screenshot", str(picture)) if picture else ())]
    environment = os.environ | (ENVIRONMENTS[case.scenario.driver] if case.scenario.driver else {})
    for name in ("WAYLAND_DISPLAY", "PYOPENGL_PLATFORM"):  # everybody draws in a window of the X server
        environment.pop(name, None)
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=time_limit, check=False)
    except subprocess.TimeoutExpired as error:
        raise RunError(f"took longer than {time_limit:g} s") from error
    except OSError as error:
        raise RunError(f"could not be started: {error.strerror}") from error
    if done.returncode < 0:
        raise RunError(f"was ended by signal {-done.returncode}")
    if done.returncode:
        raise RunError(f"failed: {last_words(done.stderr)}")
    return parse(done.stdout)


def last_words(text: str) -> str:
    """The last line that says anything: of a traceback, the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it did not say why"


def parse(output: str) -> dict[str, Any]:
    """The line of JSON in what a command printed: the last line that is an object.

    Raises:
        RunError: there is none.
    """
    for line in reversed(output.splitlines()):
        if line.startswith("{"):
            try:
                value = json.loads(line)
            except json.JSONDecodeError:
                continue
            if isinstance(value, dict):
                return value
    raise RunError(f"printed no figures, but {last_words(output)!r}")


def check(case: Case, line: dict[str, Any], picture: Path | None) -> None:
    """Refuse a run that drew with another driver than the scenario's, or does not tell, or drew nothing.

    Raises:
        RefusedError: so it is.
    """
    driver, renderer = case.scenario.driver, str(line.get("renderer", ""))
    if driver and renderer not in WITHOUT_DRIVER and driver not in renderer.lower():
        raise RefusedError(f"refused: the renderer was {renderer!r}, and {driver} was asked for")
    if picture is not None and (share := drawn_share(picture)) < EMPTY_SHARE:
        raise RefusedError(f"refused: its picture is empty ({share:.1%} of it is not background)")


def drawn_share(picture: Path) -> float:
    """How much of a picture has another colour than its most frequent one."""
    from PIL import Image

    if not picture.exists():
        return 0.0
    with Image.open(picture) as image:
        pixels = np.asarray(image.convert("RGB")).astype(np.uint32)
    colours = pixels[..., 0] << 16 | pixels[..., 1] << 8 | pixels[..., 2]
    _, counts = np.unique(colours, return_counts=True)
    return 1.0 - float(counts.max()) / colours.size


def total(line: dict[str, Any], paths: Sequence[str], figure: Figure) -> float:
    """The sum of the numbers at some paths.

    Raises:
        RunError: one of them is missing, or is no number.
    """
    result = 0.0
    for path in paths:
        value: Any = line
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if not isinstance(value, (int, float)):
            raise RunError(f"printed no number {path}")
        result += value
    return result * figure.scale
