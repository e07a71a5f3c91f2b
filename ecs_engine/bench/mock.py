"""What the mocked OpenGL costs: microseconds a call, and milliseconds for a test of a game's system."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter_ns
from typing import Any

import numpy as np

from ecs_engine.bench.timing import measure_calls
from ecs_engine.components import Sprite, Text, Transform2D, Velocity
from ecs_engine.core import System, World, writable
from ecs_engine.gpu import enums as c
from ecs_engine.testing import FakeApp, FakeGL, run_ticks

BUDGET_US = 20.0
"""What a call may cost."""
ONCE = ("glFenceSync", "glClientWaitSync", "glDeleteSync", "glQueryCounter", "glGetQueryObjectui64v")
"""Calls of a frame whose objects are gone by its end: they are not made again."""


class Gravity(System):
    """A user's system, as in docs/testing.md."""

    def process(self, dt: float) -> None:
        for (velocity,) in self.world.select(writable(Velocity)):
            velocity.linear[:, 1] -= 10 * dt


def measure_mock(count: int, ticks: int, headless: bool) -> dict[str, Any]:
    """Medians of ``count`` repetitions; ``ticks`` and ``headless`` change nothing."""
    result: dict[str, Any] = {"name": "mock", "count": count, "budget_us": BUDGET_US}
    result["call_us"] = {name: _microseconds(call, count) for name, call in _calls().items()}
    result["frame"] = _frame(count)
    result["system_test_ms"] = measure_calls(_system_test, count)["wall_ms"]
    result["app_test_ms"] = measure_calls(_app_test, max(count // 20, 5))["wall_ms"]
    over = {name: cost for name, cost in result["call_us"].items() if cost > BUDGET_US}
    result["over_budget"] = over or "none"
    return result


def _calls() -> dict[str, Callable[[], object]]:
    """Calls of every kind, each ready to be made again and again."""
    gl, data = FakeGL(size=(64, 64)), np.zeros(4096, np.uint8)
    address = data.ctypes.data
    (buffer,), (texture,) = gl.glGenBuffers(1), gl.glGenTextures(1)
    gl.glBindBuffer(c.ARRAY_BUFFER, buffer)
    gl.glBufferData(c.ARRAY_BUFFER, len(data), address, c.STREAM_DRAW)
    gl.glBindTexture(c.TEXTURE_2D, texture)
    gl.glTexImage2D(c.TEXTURE_2D, 0, c.RGBA8, 16, 16, 0, c.RGBA, c.UNSIGNED_BYTE, address)

    def mapped() -> None:
        gl.glMapBufferRange(c.ARRAY_BUFFER, 0, 4096, c.MAP_WRITE_BIT)
        gl.glUnmapBuffer(c.ARRAY_BUFFER)

    def fenced() -> None:
        fence = gl.glFenceSync(c.SYNC_GPU_COMMANDS_COMPLETE, 0)
        gl.glClientWaitSync(fence, 0, 0)
        gl.glDeleteSync(fence)

    return {
        "bind a buffer": lambda: gl.glBindBuffer(c.ARRAY_BUFFER, buffer),
        "bind a texture": lambda: gl.glBindTexture(c.TEXTURE_2D, texture),
        "write 4 KB": lambda: gl.glBufferSubData(c.ARRAY_BUFFER, 0, 4096, address),
        "map and unmap": mapped,
        "fence, wait, delete": fenced,
        "write 16 x 16 texels": lambda: gl.glTexSubImage2D(
            c.TEXTURE_2D, 0, 0, 0, 16, 16, c.RGBA, c.UNSIGNED_BYTE, address
        ),
        "clear 64 x 64 pixels": lambda: gl.glClear(c.COLOR_BUFFER_BIT),
        "ask for a number": lambda: gl.glGetIntegerv(c.VIEWPORT),
        "ask for an error": gl.glGetError,
    }


def _microseconds(call: Callable[[], object], count: int) -> float:
    """The best of five rounds, a call: other programs can only make one slower."""
    best = min(_round(call, count) for _ in range(5))
    return round(best / count / 1e3, 2)


def _round(call: Callable[[], object], count: int) -> int:
    began = perf_counter_ns()
    for _ in range(count):
        call()
    return perf_counter_ns() - began


def _frame(count: int) -> dict[str, float]:
    """The calls of a frame of sprites and text, made over and over: microseconds a call, and a draw call's."""
    with FakeApp() as app:
        app.world.create_entities(100, Transform2D(), Velocity(linear=(9, 0)), Sprite(size=(8, 8)))
        app.world.create_entity(Transform2D(), Text("score"))
        for _ in range(4):  # the first frames make the buffers
            app.step()
        gl = app.gl
        calls = [(getattr(gl, name), args) for name, args in gl.frames[-1].commands if name not in ONCE]
        draws = [(call, args) for call, args in calls if call.__name__.startswith("glDraw")]

        def make(which: list[tuple[Any, Any]]) -> Callable[[], None]:
            def run() -> None:
                for call, args in which:
                    call(*args)

            return run

        repeats = max(count // 20, 10)
        return {
            "calls": len(calls),
            "us_a_call": round(_microseconds(make(calls), repeats) / len(calls), 2),
            "us_a_draw": round(_microseconds(make(draws), repeats) / len(draws), 2),
        }


def _system_test() -> None:
    """What a test of one system does, with a world of its own."""
    with World() as world:
        stone = world.create_entity(Velocity(linear=(3, 0)))
        world.add_processor(Gravity())
        run_ticks(world, 30, 1 / 60)
        assert world.component_for_entity(stone, Velocity).linear.y < -4.9


def _app_test() -> None:
    """What a test of a whole game does: made, stepped, closed."""
    with FakeApp() as app:
        app.world.create_entity(Transform2D(), Sprite(size=(8, 8)))
        app.step(2)
    app.world.close()
