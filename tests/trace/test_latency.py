"""The join, against runs that know what it should find."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest

from ecs_engine.trace.latency import END_TO_END, LEGS, MISSING, Latency, Percentiles, join
from ecs_engine.trace.recording import Mark, Recording, ThreadRecord
from ecs_engine.trace.stages import EventKind, Stage
from tests.trace.simulation import Simulation, Way

EMPTY = np.empty((0, 4), np.int64)


def recording(*marks: tuple[int, int, int, int], begin: int = 0, overwritten: int = 0) -> Recording:
    array = np.array(marks, np.int64).reshape(-1, 4)
    return Recording((ThreadRecord("main", 1, array, EMPTY, overwritten),), ("other",), EMPTY, begin, 10**9)


def key(time: int, tick: int) -> tuple[int, int, int, int]:
    return time, Stage.INPUT, EventKind.KEY, tick


def tick(time: int, number: int) -> tuple[int, int, int, int]:
    return time, Stage.UPDATE, number, number


def frame(
    number: int, tick: int, render: int, present: int | None = None, gpu: int | None = None
) -> Iterable[tuple[int, int, int, int]]:
    yield render, Stage.RENDER, number, tick
    if gpu is not None:
        yield gpu, Stage.GPU, number, 0
    if present is not None:
        yield present, Stage.PRESENT, number, 0


def found(latency: Latency) -> list[tuple[int, int, int, int, list[int]]]:
    numbers = [*latency.frames.number.tolist(), MISSING]  # row MISSING is the last
    inputs = latency.inputs
    return sorted(
        (stamps[Stage.INPUT], kind, tick_, numbers[row], stamps)
        for stamps, kind, tick_, row in zip(
            inputs.stamps.tolist(), inputs.kind.tolist(), inputs.tick.tolist(), inputs.row.tolist(), strict=True
        )
    )


def expected(ways: Iterable[Way]) -> list[tuple[int, int, int, int, list[int]]]:
    return sorted((way.arrival, way.kind, way.tick, way.frame, way.stamps()) for way in ways)


@pytest.mark.parametrize("seed", range(60))
def test_random_runs(seed: int) -> None:
    run = Simulation(seed, fences=seed % 5 != 0).run(600)
    latency = join(run.recording())
    assert len(run.ways) > 50
    assert found(latency) == expected(run.ways)
    assert latency.left_out == 0
    assert latency.went_back == 0
    presented = [one for one in run.frames if one.present != MISSING]
    trailing = [one for one in run.frames if one.number > presented[-1].number]
    assert latency.frames.number.tolist() == [one.number for one in presented + trailing]
    assert latency.frames.tick.tolist() == [one.tick for one in presented + trailing]
    assert latency.frames.never_presented == len(run.frames) - len(presented) - len(trailing)
    first_inputs = {
        one.number: min((way.arrival for way in run.ways if way.frame == one.number), default=MISSING)
        for one in run.frames
    }
    assert latency.frames.stamps[:, Stage.INPUT].tolist() == [first_inputs[one.number] for one in presented + trailing]
    shown = {one.tick for one in presented + trailing}
    missed = {one for one in run.published if min(shown) < one < max(shown)} - shown
    assert latency.ticks_not_shown == len(missed)


def test_the_runs_hold_every_case() -> None:
    runs = [Simulation(seed).run(600) for seed in range(60)]
    ways = [way for run in runs for way in run.ways]
    assert any(way.update == MISSING for way in ways), "a tick that failed"
    assert any(way.frame == MISSING for way in ways), "an input that no frame shows yet"
    assert any(way.frame != MISSING and way.present == MISSING for way in ways), "a last frame not presented yet"
    assert any(way.gpu > way.present != MISSING for way in ways), "a fence seen after the swap"
    assert any(run.recording() and join(run.recording()).frames.never_presented for run in runs)
    assert any(join(run.recording()).ticks_not_shown for run in runs)


@pytest.mark.parametrize("seed", range(60))
def test_full_rings_leave_inputs_out_and_never_tell_a_wrong_time(seed: int) -> None:
    run = Simulation(seed, capacity=20 + 5 * (seed % 20)).run(600)
    record = run.recording()
    latency = join(record)
    assert any(thread.marks_overwritten for thread in record.threads)
    truth = [way for way in run.ways if way.arrival >= record.horizon_ns]
    assert found(latency) == expected(truth)
    kept = sum(int(np.count_nonzero(thread.marks[:, Mark.STAGE] == Stage.INPUT)) for thread in record.threads)
    assert latency.left_out == kept - len(truth)


def test_without_the_horizon_full_rings_would_tell_wrong_times() -> None:
    wrong = 0
    for seed in range(60):
        run = Simulation(seed, capacity=20 + 5 * (seed % 20)).run(600)
        record = run.recording()
        blind = replace(record, threads=tuple(replace(thread, marks_overwritten=0) for thread in record.threads))
        truth = {way.arrival: way.stamps() for way in run.ways}
        wrong += any(stamps[3:] != truth[stamps[0]][3:] for *_, stamps in found(join(blind)))
    assert wrong > 10


def test_one_input_all_the_way() -> None:
    latency = join(recording(key(100, 1), tick(300, 1), *frame(7, 1, 400, 900, 800)))
    assert latency.inputs.stamps.tolist() == [[100, 300, 400, 800, 900]]
    legs = [latency.leg_ms(leg).tolist() for leg in (*LEGS, END_TO_END)]
    assert legs == [[pytest.approx(ns * 1e-6)] for ns in (200, 100, 400, 500, 800)]


def test_a_tick_that_was_never_drawn_is_shown_by_the_next() -> None:
    latency = join(recording(key(100, 1), tick(200, 1), key(250, 2), tick(300, 2), *frame(1, 2, 400, 500)))
    assert latency.inputs.stamps[:, Stage.PRESENT].tolist() == [500, 500]
    assert latency.inputs.stamps[:, Stage.UPDATE].tolist() == [200, 300]
    assert latency.frames.stamps[0, Stage.INPUT] == 100


def test_a_frame_that_repeats_a_tick_shows_nothing_first() -> None:
    latency = join(recording(key(100, 1), tick(200, 1), *frame(1, 1, 300, 400), *frame(2, 1, 500, 600)))
    assert latency.inputs.stamps[0, Stage.PRESENT] == 400
    assert latency.frames.fresh.tolist() == [True, False]
    assert latency.frames.stamps[:, Stage.INPUT].tolist() == [100, MISSING]


def test_without_fences_only_the_gpu_is_missing() -> None:
    latency = join(recording(key(100, 1), tick(200, 1), *frame(1, 1, 300, 400)))
    assert latency.leg_ms((Stage.RENDER, Stage.GPU)).size == 0
    assert latency.leg_ms(END_TO_END).size == 1


def test_a_fence_seen_before_the_stamp_of_render_took_no_time() -> None:
    latency = join(recording(key(100, 1), tick(200, 1), *frame(1, 1, 300, 400, 290)))
    assert latency.leg_ms((Stage.RENDER, Stage.GPU)).tolist() == [0.0]
    assert latency.went_back == 0


def test_a_clock_that_jumps_back_is_counted_and_no_figure_holds_it() -> None:
    marks = [key(100, 1), tick(200, 1), *frame(1, 1, 300, 400)]
    marks += [key(5000, 2), tick(600, 2), *frame(2, 2, 700, 800)]
    latency = join(recording(*marks))
    assert latency.leg_ms(END_TO_END).tolist() == [pytest.approx(300e-6)]
    assert latency.leg_ms((Stage.INPUT, Stage.UPDATE)).tolist() == [pytest.approx(100e-6)]
    assert latency.went_back == 2


def test_marks_before_the_beginning_do_not_count() -> None:
    marks = [key(100, 1), tick(200, 1), *frame(1, 1, 300, 400), key(500, 2), tick(600, 2), *frame(2, 2, 700, 900)]
    latency = join(recording(*marks, begin=450))
    assert latency.left_out == 1
    assert latency.leg_ms(END_TO_END).tolist() == [pytest.approx(400e-6)]
    assert latency.frames.number.tolist() == [2]


def test_only_one_kind() -> None:
    scroll = (150, Stage.INPUT, EventKind.SCROLL, 1)
    latency = join(recording(key(100, 1), scroll, tick(200, 1), *frame(1, 1, 300, 400)))
    assert latency.leg_ms(END_TO_END, EventKind.SCROLL).tolist() == [pytest.approx(250e-6)]
    assert latency.leg_ms(END_TO_END).size == 2
    assert latency.leg_ms(END_TO_END, EventKind.TEXT).size == 0


def test_a_stage_marked_twice_counts_once() -> None:
    marks = [key(100, 1), tick(200, 1), tick(250, 1), *frame(1, 1, 300, 400), *frame(1, 1, 310, 410)]
    assert join(recording(*marks)).inputs.stamps.tolist() == [[100, 200, 300, MISSING, 400]]


@pytest.mark.parametrize("overwritten", [0, 5])
def test_nothing_recorded(overwritten: int) -> None:
    latency = join(recording(overwritten=overwritten))
    assert latency.inputs.stamps.shape == (0, len(Stage))
    assert latency.frames.intervals_ms().size == 0
    assert latency.ticks_not_shown == 0
    assert join(Recording((), ("other",), EMPTY, 0, 1)).left_out == 0


def test_intervals_leave_frames_out_that_were_never_presented() -> None:
    marks = [*frame(1, 1, 100, 200), *frame(2, 1, 300), *frame(3, 2, 400, 2_000_200)]
    frames = join(recording(*marks)).frames
    assert frames.intervals_ms().tolist() == [2.0]
    assert frames.never_presented == 1


def test_percentiles() -> None:
    spread = Percentiles.of(np.arange(101, dtype=np.float64))
    assert (spread.count, spread.p50, spread.p95, spread.p99, spread.max) == (101, 50.0, 95.0, 99.0, 100.0)
    assert Percentiles.of(np.empty(0)) == Percentiles(0, 0.0, 0.0, 0.0, 0.0)
    assert not math.isnan(Percentiles.of(np.array([3.0])).p99)
