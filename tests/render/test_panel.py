"""What the overlay shows: words, graph and bars, as quads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.assets.palette import AMBER, CORAL, PINE
from ecs_engine.render import panel as layout
from ecs_engine.render.panel import Figures, Panel, kilobytes, milliseconds
from tests.render.overlay_words import lines

Array = np.ndarray[Any, Any]


def shown(panel: Panel) -> Array:
    return panel.update()[0]


def graph(panel: Panel) -> Array:
    """The quads of the graph's bars, oldest first."""
    quads = shown(panel)
    return quads[2 : 2 + layout.INTERVALS]


def stage_bars(panel: Panel) -> list[int]:
    """The lengths of the bars, in dots."""
    quads = shown(panel)
    first = 2 + layout.INTERVALS + 1 + len(layout.STAGES)
    return quads["size"][first : first + len(layout.STAGES), 0].tolist()


def test_every_figure_is_written() -> None:
    panel = Panel()
    panel.add_times([0.01, 1.5, 0.25, 0, 0.5, 0.125, 12.0, 0.03], 0.75, 0.02, 3.0)
    panel.write(
        Figures(
            frame_ms=(16.67, 33.3),
            tick_ms=(0.5, 123.4),
            render_ms=(1.25, 9.999),
            fps=59.6,
            draw_calls=1234,
            gl_calls=56,
            streamed_bytes=40_960,
            entities=100_001,
            skipped_ticks=7,
            breaks=12,
            reasons=[("blend", 6), ("instance set, shader, blend, texture set, layer order", 4), ("view", 1), ("x", 1)],
        )
    )
    assert lines(shown(panel)) == [
        "60 fps p50 p99",
        "frame 16.7 33.3",
        "tick 0.50 123",
        "render 1.25 10.0",
        "ms by stage bar 20 ms",
        "INPUT 0.01",
        "UPDATE 1.50",
        "PHYSICS 0.25",
        "ANIMATE 0.00",
        "TRANSFORM 0.50",
        "CULL 0.12",
        "BATCH 12.0",
        "PUBLISH 0.03",
        "RENDER 0.75",
        "SWAP 0.02",
        "GPU WAIT 3.00",
        "draws 1,234 GL calls 56",
        "entities 100,001 streamed 41.0 KB",
        "skipped ticks 7 batch breaks 12",
        "6 blend",
        "4 instance set, shader, blend, t..",
        "1 view",
    ]


def test_everything_lies_inside_the_panel_and_words_apart_from_each_other() -> None:
    panel = Panel()
    panel.add_times([99.9] * 8, 99_999.0, 99.9, 99.9)
    for _ in range(layout.INTERVALS):
        panel.add_interval(1000.0, 1.0)
    most = (9_999.0, 9_999.0)
    figures = Figures(most, most, most, 9_999.0, 999_999, 99_999, 999_900_000, 9_999_999, 9_999, 999)
    figures.reasons = [("instance set, shader, blend, texture set, layer order", 99_999)] * 5
    panel.write(figures)
    quads = shown(panel)
    quads = quads[quads["size"].all(axis=1)]
    back = quads[0]
    left_top, right_bottom = quads["place"].astype(int), quads["place"].astype(int) + quads["size"]
    assert (left_top >= back["place"]).all()
    assert (right_bottom <= back["place"] + back["size"]).all()
    words = lines(quads)
    assert words[:4] == ["9999 fps p50 p99", "frame 10s 10s", "tick 10s 10s", "render 10s 10s"]
    assert words[16:19] == [
        "draws 999,999 GL calls 99,999",
        "entities 9,999,999 streamed 999.9 MB",
        "skipped ticks 9,999 batch breaks 999",
    ]


def test_the_panel_is_as_high_as_its_words() -> None:
    panel = Panel()
    panel.write(Figures())
    low = int(shown(panel)[0]["size"][1])
    panel.write(Figures(breaks=2, reasons=[("view", 2)]))
    assert shown(panel)[0]["size"][1] > low
    panel.write(Figures())
    assert shown(panel)[0]["size"][1] == low


def test_the_graph_shows_the_newest_intervals_against_the_budget() -> None:
    panel = Panel()
    for ms in (5.0, *[10.0] * (layout.INTERVALS - 4), 5.0, 13.0, 18.0, 1000.0):  # the first one drops out
        panel.add_interval(ms, 10.0)
    bars = graph(panel)
    middle = layout.GRAPH_HEIGHT // 2
    assert bars["size"][:, 1].tolist() == [middle] * (layout.INTERVALS - 4) + [10, 26, 36, 40]
    assert bars["place"][:, 0].tolist() == list(range(layout.LEFT, layout.LEFT + layout.INTERVALS))
    assert set((bars["place"][:, 1] + bars["size"][:, 1]).tolist()) == {layout.TOP + layout.GRAPH_HEIGHT}
    assert [tuple(color[:3]) for color in bars["color"][-5:].tolist()] == [PINE, PINE, AMBER, CORAL, CORAL]


@pytest.mark.parametrize(("ms", "height"), [(10.0, 2), (20.0, 4), (50.0, 8), (500.0, 16)])
def test_the_graph_grows_with_what_is_usual_and_its_budget_line_sinks(ms: float, height: int) -> None:
    panel = Panel()
    for _ in range(layout.INTERVALS):
        panel.add_interval(ms, 10.0)
    panel.write(Figures())
    quads = shown(panel)
    line = quads[2 + layout.INTERVALS]
    assert line["place"][1] == layout.TOP + layout.GRAPH_HEIGHT - round(layout.GRAPH_HEIGHT / height)
    assert graph(panel)["size"][-1, 1] == min(round(layout.GRAPH_HEIGHT * ms / 10 / height), layout.GRAPH_HEIGHT)


def test_bars_begin_with_the_mean_and_then_follow_slowly() -> None:
    panel = Panel()
    panel.add_times([1.0] * 8, 2.0, 0.0, 0.0)
    panel.add_times([3.0] * 8, 4.0, 0.0, 0.0)
    np.testing.assert_allclose(panel.stage_ms, [2.0] * 8 + [3.0, 0.0, 0.0])
    panel.write(Figures())  # a whole bar is 5 ms
    assert stage_bars(panel) == [layout.BAR_LENGTH * 2 // 5] * 8 + [layout.BAR_LENGTH * 3 // 5, 0, 0]
    for _ in range(100):
        panel.add_times([2.0] * 8, 3.0, 0.0, 0.0)
    before = panel.stage_ms.copy()
    panel.add_times([18.0] * 8, 3.0, 0.0, 0.0)
    np.testing.assert_allclose(panel.stage_ms - before, [1.0] * 8 + [0.0] * 3, atol=0.01)


def test_a_bar_longer_than_the_scale_is_cut_until_the_words_are_written() -> None:
    panel = Panel()
    panel.add_times([1000.0] * 8, 0.0, 0.0, 0.0)
    assert stage_bars(panel)[0] == layout.BAR_LENGTH


def test_only_the_words_that_changed_are_sent() -> None:
    panel = Panel()
    panel.write(Figures())
    quads, changed = panel.update()
    assert changed == [(0, len(quads))]
    (live,) = panel.update()[1]
    before = quads.copy()
    panel.add_interval(5.0, 1.0)
    panel.add_times([1.0] * 8, 1.0, 1.0, 1.0)
    quads, changed = panel.update()
    assert changed == [live]
    differ = np.flatnonzero(quads != before)
    assert len(differ) > 0
    assert differ.max() < live[1] < len(quads)


def test_times_and_sizes_in_few_letters() -> None:
    assert [milliseconds(ms) for ms in (0, 0.004, 9.99, 9.999, 10.04, 99.99, 345.6)] == [
        "0.00", "0.00", "9.99", "10.0", "10.0", "100", "346",
    ]  # fmt: skip
    assert [milliseconds(ms) for ms in (999.4, 999.6, 9_949, 9_951, 12_345)] == ["999", "1.0s", "9.9s", "10s", "12s"]
    assert [kilobytes(n) for n in (0, 950, 40_960, 16_000_000)] == ["0.0 KB", "0.9 KB", "41.0 KB", "16.0 MB"]
