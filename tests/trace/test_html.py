"""The page: well formed, whole without a connection, and every picture of it inside its frame."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree

import numpy as np
import pytest

from ecs_engine.trace import charts
from ecs_engine.trace.html import to_html
from ecs_engine.trace.latency import END_TO_END, Latency, join
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.report import summarise
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.svg import Picture, milliseconds, steps
from ecs_engine.trace.timeline import frame_timeline, timeline
from tests.trace.pages import assert_shapes_inside, assert_whole, assert_words_inside, pictures
from tests.trace.recordings import ALL, TITLE, one_input, profiled, simulated


def page_of(recording: Recording) -> str:
    latency = join(recording)
    return to_html(recording, latency, summarise(recording, latency))


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_page_is_well_formed_and_needs_nothing_else(make: Callable[[], Recording]) -> None:
    assert_whole(page_of(make()))


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_every_shape_is_inside_its_picture(make: Callable[[], Recording]) -> None:
    assert_shapes_inside(page_of(make()))


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_no_words_stick_out(make: Callable[[], Recording]) -> None:
    assert_words_inside(page_of(make()))


def test_each_picture_is_there_for_both_widths() -> None:
    page = page_of(simulated())
    assert page.count('<div class="wide">') == page.count('<div class="narrow">') == 7
    assert len(pictures(page)) == 14


def test_titles_and_names_are_escaped() -> None:
    page = page_of(simulated())
    assert TITLE not in page
    assert "&lt;b&gt;&quot;bunny&quot; &amp; co&lt;/b&gt;" in page
    assert "<draw>" not in page
    assert "main: &lt;draw&gt;" in page


def test_what_is_missing_is_said() -> None:
    assert "There are no marks of the GPU" in page_of(simulated(fences=False))
    assert "There are no marks of the GPU" not in page_of(simulated())
    assert "Ticks never drawn" in page_of(simulated())
    assert "Frames: 0. Inputs: 0." in page_of(ALL["empty"]())
    assert "No input reached the screen" in page_of(ALL["empty"]())
    assert "No input reached the screen" not in page_of(ALL["one input"]())


def test_what_held_it_up_is_on_the_page_with_its_evidence() -> None:
    page = page_of(profiled())
    (found,) = re.findall(r'<ol class="found">.*?</ol>', page, re.DOTALL)
    rules = re.findall(r"<li><b>(.*?)</b>", found)
    assert rules[:3] == ["GIL wait", "off the processor", "shader compile"]
    assert "6.00 ms of 40.0 ms, in 1 of 10 frames (10 %): glLinkProgram 6.00 ms." in found
    assert "Not recorded here: GPU time: &lt;none&gt;." in page
    assert "2 x from 0.095 s on: a &lt;slow&gt; copy" in page
    assert '<ol class="found">' not in page_of(simulated())


def test_the_longest_frame_shows_every_track() -> None:
    recording = profiled()
    picture = frame_timeline(recording, join(recording), 80_000_000, 120_000_000, 1080)
    lanes = {
        text.text for text in ElementTree.fromstring(picture.to_svg()).iter("text") if "font-weight" in text.attrib
    }
    assert lanes == {"main", "logic", "OpenGL calls", "GPU time", "driver"}
    assert {"glLinkProgram: 6.00 ms", "frame: 32.0 ms", "gc: 1.00 ms", "Burn: 27.0 ms", "a <slow> copy"} <= {
        tip.strip() for tip in tips(picture)
    }


def tips(picture: Picture) -> list[str]:
    svg = ElementTree.fromstring(picture.to_svg())
    return [title.text or "" for title in svg.iter("title")]


@pytest.mark.parametrize("width", [1080.0, 340.0])
@pytest.mark.parametrize("hitch", [[], [5000.0]], ids=["even", "hitch"])
def test_the_histogram_counts_every_input(width: float, hitch: list[float]) -> None:
    values = np.append(np.random.default_rng(1).gamma(9, 1, 500), hitch)
    words = tips(charts.histogram(values, width))
    assert sum(int(tip.split()[0]) for tip in words) == len(values)
    assert bool(hitch) == ("longer" in words[-1])


def test_a_histogram_of_equal_or_no_times() -> None:
    assert tips(charts.histogram(np.full(7, 4.0), 340)) == ["7 inputs: 3.88 to 4.00 ms"]
    assert tips(charts.histogram(np.zeros(3), 340))[0].startswith("3 inputs")


def test_many_frames_share_bars_and_the_longest_shows() -> None:
    values = np.full(5000, 16.0)
    values[1234] = 40.0
    picture = charts.intervals(values, 1080)
    words = tips(picture)
    assert len(words) <= 360
    assert [tip for tip in words if tip.endswith("40.0 ms")] == ["frames 1231 to 1245, the longest: 40.0 ms"]
    assert "late (over 1.5 x median): 1" in picture.to_svg()


def test_a_timeline_shows_the_way_of_its_input() -> None:
    recording = one_input()
    svg = timeline(recording, join(recording), 0, 1080).to_svg()
    for words in ("INPUT", "UPDATE +0.000 ms", "RENDER +0.000 ms", "GPU +0.000 ms", "PRESENT +0.000 ms"):
        assert f">{words}</text>" in svg
    (line,) = {one.attrib["points"] for one in ElementTree.fromstring(svg).iter("polyline")}
    points = [float(point.split(",")[0]) for point in line.split()]
    assert len(points) == 4
    assert points == sorted(points)
    assert points[3] - points[2] == pytest.approx(2 * (points[1] - points[0]), abs=0.3)


def test_every_shown_input_has_a_timeline() -> None:
    recording = simulated()
    latency: Latency = join(recording)
    rows = np.flatnonzero(latency.inputs.stamps[:, Stage.PRESENT] >= 0)
    assert len(rows) == len(latency.leg_ms(END_TO_END)) > 20
    for row in rows.tolist():
        for width in (1080.0, 340.0):
            ElementTree.fromstring(timeline(recording, latency, row, width).to_svg())


@pytest.mark.parametrize("high", [1e-9, 0.3, 1.0, 7.0, 49.9, 50.0, 1e7])
@pytest.mark.parametrize("most", [1, 4, 10])
def test_axes_have_round_steps(high: float, most: int) -> None:
    values = steps(high, most)
    assert values[0] == 0
    assert 1 <= len(values) <= most + 1
    assert values[-1] <= high * (1 + 1e-6)
    assert len(values) > 1 or most == 1


@pytest.mark.parametrize("high", [0.0, -1.0, math.inf, math.nan])
def test_an_axis_without_a_length(high: float) -> None:
    assert steps(high, 5) == [0.0]


def test_figures_have_three_digits() -> None:
    figures = [milliseconds(value) for value in (0.0, 0.9994, 9.994, 99.94, 1234.5)]
    assert figures == ["0.000", "0.999", "9.99", "99.9", "1234"]
