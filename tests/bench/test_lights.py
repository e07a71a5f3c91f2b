"""The benchmark of lights measures what it says: every case has what it is called after."""

from __future__ import annotations

import pytest

from ecs_engine.bench.lights import CASES, OCCLUDERS, fill
from ecs_engine.components import PointLight, Sprite
from ecs_engine.systems import Occluder
from ecs_engine.testing.app import FakeApp


@pytest.mark.parametrize("case", CASES)
def test_each_case_has_what_it_says(case: str) -> None:
    with FakeApp(size=(1280, 720)) as app:
        fill(app, case, 40)
        for _ in range(8):
            app.step()
        lit = case in ("lights", "still", "occluders")
        assert sum(len(rows) for rows in app.world.select(PointLight)) == (40 if lit else 0)
        assert len(app.world.get_component(Occluder)) == (OCCLUDERS if lit else 0)
        assert sum(len(rows) for rows in app.world.select(Sprite)) == OCCLUDERS
        view = app.frame.views[0]
        assert len(view.effects) == (4 if case == "effects" else 0)
        edges = app.frame.sets[-1].lookups["edges"]
        assert (edges.count > 500) == lit
        assert (app.device.last_frame.uploads_bytes > 20_000) == (case in ("lights", "occluders"))
        # Shapes of the same kind, one draw; lights and their map two more; a draw for each pass.
        assert app.device.last_frame.draw_calls == {"without": 1, "effects": 12}.get(case, 3)
