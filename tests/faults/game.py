"""The game that things go wrong in: all that the stock systems do, drawn by a renderer that looks at each frame."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from ecs_engine import Sprite, Stage, System, Transform2D
from ecs_engine.frame.snapshot import DrawList, Frame, SetSnapshot
from ecs_engine.render import RenderSystem
from ecs_engine.testing.app import FakeApp

from ..soak.game import SIZE, Levels, write_files

FIRST_Y, LAST_Y = -5001.0, -5002.0
"""Where the two witnesses are: their x is the tick, one moved by the first system of a tick, one by the last."""


class Boom(Exception):
    """What the tests raise."""


class Witness(System):
    """Moves an entity to where x is the number of the tick."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, app: FakeApp, y: float) -> None:
        self.app = app
        self.place = Transform2D((0.0, y))
        self.entity = app.world.create_entity(self.place, Sprite())

    def process(self, dt: float) -> None:
        self.place.position = (self.app.tick, self.place.position[1])


class Watching(RenderSystem):
    """Looks at each frame before it is drawn."""

    all_systems: ClassVar[bool] = True
    """Whether none is switched off, so that witnesses are where the frame's tick says."""

    def render(self, frame: Frame, alpha: float, size: tuple[int, int]) -> None:
        check_frame(frame, all_systems=self.all_systems)
        super().render(frame, alpha, size)


class WatchingRest(Watching):
    """The same, where systems are switched off."""

    all_systems = False


def used_rows(sprites: SetSnapshot) -> Any:
    """The numbers of the rows that are in use."""
    blocks = zip(sprites.layout.firsts, sprites.counts, strict=True)
    return np.concatenate([np.arange(0), *(np.arange(first, first + count) for first, count in blocks)])


def check_frame(frame: Frame, *, all_systems: bool) -> None:
    """Assert that a frame is of one tick, and draws only rows that are there."""
    if frame.tick == 0:
        return  # none was published
    (sprites,) = [each for each in frame.sets if each.name == "sprites"]
    pose = sprites.columns["pose"].array[used_rows(sprites)]
    first, last = (pose[pose[:, 1] == y, 0].tolist() for y in (FIRST_Y, LAST_Y))
    assert first == last, f"frame {frame.tick} is torn: {first} and {last}"
    if all_systems:
        assert first == [frame.tick]
    order = frame.draws.order[: frame.draws.order_length]
    for draw in frame.draws.draws[: frame.draws.draw_count].tolist():
        begin, count = draw[DrawList.FIRST], draw[DrawList.COUNT]
        assert begin + count <= len(order)
        assert np.isin(order[begin : begin + count], used_rows(frame.sets[draw[DrawList.SET]])).all()


def open_game(folder: Path, *, level: int = 1, **options: Any) -> FakeApp:
    """The game, before its first tick; ``options`` are those of an App."""
    if not (folder / "data0.json").exists():
        write_files(folder)
    options = {"size": SIZE, "files": folder, "tick_rate": 1000, "render_system": Watching, **options}
    app = FakeApp(**options)
    levels = Levels(app, folder)
    levels.number = level - 1
    witnesses = [Witness(app, FIRST_Y), Witness(app, LAST_Y)]
    levels.kept = {witness.entity for witness in witnesses}
    for system, priority in ((witnesses[0], 900), (levels, 0), (witnesses[1], -900)):
        app.world.add_processor(system, priority)
    for system in app.world.processors:  # every one of them is to run, as if the world had known what it needs
        app.world._store.index.known.update(getattr(system, "needs", ()))
    return app


def assert_gone(app: FakeApp) -> None:
    """Assert that nothing of an app is left: names of OpenGL, threads, its place as the open app."""
    assert app.window.closed
    app.gl.assert_no_leaks()
    left = [thread.name for thread in threading.enumerate() if thread is not threading.main_thread()]
    assert not [name for name in left if name.startswith(("logic", "assets"))], left
    app.world.close()
    FakeApp(size=SIZE).close()


def in_the_midst(work: Callable[..., object], lines: int) -> Callable[..., None]:
    """``work``, which raises once it has run so many lines of the engine, or at its end if it has fewer."""

    def process(*arguments: Any) -> None:
        left = lines

        def trace(frame: Any, event: str, _: Any) -> Any:
            nonlocal left
            if not frame.f_globals.get("__name__", "").startswith("ecs_engine."):
                return None
            if event == "line":
                left -= 1
                if left < 0:
                    raise Boom(f"at line {frame.f_lineno} of {frame.f_code.co_filename}")
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            work(*arguments)
        finally:
            sys.settrace(before)
        raise Boom("after its work")

    return process


def break_system(system: Any, ticks: int, lines: int) -> None:
    """Have a system raise in its ``ticks``-th tick from now, after so many lines; then it is as it was."""
    left = ticks

    def process(dt: float) -> None:
        nonlocal left
        left -= 1
        if left > 0:
            type(system).process(system, dt)
            return
        del system.process
        in_the_midst(type(system).process.__get__(system), lines)(dt)

    system.process = process
