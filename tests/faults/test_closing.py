"""The window closes, or the game ends, at every stage of a frame: the run returns, and nothing is left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_engine.testing.app import FakeApp

from .game import assert_gone, open_game
from .test_systems import STOCK

WHEN = 6
"""How often each is done before it is the moment."""


def end_it(app: FakeApp, thing: Any, name: str, end: Callable[[], object], times: int, ended: list[int]) -> None:
    """End the game at the ``times``-th call of a method, before that does its work, and note the tick."""
    method, left = getattr(thing, name), times

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal left
        left -= 1
        if left == 0:
            ended.append(app.tick)
            end()
        return method(*arguments, **options)

    setattr(thing, name, call)


STAGES: dict[str, Callable[[FakeApp], tuple[Any, str]]] = {
    "publish": lambda app: (app._exchange, "publish"),
    "acquire": lambda app: (app._exchange, "acquire"),
    "wait for a frame": lambda app: (app._exchange, "wait_for_frame"),
    "begin a frame": lambda app: (app.device, "begin_frame"),
    "draw": lambda app: (app.renderer, "render"),
    "a view": lambda app: (app.renderer, "draw_view"),
    "end a frame": lambda app: (app.device, "end_frame"),
    "wait for the GPU": lambda app: (app.device.fences, "wait"),
    "swap": lambda app: (app.window, "swap"),
    "poll": lambda app: (app.window, "poll"),
    "wait for the next frame": lambda app: (app._drawing, "_begin"),
}


def stage_of(kind: type[Any]) -> Callable[[FakeApp], tuple[Any, str]]:
    return lambda app: (app.world.get_processor(kind), "process")


STAGES |= {kind.__name__: stage_of(kind) for kind in STOCK}
ENDS: dict[str, Callable[[FakeApp], Callable[[], object]]] = {
    "closed": lambda app: app.window.request_close,
    "quit": lambda app: app.quit,
}


@pytest.mark.parametrize("how", ENDS)
@pytest.mark.parametrize("stage", STAGES)
def test_the_end_comes_at_this_stage(tmp_path: Path, stage: str, how: str, rounds: Callable[[int, int], int]) -> None:
    first = 1 if stage == "wait for a frame" else WHEN  # of these waits there may be but one
    for times in range(first, first + (1 if first == 1 else rounds(1, 20))):
        app = open_game(tmp_path)
        ended: list[int] = []
        end_it(app, *STAGES[stage](app), ENDS[how](app), times, ended)
        app.run(frame_rate=0)
        assert len(ended) == 1
        assert app.frame.tick <= app.tick
        assert_gone(app)
