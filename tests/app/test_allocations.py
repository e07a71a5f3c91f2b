"""Nothing is set aside per tick: every stock kind of picture in one scene, counted line by line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ecs_engine.app import App
from ecs_engine.bench.allocations import LEAST, count_steps, counted_allocations, engine_folders, everything
from ecs_engine.systems import transform

COUNT = 6000
"""Of each kind: an array of single bytes for them is more than what counts from."""

BEGINNINGS = {
    "systems/batching.py": "which rows are seen, where some came into sight: np.flatnonzero takes no out=",
    "systems/animation/system.py": "the rows whose frame is over",
    "systems/animation/states.py": "the rows whose state changes",
    "systems/particles/system.py": "what is born",
    "systems/particles/births.py": "what is born",
    "systems/lights/in_reach.py": "which edge is near which light that moved",
    "systems/lights/shadows.py": "in which sectors of it",
    "systems/lights/sectors.py": "64 KB of numpy's own, where it spreads an array over another one's axes",
}
"""Where a scene in which something begins in each tick sets aside room for that."""


@pytest.fixture
def app() -> App:
    with App("allocations", (1280, 720), headless=True) as app:
        yield app


@pytest.mark.gl
def test_a_steady_scene_with_every_kind_of_picture_sets_nothing_aside(app: App) -> None:
    assert COUNT > LEAST
    everything(app, COUNT, lively=False)
    assert count_steps(app, 4) == {}
    moved = app.world.get_processor(transform.TransformSystem)
    assert moved is not None
    assert app.device.last_frame.draw_calls >= 6


@pytest.mark.gl
def test_what_begins_is_all_that_a_lively_scene_sets_aside_room_for(app: App) -> None:
    everything(app, COUNT, lively=True)
    found = {place.rpartition(":")[0] for place in count_steps(app, 3)}
    assert found
    assert found <= set(BEGINNINGS)


def test_what_a_line_sets_aside_is_found_and_what_is_used_again_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter against a function of the engine whose need is known."""
    out = np.empty(10_000, np.float32)
    namespace: dict[str, object] = {"np": np, "out": out}
    path = engine_folders()[0] / "made_up.py"
    source = (
        "def wasteful(a):\n    b = np.add(a, 1)\n    return float(b[0])\ndef thrifty(a):\n    np.add(a, 1, out=out)\n"
    )
    exec(compile(source, str(path), "exec"), namespace)
    numbers = np.zeros(10_000, np.float32)
    with counted_allocations() as found:
        namespace["wasteful"](numbers)  # type: ignore[operator]
        namespace["thrifty"](numbers)  # type: ignore[operator]
    (place,) = found
    assert Path(place).name == "made_up.py:2"
    assert 40_000 <= found[place] < 44_000
