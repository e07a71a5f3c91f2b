"""The UI: what a tick costs with widgets that stand still, and with labels that change at every tick."""

from __future__ import annotations

from typing import Any, ClassVar

from ecs_engine.app import App
from ecs_engine.bench.driver import check_noop
from ecs_engine.bench.timing import percentiles, watch_systems
from ecs_engine.core.system import Stage, System
from ecs_engine.ui import UI, Button, Column, Label, Row, Slider, Toggle, Widget

SIZE = (1280, 720)
LABELS = 200
WARM_UP_TICKS = 120
CASES = ("empty", "static", "changing", "new_words")
"""No UI; widgets that stand still; 200 labels with numbers below 1,000, and with numbers that were never there."""


class CountSystem(System):
    """Gives every label another number at every tick; below 1,000, or one that was never shown."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, labels: list[Label], *, new: bool) -> None:
        self.labels, self.new, self.number = labels, new, 100_000

    def process(self, dt: float) -> None:
        for label in self.labels:
            self.number += 7919
            label.text = f"Score {self.number if self.new else self.number % 1000}"


def static_widgets(count: int) -> Widget:
    """Exactly ``count`` widgets in rows: labels, toggles, sliders, and buttons with their words."""
    rows: list[Row] = []
    left = count - 1  # the column
    while left > 0:
        row = Row(gap=2)
        left -= 1
        for kind in (Label, Toggle, Slider, Button) * 6:
            needed = 2 if kind is Button else 1
            if needed > left:
                break
            row.add(Slider(0.5, width=40) if kind is Slider else kind("Words"))  # type: ignore[arg-type]
            left -= needed
        rows.append(row)
    return Column(*rows, gap=0)


def changing_labels(app: App, *, new: bool) -> Widget:
    """Labels in columns, and the system that changes them."""
    labels = [Label() for _ in range(LABELS)]
    app.add_system(CountSystem(labels, new=new))
    return Row(*[Column(*labels[first : first + 20], gap=0) for first in range(0, LABELS, 20)])


def measure_ui(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Ticks with ``count`` widgets that stand still, and with 200 labels that change; beside them ticks of an app
    without a UI, which is what the engine itself costs. ``added`` is the difference of the medians."""
    result: dict[str, Any] = {"name": "ui", "count": count, "labels": LABELS, "ticks": ticks}
    for case in CASES:
        result |= _measure(case, count, ticks, headless)
    for case in CASES[1:]:
        added = result[f"{case}_tick_cpu_ms"]["p50"] - result["empty_tick_cpu_ms"]["p50"]
        result[f"{case}_added_cpu_ms"] = round(added, 4)
    return result


def _measure(case: str, count: int, ticks: int, headless: bool) -> dict[str, Any]:
    app = App("bench ui", SIZE, headless=headless, vsync=False, resizable=False)
    try:
        check_noop(app.device.capabilities.renderer)
        if case == "static":
            UI(app.world).add(static_widgets(count), margin=0)
        elif case != "empty":
            UI(app.world).add(changing_labels(app, new=case == "new_words"), margin=0)
        app.step(WARM_UP_TICKS)
        app.tick_cpu_ms.clear()
        systems = watch_systems(app)
        app.run(ticks=ticks)
    finally:
        app.close()
    return {
        f"{case}_tick_cpu_ms": percentiles(app.tick_cpu_ms),
        f"{case}_systems_ms": {
            name: percentiles(systems[name])
            for name in ("UIInputSystem", "UISystem", "TextSystem", "TransformSystem")
            if name in systems
        },
        f"{case}_draw_calls": app.device.last_frame.draw_calls,
        "renderer": app.device.capabilities.renderer,
    }
