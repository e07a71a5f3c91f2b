"""A watched device tells of slow calls, sections, GPU time and the driver's remarks; one that is not, costs nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecs_engine.gpu import Buffer, DebugMessage, Device, Program, QuadIndices, Watch, read_capabilities
from ecs_engine.gpu import enums as c
from ecs_engine.testing import FakeGL

VERTEX = "void main() { gl_Position = vec4(gl_VertexID & 1, (gl_VertexID >> 1) & 1, 0.0, 1.0); }"
FRAGMENT = "out vec4 colour; void main() { colour = vec4(1.0); }"
SLOW_NS = 1000


class Clock:
    """Stands still, but for calls that take their time."""

    def __init__(self) -> None:
        self.time = 10_000
        self.looks = 0

    def __call__(self) -> int:
        self.looks += 1
        return self.time


class SlowGL(FakeGL):
    """Linking takes 5 us, and clearing 1 us but for 1 ns."""

    def __init__(self, clock: Clock, **options: Any) -> None:
        super().__init__(size=(64, 64), **options)
        self.clock = clock

    def glLinkProgram(self, program: int) -> None:
        self.clock.time += 5000
        super().glLinkProgram(program)

    def glClear(self, mask: int) -> None:
        self.clock.time += SLOW_NS - 1
        super().glClear(mask)


class Told:
    """A watch, and what it told."""

    def __init__(self, device: Device, clock: Clock) -> None:
        self.sections: list[tuple[Any, ...]] = []
        self.calls: list[tuple[Any, ...]] = []
        self.gpu: list[tuple[Any, ...]] = []
        self.messages: list[DebugMessage] = []
        self.watch = Watch(
            device,
            clock=clock,
            slow_call_ns=SLOW_NS,
            section=lambda *span: self.sections.append(span),
            call=lambda *span: self.calls.append(span),
            gpu=lambda *span: self.gpu.append(span),
            message=self.messages.append,
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_calls_from_the_threshold_on_are_told(clock: Clock) -> None:
    device = Device(SlowGL(clock))
    told = Told(device, clock)
    device.begin_frame()
    device.gl.glClear(c.COLOR_BUFFER_BIT)
    began = clock()
    Program(device, VERTEX, FRAGMENT).delete()
    device.end_frame()
    assert told.calls == [("glLinkProgram", began, began + 5000, 1)]


def test_every_call_is_still_counted(clock: Clock) -> None:
    device = Device(SlowGL(clock, timer_bits=0))
    counts = []
    for watched in (False, True):
        if watched:
            Told(device, clock)
        device.begin_frame()
        device.gl.glClear(c.COLOR_BUFFER_BIT)
        Buffer.from_array(device, np.zeros(4, np.float32)).delete()
        device.end_frame()
        counts.append((device.last_frame.gl_calls, device.last_frame.uploads_bytes))
    assert counts[0] == counts[1]


def test_sections_are_told_on_the_cpu_and_later_on_the_gpu(clock: Clock) -> None:
    gl = SlowGL(clock, fence_latency=1)
    device = Device(gl)
    told = Told(device, clock)
    quads, program = QuadIndices(device), Program(device, VERTEX, FRAGMENT)
    began = clock()
    for _ in range(3):
        device.begin_frame()
        with device.group("frame"):
            with device.group("clear"):
                device.gl.glClear(c.COLOR_BUFFER_BIT)
            with device.group("draws"):
                program.use()
                quads.draw(1)
        device.end_frame()
        gl.end_frame()
    took = SLOW_NS - 1
    assert told.sections[:3] == [
        ("clear", began, began + took, 1),
        ("draws", began + took, began + took, 1),
        ("frame", began, began + took, 1),
    ]
    assert [(name, frame) for name, _, _, frame in told.gpu] == [
        (name, frame) for frame in (1, 2) for name in ("clear", "draws", "frame")
    ]
    clear, draws, frame = (span[1:3] for span in told.gpu[:3])
    assert frame[0] == clear[0] <= clear[1] == draws[0] < draws[1] == frame[1]


def test_where_timestamps_tell_of_the_last_tile_frames_are_told_whole(clock: Clock) -> None:
    gl = SlowGL(clock)
    device = Device(gl, capabilities=replace(read_capabilities(gl), renderer="llvmpipe (LLVM 15)"))
    told = Told(device, clock)
    for gpu_end in (30_000, 70_000, 80_000):
        device.begin_frame()
        with device.group("draws"):
            clock.time += 10_000
        gl.gpu_time_ns += gpu_end - (told.gpu[-1][2] if told.gpu else 10_000)
        device.end_frame()
    device.begin_frame()
    assert [name for name, *_ in told.sections] == ["draws"] * 3
    # From when each was submitted, but not before the one ahead was done.
    assert told.gpu == [("frame", 20_000, 30_000, 1), ("frame", 30_000, 70_000, 2), ("frame", 70_000, 80_000, 3)]


def test_remarks_are_told_without_debug_mode(clock: Clock) -> None:
    gl = SlowGL(clock)
    device = Device(gl)
    assert not device.diagnostics.listening
    told = Told(device, clock)
    assert told.watch.has_messages
    gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "stall")
    assert [(message.type, message.text) for message in told.messages] == [("performance", "stall")]
    told.watch.close()
    gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "again")
    assert len(told.messages) == 1
    device.close()
    gl.assert_no_leaks()


def test_debug_groups_go_on_in_debug_mode(clock: Clock) -> None:
    gl = SlowGL(clock)
    device = Device(gl, debug=True)
    told = Told(device, clock)
    with device.group("shadows"):
        gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "stall")
    assert [message.group for message in told.messages] == ["shadows"]
    assert [name for name, *_ in told.sections] == ["shadows"]


def test_a_poor_driver_tells_less_and_nothing_raises(clock: Clock) -> None:
    gl = SlowGL(clock, version=(3, 3), timer_bits=0, extensions=())
    device = Device(gl)
    told = Told(device, clock)
    assert (told.watch.has_gpu_time, told.watch.has_messages) == (False, False)
    for _ in range(3):
        device.begin_frame()
        with device.group("draws"):
            Program(device, VERTEX, FRAGMENT).delete()
        device.end_frame()
    assert (len(told.sections), len(told.calls), told.gpu, told.messages) == (3, 3, [], [])
    told.watch.close()
    device.close()
    gl.assert_no_leaks()


def test_a_new_context_may_have_debug_output_where_the_old_one_had_none(clock: Clock) -> None:
    device = Device(SlowGL(clock, version=(3, 3), extensions=()))
    told = Told(device, clock)
    assert not told.watch.has_messages
    gl = SlowGL(clock)
    device.recreate(gl)
    assert told.watch.has_messages
    gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "stall")
    assert [message.text for message in told.messages] == ["stall"]
    told.watch.close()


def test_what_is_raised_within_a_section_ends_it(clock: Clock) -> None:
    device = Device(SlowGL(clock))
    told = Told(device, clock)
    with pytest.raises(ValueError, match="here"), device.group("outer"), device.group("inner"):
        raise ValueError("here")
    with device.group("after"):
        pass
    assert [name for name, *_ in told.sections] == ["inner", "outer", "after"]


def test_it_goes_on_with_another_context(clock: Clock) -> None:
    device = Device(SlowGL(clock))
    told = Told(device, clock)
    device.begin_frame()
    device.lose()
    gl = SlowGL(clock)
    device.recreate(gl)
    for _ in range(2):
        device.begin_frame()
        with device.group("draws"):
            Program(device, VERTEX, FRAGMENT).delete()
        device.end_frame()
    gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "stall")
    assert (len(told.calls), len(told.sections), len(told.messages)) == (2, 2, 1)
    assert [name for name, *_ in told.gpu] == ["draws"]


def test_the_clocks_are_compared_once_a_second(clock: Clock) -> None:
    gl = SlowGL(clock)
    device = Device(gl)
    Told(device, clock)
    compared = []
    for _ in range(6):
        gl.forget_commands()
        device.begin_frame()
        device.end_frame()
        compared.append([name for name, _ in gl.commands].count("glGetInteger64v"))
        clock.time += 400_000_000
    assert compared == [0, 0, 0, 1, 0, 0]


def test_nothing_is_left_when_it_is_closed(clock: Clock) -> None:
    device = Device(SlowGL(clock))
    told = Told(device, clock)
    looks = clock.looks
    device.gl.glClear(c.COLOR_BUFFER_BIT)
    assert clock.looks == looks + 2
    told.watch.close()
    looks = clock.looks
    device.begin_frame()
    device.gl.glClear(c.COLOR_BUFFER_BIT)
    Program(device, VERTEX, FRAGMENT).delete()
    with device.group("draws"):
        pass
    device.end_frame()
    assert clock.looks == looks
    assert (told.calls, told.sections) == ([], [])
    assert device.live_resources() == []
