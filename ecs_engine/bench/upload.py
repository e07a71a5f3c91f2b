"""How fast data reaches the GPU, in how many calls, and whether the CPU stands still for it: every strategy beside the
others, for columns, uniform blocks and textures."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import perf_counter_ns
from typing import Any, NamedTuple, Protocol

import numpy as np

from ecs_engine.display import load_gl, open_window
from ecs_engine.gpu import (
    Device,
    Framebuffer,
    Program,
    QuadIndices,
    StreamBuffer,
    TextureArray,
    TextureUploader,
    UniformBuffer,
)
from ecs_engine.gpu.ring import Strategy
from ecs_engine.pacing.deadlines import DeadlineTicker
from ecs_engine.trace.samples import Samples

STRATEGIES: tuple[Strategy, ...] = ("persistent", "map", "orphan")
ROW_BYTES = 16
SLOTS = 64
PAGE = 2048
CANVAS = 64
WARM_UP = 10
FRAME_NS = 1_000_000_000 // 240
"""Frames come as on a fast screen: without a pace the CPU would run ahead, and then wait, whatever the strategy."""
MOST_CALLS = 4
"""OpenGL calls that a stream may take in a frame, whatever its size."""

_VERTEX = "void main() { gl_Position = vec4(gl_VertexID & 1, (gl_VertexID >> 1) & 1, 0.0, 1.0); }"
_FRAGMENT = "%s\nout vec4 colour;\nvoid main() { colour = %s; }"
_READERS = {
    "column": ("uniform samplerBuffer data;", "texelFetch(data, int(gl_FragCoord.x))"),
    "block": ("layout(std140) uniform Block { mat4 matrix; vec4 other[12]; };", "matrix[0] + other[3]"),
    "texture": ("uniform sampler2DArray data;", "texelFetch(data, ivec3(gl_FragCoord.xy, 0), 0)"),
}
_BLOCK = np.dtype([("matrix", np.float32, (4, 4)), ("other", np.float32, (12, 4))])


class _Stream(Protocol):
    """Something that is written once a frame and then read by a draw."""

    reader: str

    def write(self) -> int: ...
    def delete(self) -> None: ...


class _Column:
    reader = "column"

    def __init__(self, device: Device, strategy: Strategy, nbytes: int) -> None:
        self._stream = StreamBuffer(device, np.float32, 4, rows=nbytes // ROW_BYTES, strategy=strategy, label="column")
        self._rows = np.ones((min(nbytes // ROW_BYTES, self._stream.max_rows), 4), np.float32)

    def write(self) -> int:
        self._stream.write(self._rows)
        self._stream.bind(0)
        return self._rows.nbytes

    def delete(self) -> None:
        self._stream.delete()


class _Blocks:
    reader = "block"

    def __init__(self, device: Device, strategy: Strategy, _nbytes: int) -> None:
        self._blocks = UniformBuffer(device, _BLOCK, slots=SLOTS, strategy=strategy, label="blocks")

    def write(self) -> int:
        self._blocks.upload()
        self._blocks.bind(0)
        return SLOTS * self._blocks.stride

    def delete(self) -> None:
        self._blocks.delete()


class _Pictures:
    reader = "texture"

    def __init__(self, device: Device, strategy: Strategy, nbytes: int) -> None:
        side = min(PAGE, device.capabilities.max_texture_size)
        self._texture = TextureArray(device, side, side, 1, label="pictures")
        self._uploader = TextureUploader(device, nbytes, strategy=strategy)
        self._pixels = np.full((side, side, 4), 255, np.uint8)

    def write(self) -> int:
        if not self._uploader.pending_bytes:
            self._uploader.submit(self._texture, 0, 0, 0, self._pixels)
        sent = self._uploader.pump()
        self._texture.bind(0)
        return sent

    def delete(self) -> None:
        self._uploader.delete()
        self._texture.delete()


class _Case(NamedTuple):
    name: str
    make: Callable[[Device, Strategy, int], _Stream]
    nbytes: int


def measure_upload(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Each strategy for ``ticks`` frames: columns of ``count`` rows and of ten times as many, 64 uniform blocks, and
    textures by a budget of ``count`` rows. Every frame draws from what was written."""
    small, large = count * ROW_BYTES, 10 * count * ROW_BYTES
    cases = (
        _Case(f"column {small / 1e6:g} MB", _Column, small),
        _Case(f"column {large / 1e6:g} MB", _Column, large),
        _Case("uniform blocks", _Blocks, 0),
        _Case(f"texture {max(small, 4096) / 1e6:g} MB", _Pictures, max(small, 4096)),
    )
    window = open_window(
        "bench upload",
        (CANVAS, CANVAS),
        headless=headless,
        vsync=False,
        resizable=False,
        fullscreen=False,
        debug=False,
    )
    try:
        window.make_current()
        device = Device(load_gl())
        result: dict[str, Any] = {
            "name": "upload",
            "count": count,
            "frames_each": ticks,
            "renderer": device.capabilities.renderer,
            "noop": device.capabilities.is_noop,
        }
        try:
            for case in cases:
                for strategy in STRATEGIES:
                    if strategy == "persistent" and not device.capabilities.buffer_storage:
                        continue
                    if strategy == "map" and case.make is _Pictures:
                        continue  # pictures are orphaned instead: it takes a call less
                    result[f"{case.name}, {strategy}"] = _measure(device, window.swap, case, strategy, ticks)
        finally:
            device.close()
    finally:
        window.close()
    figures = [value for value in result.values() if isinstance(value, dict)]
    frames = ticks * len(figures)
    result["waiting_frames_percent"] = round(100 * sum(value["waits"] for value in figures) / max(frames, 1), 4)
    result["most_gl_calls"] = max(value["gl_calls"] for value in figures)
    result["most_gl_calls_wanted"] = MOST_CALLS
    return result


def _measure(device: Device, swap: Callable[[], None], case: _Case, strategy: Strategy, ticks: int) -> dict[str, Any]:
    stream = case.make(device, strategy, case.nbytes)
    declaration, value = _READERS[stream.reader]
    program = Program(device, _VERTEX, _FRAGMENT % (declaration, value), samplers={"data": 0}, blocks={"Block": 0})
    quads, canvas = QuadIndices(device), Framebuffer(device, CANVAS, CANVAS)
    times, calls = Samples(), Samples()
    sent = waits = total_ns = 0
    ticker = DeadlineTicker(FRAME_NS, threading.Event())
    for frame in range(WARM_UP + ticks):
        ticker.wait()
        device.begin_frame()
        began, calls_before = perf_counter_ns(), device.stats.gl_calls
        nbytes = stream.write()
        took, made = perf_counter_ns() - began, device.stats.gl_calls - calls_before
        canvas.bind()
        program.use()
        quads.draw(1)
        device.end_frame()
        swap()
        if frame >= WARM_UP:
            times.add(took * 1e-6)
            total_ns += took
            sent += nbytes
            calls.add(made)
            waits += device.last_frame.fence_waits > 0
    for part in (stream, program, quads, canvas):
        part.delete()
    return {
        "mb_per_s": round(sent / max(total_ns, 1) * 1e3),
        "p50_ms": round(times.percentile(50), 4),
        "p99_ms": round(times.percentile(99), 4),
        "gl_calls": round(calls.percentile(50)),
        "gl_calls_max": round(calls.percentile(100)),  # looking at a fence and deleting it takes two more
        "waits": waits,
    }
