"""The text benchmark changes every label at every tick, and its figures are those of each system."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ecs_engine import Text
from ecs_engine.bench import run, scenes
from ecs_engine.testing.app import FakeApp


def test_every_label_has_new_words_at_every_tick() -> None:
    with FakeApp() as app:
        scenes.text(app, 8)
        seen = set()
        for tick in range(1, 6):
            app.step(draw=False)
            labels = [label for _, label in app.world.get_component(Text)]
            seen |= {label.plain for label in labels}
            assert len(seen) == 8 * tick
        assert {label.font for label in labels} == {None, app.fonts.sans()}
        assert sum(label.outline > 0 for label in labels) == 2


@pytest.mark.gl
def test_the_bench_tells_what_each_system_costs(tmp_path: Path) -> None:
    run("text", 10, 5, tmp_path / "text.json", headless=True)
    result = json.loads((tmp_path / "text.json").read_text(encoding="utf-8"))
    assert (result["count"], result["ticks"], result["draw_calls"]) == (10, 5, 1)
    for name in ("TextSystem", "ChangeSystem", "BatchingSystem"):
        assert 0 < result["systems_ms"][name]["p50"] <= result["systems_ms"][name]["p99"]
