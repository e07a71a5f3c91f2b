"""bench scale: curves through points, and the page that shows them."""

from __future__ import annotations

import json
import sys
from math import inf, log2
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner

from ecs_engine import cli
from ecs_engine.app import App
from ecs_engine.bench.scale import axes, curves, draw, measure, overview, page
from ecs_engine.bench.scale.fit import LINEAR, LOG_LINEAR, Curve, fit
from ecs_engine.components import PointLight, Sprite
from tests.trace.pages import assert_shapes_inside, assert_whole, assert_words_inside

COUNTS = [1000, 3000, 10_000, 30_000, 100_000]


def test_a_curve_is_found_again_from_its_points() -> None:
    line = fit(COUNTS, [0.2 + 3e-5 * count for count in COUNTS])
    assert (line.model, line.worst) == (LINEAR, pytest.approx(0, abs=1e-9))
    assert (line.a, line.b) == (pytest.approx(0.2), pytest.approx(3e-5))
    bent = fit(COUNTS, [0.2 + 3e-6 * count * log2(count) for count in COUNTS])
    assert (bent.model, bent.a, bent.b) == (LOG_LINEAR, pytest.approx(0.2), pytest.approx(3e-6))


def test_neither_part_of_a_curve_is_negative_and_what_is_off_is_told() -> None:
    falling = fit(COUNTS, [1.0, 0.9, 0.9, 0.8, 0.8])
    assert falling.b == 0
    assert 0.8 < falling.a < 1.0
    assert 0.05 < falling.worst < 0.2
    steep = fit(COUNTS, [1e-9 * count**2 for count in COUNTS])
    assert steep.a == 0
    assert steep.b > 0
    assert steep.worst > 0.3


def test_a_slope_that_is_lost_in_the_noise_is_none() -> None:
    noise = [1.05, 0.96, 1.03, 0.97, 1.06]
    flat = fit(COUNTS, noise)
    assert flat.b == 0
    assert flat.reaches(16.6) == inf
    assert fit(COUNTS, [cost + 1e-5 * count for cost, count in zip(noise, COUNTS, strict=True)]).b > 0


def test_where_a_curve_reaches_a_cost() -> None:
    assert Curve(LINEAR, 0.6, 0.01, 0.0).reaches(16.6) == pytest.approx(1600)
    bent = Curve(LOG_LINEAR, 0.0, 0.01, 0.0)
    assert bent.at(bent.reaches(16.6)) == pytest.approx(16.6)
    assert Curve(LINEAR, 0.6, 0.0, 0.0).reaches(16.6) == inf
    assert Curve(LINEAR, 20.0, 0.1, 0.0).reaches(16.6) == pytest.approx(1.0)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two axes, of a few each."""
    few = axes.Axis("moving sprites", "A few.", (10, 30, 100), axes.AXES[0].build)
    tables = next(axis for axis in axes.AXES if axis.name == "tables")
    monkeypatch.setattr(axes, "SPRITES", 60)
    for module in (measure, overview):
        monkeypatch.setattr(module, "AXES", (few, axes.Axis("tables", "Some.", (1, 5, 20), tables.build)))
    monkeypatch.setattr(measure, "WARM_UP", 2)


@pytest.mark.gl
def test_the_command_measures_and_writes_the_page(small: None, tmp_path: Path) -> None:
    html = tmp_path / "pages" / "scale.html"
    command = ["bench", "scale", "--headless", "--ticks", "3", "--html", str(html)]
    outcome = CliRunner().invoke(cli.main, command, catch_exceptions=False)
    assert outcome.exit_code == 0, outcome.output
    assert "16.6 ms" in outcome.output
    text = html.read_text("utf-8")
    assert_whole(text)
    assert "Moving sprites" in text
    assert "Tables" in text


@pytest.mark.gl
def test_an_axis_of_which_there_is_one_point_is_left_out(small: None) -> None:
    assert_whole(page.to_html({**measure.measure_scale(1, 3, True), "python": "3", "cores": 2}))
    result = measure.measure_scale(20, 3, True)
    assert "moving sprites" not in result
    assert [point["count"] for point in result["tables"]["points"]] == [1, 5, 20]
    assert all(point["tick_ms"] > 0 and point["frame_ms"] > 0 for point in result["tables"]["points"])


@pytest.mark.parametrize("width", [1080.0, 340.0])
@pytest.mark.parametrize("reached", [None, 900, 150_000, 2_000_000, 10**9])
def test_charts_keep_within_their_picture(width: float, reached: int | None) -> None:
    points = [{"count": count, "tick_ms": count * 1e-4, "frame_ms": 0.04} for count in COUNTS]
    part = {"points": points, "model": LINEAR, "a_ms": 0.04, "b_ms": 1e-4, "worst_residual": 0.1}
    picture = page.chart("moving sprites", {**part, "reaches_budget_at": reached}, 16.6, width)
    assert_shapes_inside(picture.to_svg())
    assert_words_inside(picture.to_svg())


def parts_of(reached: list[int | None]) -> overview.Parts:
    points = [{"count": count, "tick_ms": count * 1e-4, "frame_ms": 0.04} for count in COUNTS]
    curve = {"points": points, "model": LINEAR, "a_ms": 0.04, "b_ms": 1e-4, "worst_residual": 0.1}
    named = zip(axes.AXES, reached, strict=False)
    return [(axis.name, {**curve, "reaches_budget_at": count}) for axis, count in named]


@pytest.mark.parametrize("width", [1080.0, 340.0])
@pytest.mark.parametrize("reached", [[None] * 3, [900, 950, 960, 2_900_000], [2_000_000] * 7, [10**9, 150_000]])
def test_the_picture_of_all_keeps_within_its_frame(width: float, reached: list[int | None]) -> None:
    picture = overview.overview(parts_of(reached), 16.6, width)
    assert_shapes_inside(picture.to_svg())
    assert_words_inside(picture.to_svg())
    file = ElementTree.fromstring(draw.to_file(picture))
    words = [element.text or "" for element in file.iter("{http://www.w3.org/2000/svg}text")]
    for axis, count in zip(axes.AXES, reached, strict=False):
        assert f"{axis.name}: {curves.reach_in_words({'reaches_budget_at': count})}" in words


def test_labels_touch_neither_each_other_nor_their_lines() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        labels = sorted((place, "n" * length) for place, length in rng.integers((60, 4), (700, 24), (7, 2)).tolist())
        placed = overview.in_rows(labels, 900.0)
        for index, (begin, row) in enumerate(placed):
            end = begin + len(labels[index][1]) * overview.BOLD
            assert end <= 900
            for other, (other_begin, other_row) in enumerate(placed):
                if other != index:
                    assert other_row != row or other_begin >= end or other_begin < begin
                    # The line of one that is higher leads past this row.
                    assert other_row > row or not begin <= labels[other][0] <= end


def test_the_picture_of_a_result_is_written_with_its_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "scale.json", tmp_path / "scale.svg"
    source.write_text(json.dumps({"budget_ms": 16.6, **dict(parts_of([150_000, None]))}), "utf-8")
    monkeypatch.setattr(sys, "argv", ["draw", str(source), str(target)])
    draw.main()
    assert capsys.readouterr().out.splitlines() == [
        "| moving sprites | 150,000 | 0.040 ms + 100 ns n | 10% |",
        "| standing sprites | never | 0.040 ms + 100 ns n | 10% |",
    ]
    assert ElementTree.fromstring(target.read_text("utf-8")).attrib["height"]


@pytest.mark.gl
@pytest.mark.parametrize("axis", axes.AXES, ids=lambda axis: axis.name)
def test_every_axis_builds_what_it_names(axis: axes.Axis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(axes, "SPRITES", 50)
    with App("scale", (64, 64), headless=True) as app:
        systems = len(app.world.processors)
        axis.build(app, 7)
        app.step(2)
        drawn = list(app.world.select(Sprite))
        counted = {
            "tables": len(drawn),
            "systems": len(app.world.processors) - systems,
            "cameras": len(app.frame.views),
            "pictures": 7,
            "lights": sum(len(rows) for rows in app.world.select(PointLight)),
        }
        assert counted.get(axis.name, sum(len(rows) for rows in drawn)) == 7
