"""The latency benchmark: what it needs, what it counts, and a short round of the real thing."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from ecs_engine import Key, cli
from ecs_engine.bench import latency, latency_case
from ecs_engine.bench.report import DEFAULT_COUNTS, OTHERS, show
from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import KeyEvent, TextEvent
from ecs_engine.core.keys import Action
from ecs_engine.trace import EventKind, Stage, Tracer
from ecs_engine.trace.latency import Latency, join


def test_it_is_on_the_list() -> None:
    assert OTHERS["latency"] is latency.measure_latency
    assert DEFAULT_COUNTS["latency"] >= 1000


def test_without_an_x_server_it_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    result = CliRunner().invoke(cli.main, ["bench", "latency"])
    assert result.exit_code == 1
    assert "xvfb-run -a ecs-engine bench latency" in " ".join(result.output.split())


def test_without_python_xlib_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":99")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EngineError, match=r"python-xlib.*ecs-engine\[dev\]"):
        latency.measure_latency(10, 1, False)


def test_a_server_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":4242")  # nobody listens there
    with pytest.raises(EngineError, match=r"DISPLAY names one that does not answer .*xvfb-run"):
        latency.measure_latency(10, 1, False)


def traced_keys(count: int) -> Latency:
    """Key events that arrive at 1000, 2000 ... ns and are shown at once, with a text event beside each."""
    tracer = Tracer(garbage=False, clock=iter(range(10_000, 10_000_000, 10)).__next__)
    tracer._since = 0
    for tick in range(1, count + 1):
        tracer.input([KeyEvent(Key.A, Action.PRESS, time_ns=1000 * tick), TextEvent("a", time_ns=1000 * tick)], tick)
        for stage in (Stage.UPDATE, Stage.RENDER, Stage.PRESENT):
            tracer.mark(stage, tick, tick)
    return join(tracer.recording())


def test_time_counts_from_the_injection() -> None:
    followed = traced_keys(3)
    total, queued = latency_case.since_injection(followed, [400, 1500, 2600])
    assert queued.tolist() == pytest.approx([600e-6, 500e-6, 400e-6])
    keys = followed.inputs.kind == EventKind.KEY
    assert total.tolist() == pytest.approx((followed.inputs.stamps[keys, Stage.PRESENT] - [400, 1500, 2600]) * 1e-6)


def test_a_key_that_got_lost_is_no_figure() -> None:
    followed = traced_keys(3)
    with pytest.raises(EngineError, match="4 key events were injected, 3 arrived and 3 were shown"):
        latency_case.since_injection(followed, [1, 2, 3, 4])
    stamps = np.where(np.arange(6)[:, None] < 4, followed.inputs.stamps, -1)
    unseen = replace(followed, inputs=replace(followed.inputs, stamps=stamps))
    with pytest.raises(EngineError, match="3 arrived and 2 were shown"):
        latency_case.since_injection(unseen, [1, 2, 3])


@pytest.mark.x11
def test_a_short_round(capsys: pytest.CaptureFixture[str]) -> None:
    result = latency.measure_latency(12, 1, False)
    cases: list[dict[str, Any]] = result["cases"]
    assert [(case["driver"], case["count"], case["mode"]) for case in cases] == [
        (driver, count, mode)
        for driver, count in (("llvmpipe", 1000), ("noop", 10_000))
        for mode in ("uncapped", "120 Hz", "120 Hz, interpolated")
    ]
    for case in cases:
        assert case["driver"] in case["renderer"].lower()
        assert case["inputs"] == 12
        assert 0 < case["p50"] <= case["p95"] <= case["p99"] <= case["max"]
        assert case["legs"]["INPUT to PRESENT"]["max"] < case["max"]
        assert all(leg["count"] == 12 for leg in case["legs"].values())
    assert "returned" in result["present"]
    show(result)
    said = capsys.readouterr().out
    assert "injected to INPUT" in said
    assert "NOOP" in said


@pytest.mark.x11
def test_another_renderer_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(latency.ENVIRONMENTS, "noop", latency.ENVIRONMENTS["llvmpipe"])
    with pytest.raises(EngineError, match=r"noop, uncapped: .* about the driver noop, but .*'llvmpipe"):
        latency._run(latency.NOOP | latency.UNCAPPED | {"inputs": 1})
