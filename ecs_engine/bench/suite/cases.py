"""What is run: scenarios, and the cases of each, which are commands that print one line of JSON."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

ENGINE, PACED = "ecs-engine", "ecs-engine at 60 Hz"
OURS = ENGINE, PACED
NOOP, LLVMPIPE = "noop", "llvmpipe"


@dataclass(frozen=True)
class Scenario:
    """One comparison: a section of the page."""

    name: str
    title: str
    note: str
    """What is measured, in a sentence or two."""
    driver: str | None = None
    """The driver that has to draw it; None where nothing is drawn, or the processor draws."""
    unit: str = "ms"


@dataclass(frozen=True)
class Figure:
    """One number of a case's line of JSON: the sum of the numbers at some paths, such as ``cpu_ms.p50``."""

    label: str
    """The bar's name: whose figure it is, or of which scene."""
    paths: tuple[str, ...] = ("cpu_ms.p50",)
    tails: tuple[str, ...] = ("cpu_ms.p99",)
    """Paths of the 99th percentiles. Their sum is that of a frame in which everything is slow."""
    scale: float = 1.0


@dataclass(frozen=True)
class Case:
    """One command of a scenario."""

    scenario: Scenario
    subject: str
    count: int
    command: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    reason: str = ""
    """Why it cannot be run here; "" when it can."""
    picture: bool = False
    """The command takes ``--screenshot PATH``, and its picture must not be empty."""

    @property
    def title(self) -> str:
        return f"{self.scenario.name} {self.count:,} {self.subject}"


MOVING = Scenario(
    "moving",
    "Moving sprites: what a frame costs the processor",
    "Sprites of 8 x 8 pixels that move and bounce; ours turn as well. Processor time of one frame on Mesa's no-op "
    "driver, which takes every call and draws nothing; ours is a tick and its frame on one thread, one after the other "
    "as with everybody. At 60 Hz it is an app that runs: a tick and a frame on two threads that wait for the next one, "
    "after which code and numbers come from memory again. The C loop draws nothing either: it moves, packs 40 bytes a "
    "sprite and copies them.",
    NOOP,
)
WHOLE = Scenario(
    "whole",
    "Moving sprites: whole frames",
    "The same sprites drawn by llvmpipe, a driver that draws with the processor: the time from one frame to the next, "
    "swap included. Each frame has a tick of its own.",
    LLVMPIPE,
)
STATIC = Scenario(
    "static",
    "A million sprites that stand, and 1,000 that move: what a frame costs the processor",
    "Processor time of one frame on the no-op driver, ours as above. Peers keep what stands in a buffer of its own.",
    NOOP,
)
ECS_MOVE = Scenario("ecs-move", "The ECS loop: position += velocity x dt", "A system over 100,000 entities.")
ECS_JOIN = Scenario(
    "ecs-join",
    "The ECS loop: three components joined",
    "first += second x third for 100,000 entities in ten tables (entities of ten kinds, where there are no tables).",
)
ECS_HANDLES = Scenario(
    "ecs-handles",
    "The ECS loop: Python for each entity",
    "A field of each of 2,000 entities is read and written, one by one and by the entity, as rules of a game do.",
)
ECS_CHURN = Scenario(
    "ecs-churn",
    "The ECS loop: entities that come and go",
    "In each tick 167 entities are made and as many deleted, one by one, which is 10,000 a second; 10,000 others stay.",
)
OWN = Scenario(
    "own",
    "Our own scenes: what a tick and its frame cost the processor",
    "On the no-op driver. Hierarchies are ticks alone; churn is the tick in which entities come and go.",
    NOOP,
)
TIMES = Scenario("times", "Start-up, smoothness and the exchange", "Time on the clock, on the no-op driver.", NOOP)
MEMORY = Scenario(
    "memory",
    "Memory of a moving sprite",
    "What the process grows by: columns, three snapshots, the GPU's buffers.",
    NOOP,
    "bytes",
)
SCENARIOS = (MOVING, WHOLE, STATIC, ECS_MOVE, ECS_JOIN, ECS_HANDLES, ECS_CHURN, OWN, TIMES, MEMORY)

SPRITE_COUNTS = (1000, 10_000, 100_000, 1_000_000)
"""Of moving sprites and of whole frames."""
PICTURE_COUNT = 10_000
"""The count of which pictures are looked at: fewer sprites leave most of it empty."""
SPRITES = (MOVING, WHOLE)
STATIC_COUNT = 1_000_000
LOOP_COUNTS = {ECS_MOVE: 100_000, ECS_JOIN: 100_000, ECS_HANDLES: 2000, ECS_CHURN: 10_000}

TICK_AND_FRAME = ("tick_cpu_ms.p50", "render_cpu_ms.p50"), ("tick_cpu_ms.p99", "render_cpu_ms.p99")


def own_cases(ticks: int) -> list[Case]:
    """The engine's own cases; scenes run for so many ticks."""

    def case(
        scenario: Scenario, bench: str, count: int, *figures: Figure, subject: str = ENGINE, picture: bool = False
    ) -> Case:
        command = (sys.executable, "-m", "ecs_engine.bench.suite.own", bench, str(count), str(ticks))
        return Case(scenario, subject, count, command, figures, picture=picture)

    def compared(scenario: Scenario, stepped: str, paced: str, count: int) -> tuple[Case, Case]:
        return (
            case(scenario, stepped, count, Figure(ENGINE)),
            case(scenario, paced, count, Figure(PACED, *TICK_AND_FRAME), subject=PACED),
        )

    def scene(bench: str, count: int, label: str) -> Case:
        return case(OWN, bench, count, Figure(label, *TICK_AND_FRAME))

    wall = ("wall_ms.p50",), ("wall_ms.p99",)
    cases = [one for count in SPRITE_COUNTS for one in compared(MOVING, "frame", "bunnymark", count)]
    cases += [
        case(WHOLE, "frame", count, Figure(ENGINE, *wall), picture=count == PICTURE_COUNT) for count in SPRITE_COUNTS
    ]
    cases += [
        *compared(STATIC, "static-frame", "static", STATIC_COUNT),
        *(case(scenario, scenario.name, count, Figure(ENGINE)) for scenario, count in LOOP_COUNTS.items()),
        scene("visible", 1_000_000, "1,000,000 that move, 2 % in sight"),
        scene("spawn", 10_000, "10,000 spawns and deletions a second"),
        scene("spawn-bulk", 10_000, "the same by calls for many at once"),
        scene("materials", 10_000, "64 pictures x 2 blends x 16 layers"),
        scene("handles", 2000, "Python for each of 2,000 handles"),
        case(
            OWN,
            "hierarchy",
            100_000,
            *(
                Figure(f"hierarchy of 100,000: {words}", (f"{key}.p50",), (f"{key}.p99",))
                for words, key in (
                    ("all move", "all_move_ms"),
                    ("one moves", "one_moves_ms"),
                    ("none moves", "none_moves_ms"),
                )
            ),
        ),
        case(
            OWN,
            "churn",
            100_000,
            Figure("100,000 made at once", ("create_entities_ms.p50",), ("create_entities_ms.max",)),
            Figure(
                "1,000 made, 1,000 deleted, one by one",
                ("spawn_and_delete_1000_ms.p50",),
                ("spawn_and_delete_1000_ms.p99",),
            ),
        ),
        case(
            TIMES,
            "gil",
            10_000,
            Figure("frame beside busy Python", ("render_wall_ms.p50",), ("render_wall_ms.p99",)),
        ),
        case(
            TIMES,
            "startup",
            1,
            Figure("import ecs_engine", ("import_s.median",), ("import_s.max",), 1000),
            Figure("start to the first frame", ("hello_on_screen_s.median",), ("hello_on_screen_s.max",), 1000),
        ),
        case(
            TIMES,
            "exchange",
            20_000,
            Figure("publish and acquire", ("publish_and_acquire_us.p50",), ("publish_and_acquire_us.p99",), 1e-3),
        ),
        case(MEMORY, "memory", 100_000, Figure(ENGINE, ("bytes_per_entity",), ())),
    ]
    return cases


def chosen(cases: Sequence[Case], only: Sequence[str]) -> list[Case]:
    """The cases of some scenarios; all of them if none is named. Cases of one scenario and count stand together."""
    order = {scenario.name: place for place, scenario in enumerate(SCENARIOS)}
    kept = [case for case in cases if not only or case.scenario.name in only]
    return sorted(kept, key=lambda case: (order[case.scenario.name], case.count if case.scenario in SPRITES else 0))
