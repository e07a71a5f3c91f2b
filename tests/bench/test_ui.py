"""The benchmark of the UI measures what it says: so many widgets, and labels with other words at every tick."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecs_engine.bench import run
from ecs_engine.bench.report import OTHERS
from ecs_engine.bench.ui import CountSystem, changing_labels, measure_ui, static_widgets
from ecs_engine.testing.app import FakeApp
from ecs_engine.ui import UI, Label


@pytest.mark.parametrize("count", [1, 2, 3, 40, 999, 1000])
def test_there_are_exactly_so_many_widgets(count: int) -> None:
    with FakeApp() as app:
        ui = UI(app.world)
        ui.add(static_widgets(count), margin=0)
        app.step(draw=False)
        assert sum(1 for _ in ui.widgets()) == count


@pytest.mark.parametrize("new", [False, True])
def test_labels_change_at_every_tick(new: bool) -> None:
    with FakeApp() as app:
        UI(app.world).add(changing_labels(app, new=new))
        system = app.world.get_processor(CountSystem)
        assert system is not None
        assert len(system.labels) == 200
        seen: set[str] = set()
        before = [""] * 200
        for tick in range(1, 6):
            app.step(draw=False)
            words = [label.text for label in system.labels]
            assert all(a != b for a, b in zip(words, before, strict=True))
            before, seen = words, seen | set(words)
            assert not new or len(seen) == 200 * tick
        assert all(label.shown for _, label in app.world.get_component(Label))


@pytest.mark.gl
def test_the_bench_tells_both_figures(tmp_path: Path) -> None:
    assert OTHERS["ui"] is measure_ui
    run("ui", 50, 5, tmp_path / "ui.json", headless=True)
    result = json.loads((tmp_path / "ui.json").read_text(encoding="utf-8"))
    assert (result["count"], result["labels"], result["ticks"]) == (50, 200, 5)
    for case in ("static", "changing", "new_words"):
        assert isinstance(result[f"{case}_added_cpu_ms"], float)
        assert result[f"{case}_draw_calls"] >= 1
        assert result[f"{case}_systems_ms"]["UISystem"]["p50"] > 0
