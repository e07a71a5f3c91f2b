"""What the engine's lines set aside in a tick and in a frame, counted one by one."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

import ecs_engine
from ecs_engine.app import App
from ecs_engine.bench import scenes
from ecs_engine.bench.hierarchy import grow
from ecs_engine.bench.tiles import make_map
from ecs_engine.components import (
    AmbientLight,
    Animation,
    AnimationState,
    NineSlice,
    Parallax,
    Parent,
    ParticleEmitter,
    PointLight,
    Shape,
    Text,
    Transform2D,
    Velocity,
)
from ecs_engine.core.component import batch
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.systems import Clips, Occluder, ParticleEffect, Particles, StateMachines

LEAST = 4096
"""Bytes from which on an allocation counts. Numbers, tuples and frames of the interpreter, which are smaller, come and
go with every line; and counting itself takes up to half of that."""
WARM_UP_TICKS = 100
SLOTS = 9
"""Of the exchange, three times over: what each holds grows with what it was given."""
MOST_TICKS = 10
"""Counting is slow."""

Place = tuple[str, int]
"""A file of the engine, as seen from its folder, and a line."""


class _Counter:
    """Notes for each line of some files by how much the memory in use exceeded, while it ran, what it had been before.

    What other code takes that the line calls is the line's, lines of these files apart.
    """

    def __init__(self, folders: tuple[str, ...]) -> None:
        self.most: dict[tuple[str, int], int] = {}
        self._folders = folders
        self._place: tuple[str, int] | None = None
        self._before = 0

    def _go_to(self, place: tuple[str, int] | None) -> None:
        """Settle what the line took so far; from now on it is another one's."""
        now, peak = tracemalloc.get_traced_memory()
        if self._place is not None and peak - self._before >= LEAST:
            self.most[self._place] = max(self.most.get(self._place, 0), peak - self._before)
        self._place, self._before = place, now
        tracemalloc.reset_peak()

    def on_call(self, frame: FrameType, event: str, argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(self._folders):
            return None
        self._go_to((frame.f_code.co_filename, frame.f_lineno))
        return self.on_line

    def on_line(self, frame: FrameType, event: str, argument: object) -> Any:
        caller = frame.f_back if event == "return" else frame
        known = caller is not None and caller.f_code.co_filename.startswith(self._folders)
        self._go_to((caller.f_code.co_filename, caller.f_lineno) if caller is not None and known else None)
        return self.on_line


def engine_folders() -> tuple[Path, ...]:
    """Where the engine's files are: all of the package but benchmarks, demos and what tests need."""
    found = dict.fromkeys(Path(path).resolve() for path in ecs_engine.__path__)
    for name in ("systems", "components"):
        found |= dict.fromkeys(Path(path).resolve() for path in sys.modules[f"ecs_engine.{name}"].__path__)
    return tuple(found)


@contextmanager
def counted_allocations() -> Iterator[dict[str, int]]:
    """Count while it lasts what the calling thread's lines of the engine set aside: "file:line" -> the most bytes that
    one of its runs had in use over what was in use before it; from :data:`LEAST` on. It makes everything slow."""
    folders = engine_folders()
    counter = _Counter(tuple(f"{folder}/" for folder in folders))
    result: dict[str, int] = {}
    tracemalloc.start(1)
    before = sys.gettrace()
    sys.settrace(counter.on_call)
    try:
        yield result
    finally:
        sys.settrace(before)
        tracemalloc.stop()
        for (file, line), size in sorted(counter.most.items(), key=lambda item: -item[1]):
            for folder in folders:
                path = Path(file).resolve()
                if path.is_relative_to(folder) and path.relative_to(folder).parts[0] not in ("bench", "testing"):
                    result[f"{path.relative_to(folder.parent)}:{line}"] = size
                    break


class TurnSystem(System):
    """Turns all children within their parents."""

    stage = Stage.UPDATE

    def process(self, dt: float) -> None:
        for transform, _ in self.world.select(writable(Transform2D), Parent):
            rotation = transform.rotation
            np.add(rotation, np.float32(dt), out=rotation)


def everything(app: App, count: int, *, lively: bool) -> None:
    """A scene with every stock kind of picture in it, ``count`` of each but labels: sprites that move, stand and have
    parallax, hierarchies that turn, animations, particles that fly, tiles, shapes, nine-slices; and 100 lights among
    200 occluders.

    A ``lively`` one also has what begins and ends in every tick: frames of clips, births and deaths of particles,
    sprites that come into sight and leave it, edges of occluders in the way of lights that move.
    """
    rng = np.random.default_rng(5)
    scenes.add_sprites(app, count, moving=True)
    app.add_system(scenes.BounceSystem())
    scenes.add_sprites(app, count, moving=False)
    scenes.add_sprites(app, count, Parallax((0.5, 0.5)), moving=False)
    grow(app.world, count)
    app.add_system(TurnSystem())
    for place in rng.uniform((-560, -330), (560, 330), (20, 2)).tolist():
        app.world.create_entity(Transform2D(place), Text("It stays as it is"))
    app.world.create_entity(Transform2D((-300, 300)), make_map(count))
    places = rng.uniform((-560, -330), (560, 330), (count, 2)).astype(np.float32)
    app.world.create_entities(count, batch(Transform2D, position=places), Shape.circle(9.0))
    app.world.create_entities(count, batch(Transform2D, position=places), NineSlice(size=(40, 20)))
    app.world.create_entity(AmbientLight(intensity=0.5))
    app.world.create_entities(200, batch(Transform2D, position=places[:200]), Occluder.box(14, 14))
    ways = [Velocity(linear=(6, 3))] if lively else []
    app.world.create_entities(100, batch(Transform2D, position=places[200:300]), PointLight(radius=150), *ways)
    if lively:
        scenes.animation(app, count)
        scenes.particles(app, count)
        scenes.add_sprites(app, count, moving=True, spread=3.0)
        return
    clip = app.world.resource(Clips).add(range(2, 10), fps=12)
    machine = app.world.resource(StateMachines).add({"idle": clip}, [])
    scenes.add_sprites(app, count, Animation(speed=1e-6), AnimationState(machine), moving=False)
    effect = app.world.resource(Particles).add(
        ParticleEffect(rate=1e-6, lifetime=1e6, speed=(1.0, 5.0), gravity=(0.0, -1.0), drag=0.1, stretch=0.1)
    )
    app.world.create_entities(100, batch(Transform2D, position=places[:100]), ParticleEmitter(effect))
    app.world.resource(Particles).burst(effect, places[: count // 10], count=10)


def count_steps(app: App, ticks: int) -> dict[str, int]:
    """What the engine's lines set aside in so many ticks, each with its frame, after a warm-up."""
    app.step(WARM_UP_TICKS)
    for _ in range(SLOTS):  # each with its frame, so that all of them are filled
        app.step()
    with counted_allocations() as found:
        for _ in range(ticks):
            app.step()
    return found


def measure_allocations(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Bytes that lines of the engine set aside in a tick and its frame, in scenes of ``count`` of everything."""
    result: dict[str, Any] = {"name": "allocations", "count": count}
    for name, lively in (("steady", False), ("lively", True)):
        with App("bench allocations", (1280, 720), headless=headless, vsync=False) as app:
            everything(app, count, lively=lively)
            found = count_steps(app, min(ticks, MOST_TICKS))
        result |= {f"{name}_bytes": sum(found.values()), f"{name}_lines": found or "none"}
    return result
