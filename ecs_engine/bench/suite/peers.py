"""The peers: other engines and libraries, in an environment of their own that ``make setup-peers`` fills.

The programs lie in ``benchmarks/peers`` of the repository, which is not part of the package.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ecs_engine.bench.suite.cases import (
    ECS_CHURN,
    ECS_HANDLES,
    ECS_JOIN,
    ECS_MOVE,
    LOOP_COUNTS,
    MOVING,
    PICTURE_COUNT,
    SPRITE_COUNTS,
    SPRITES,
    STATIC,
    STATIC_COUNT,
    WHOLE,
    Case,
    Figure,
    Scenario,
)
from ecs_engine.core.errors import EngineError

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = ROOT / "benchmarks" / "peers"
INSTALLED = ROOT / ".peers"
PYTHON = INSTALLED / "venv" / "bin" / "python"
PYTHON_312 = INSTALLED / "pybevy" / "bin" / "python"

SLOW_TO_MAKE = "making so many of its sprites takes minutes, and a frame costs in proportion"
DRAWS_ITSELF = "it draws with the processor, so there is no frame without the drawing: see the whole frames"
KEEPS_NOTHING = "it draws each sprite anew in every frame: what stands costs what moves costs"
COLUMNS_ALONE = "it works on columns: it has no way to one entity, and deletes none"
NOT_INSTALLED = "not installed: make setup-peers installs it"
OTHER_PYTHON = f"{NOT_INSTALLED} where there is a Python 3.12, which is the one that it is built for"


@dataclass(frozen=True)
class Peer:
    """One peer: how it is started, and which scenarios it has."""

    name: str
    program: str
    """A Python file of ``benchmarks/peers``, or, with ``runner``, what that is given."""
    scenarios: tuple[Scenario, ...]
    runner: Path | str = PYTHON
    most: int = 1_000_000
    """The most sprites it is asked for."""
    why: str = SLOW_TO_MAKE
    """Why not more."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Scenarios that it cannot have, and why."""
    absent: str = NOT_INSTALLED
    """What is said where it is not there."""

    def command(self, scenario: Scenario, count: int, seconds: float) -> tuple[str, ...]:
        words = [str(self.runner)]
        if self.program.endswith(".py"):
            words.append("-O")  # pyglet and arcade leave out their error checks then
        if self.program:
            words.append(str(PROGRAMS / self.program))
        name = "moving" if scenario in SPRITES else scenario.name
        return (*words, "--scenario", name, "--count", str(count), "--seconds", str(seconds))


GL = (*SPRITES, STATIC)
COUNTS = {
    **dict.fromkeys(SPRITES, SPRITE_COUNTS),
    STATIC: (STATIC_COUNT,),
    **{loop: (count,) for loop, count in LOOP_COUNTS.items()},
}
COLUMNS, SINGLES = (ECS_MOVE, ECS_JOIN), (ECS_HANDLES, ECS_CHURN)
PEERS = (
    Peer("raylib", "raylib_sprites.py", GL, reasons={STATIC.name: KEEPS_NOTHING}),
    Peer("pyglet", "pyglet_sprites.py", GL, most=100_000),
    Peer("arcade", "arcade_sprites.py", GL, most=100_000),
    Peer("pygame-ce", "pygame_sprites.py", SPRITES, reasons={MOVING.name: DRAWS_ITSELF}),
    Peer("moderngl", "moderngl_sprites.py", GL),
    Peer("LOVE", "love_sprites", GL, "love"),
    Peer("PixiJS", "pixi_sprites.py", GL),
    Peer("ursina", "ursina_sprites.py", GL, most=10_000),
    Peer("Panda3D", "panda3d_sprites.py", GL),
    Peer("esper", "esper_loop.py", (*COLUMNS, *SINGLES)),
    Peer("tcod-ecs", "tcod_loop.py", (*COLUMNS, *SINGLES)),
    Peer("snecs", "snecs_loop.py", (*COLUMNS, *SINGLES)),
    Peer("xecs", "xecs_loop.py", (*COLUMNS, *SINGLES), reasons={single.name: COLUMNS_ALONE for single in SINGLES}),
    Peer("PyBevy", "pybevy_loop.py", (*COLUMNS, *SINGLES), PYTHON_312, absent=OTHER_PYTHON),
    Peer("PyBevy and Numba", "pybevy_numba_loop.py", COLUMNS, PYTHON_312, absent=OTHER_PYTHON),
    Peer("C loop", "", (MOVING, *COLUMNS), INSTALLED / "limit"),
)


def peer_cases(seconds: float) -> Iterator[Case]:
    """The cases of every peer, those that cannot be run here with the reason.

    Raises:
        EngineError: the programs are not there, because this is no checkout of the repository.
    """
    if not PROGRAMS.is_dir():
        raise EngineError(
            f"The programs of the peers are not at {PROGRAMS}: they come with the repository and not with the package, "
            "so run bench --peers in a checkout."
        )
    for peer in PEERS:
        for scenario in peer.scenarios:
            for count in COUNTS[scenario]:
                path = "wall_ms" if scenario is WHOLE else "cpu_ms"
                yield Case(
                    scenario,
                    peer.name,
                    count,
                    peer.command(scenario, count, seconds),
                    (Figure(peer.name, (f"{path}.p50",), (f"{path}.p99",)),),
                    reason_against(peer, scenario, count),
                    picture=scenario is WHOLE and count == PICTURE_COUNT,
                )


def reason_against(peer: Peer, scenario: Scenario, count: int) -> str:
    """Why a peer does not run a scenario here; "" if it does."""
    if reason := peer.reasons.get(scenario.name):
        return reason
    if count > peer.most:
        return peer.why
    return "" if shutil.which(peer.runner) else peer.absent
