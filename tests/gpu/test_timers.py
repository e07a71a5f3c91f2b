"""GPU spans nest, come back without a wait, and are told on the CPU's clock."""

from __future__ import annotations

import time

import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Device, GpuSpan, GpuTimer, Program, QuadIndices
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder

VERTEX = "void main() { gl_Position = vec4(gl_VertexID & 1, (gl_VertexID >> 1) & 1, 0.0, 1.0); }"
FRAGMENT = "out vec4 colour; void main() { colour = vec4(1.0); }"


def test_spans_lie_within_each_other_on_the_cpus_clock(device: Device) -> None:
    quads, program = QuadIndices(device), Program(device, VERTEX, FRAGMENT)
    before = time.monotonic_ns()
    timer = GpuTimer(device)
    assert timer.available
    device.begin_frame()
    with timer.span("frame"):
        program.use()
        with timer.span("first"):
            quads.draw(10)
        with timer.span("second"):
            quads.draw(10)
    device.end_frame()
    device.gl.glFinish()
    first, second, frame = timer.results()
    after = time.monotonic_ns()
    assert [(span.name, span.depth, span.frame) for span in (first, second, frame)] == [
        ("first", 1, device.frame_index),
        ("second", 1, device.frame_index),
        ("frame", 0, device.frame_index),
    ]
    assert frame.start_ns <= first.start_ns <= first.end_ns <= second.start_ns <= second.end_ns <= frame.end_ns
    slack = 50_000_000  # the clocks are compared once, with the scheduler in between
    assert before - slack <= frame.start_ns <= frame.end_ns <= after + slack
    assert timer.results() == []
    timer.delete()


def test_results_come_when_they_are_there_and_nothing_waits() -> None:
    gl = FakeGL(size=(64, 64), fence_latency=2)
    device = Device(gl)
    timer = GpuTimer(device, clock=lambda: 1_000_000)
    quads, program = QuadIndices(device), Program(device, VERTEX, FRAGMENT)
    seen: list[list[GpuSpan]] = []
    for _ in range(4):
        device.begin_frame()
        with timer.span("draw"):
            program.use()
            quads.draw(1)
        seen.append(timer.results())
        device.end_frame()
        gl.end_frame()
    assert seen == [
        [],
        [],
        [GpuSpan("draw", 1, 0, 1_000_000, 1_001_000)],
        [GpuSpan("draw", 2, 0, 1_001_000, 1_002_000)],
    ]
    assert all(frame.stalls == 0 for frame in gl.frames)
    device.close()
    gl.assert_no_leaks()


def test_spans_that_find_no_query_are_counted(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    timer = GpuTimer(device, spans=2)
    with timer.span("a"), timer.span("b"), timer.span("c"), timer.span("d"):
        pass
    assert timer.dropped == 2
    assert [span.name for span in timer.results()] == ["b", "a"]
    with timer.span("e"):
        pass
    assert [span.name for span in timer.results()] == ["e"]
    device.close()


def test_a_driver_without_a_clock_gives_no_results() -> None:
    gl = FakeGL(timer_bits=0, size=(64, 64))
    device = Device(Recorder(gl).gl)
    timer = GpuTimer(device)
    assert not timer.available
    gl.forget_commands()
    with timer.span("frame"):
        pass
    timer.calibrate()
    assert timer.results() == []
    assert gl.commands == []


def test_a_counter_that_starts_over_does_no_harm() -> None:
    gl = FakeGL(timer_bits=32, size=(64, 64))
    gl.gpu_time_ns = (1 << 32) - 500
    device = Device(gl)
    timer = GpuTimer(device, clock=lambda: 7_000)
    timer.begin("frame")
    gl.gpu_time_ns = 1_500
    timer.end()
    assert timer.results() == [GpuSpan("frame", 0, 0, 7_000, 9_000)]


def test_what_was_before_the_comparison_is_told_too() -> None:
    gl = FakeGL(size=(64, 64))
    gl.gpu_time_ns = 1_000
    timer = GpuTimer(Device(gl), clock=lambda: 50_000)
    with timer.span("early"):
        pass
    gl.gpu_time_ns = 11_000
    timer.calibrate()
    assert timer.results() == [GpuSpan("early", 0, 0, 40_000, 40_000)]


def test_what_is_raised_within_a_span_ends_it(device: Device) -> None:
    timer = GpuTimer(device)

    def fail() -> None:
        with timer.span("frame"):
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    device.gl.glFinish()
    assert [span.name for span in timer.results()] == ["frame"]


def test_bad_input(device: Device) -> None:
    with pytest.raises(GLError, match="at least one span"):
        GpuTimer(device, spans=0)
    timer = GpuTimer(device)
    with pytest.raises(GLError, match="call begin first"):
        timer.end()
    timer.delete()
    with pytest.raises(GLError, match="after it was deleted"):
        timer.begin("frame")
