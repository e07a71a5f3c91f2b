"""The engine's own renderer with one line broken at a time: strict FakeGL finds each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from ecs_engine import Camera2D, Sprite, System, Transform2D, Velocity
from ecs_engine.core.errors import GLError
from ecs_engine.frame.snapshot import View
from ecs_engine.gpu import enums, quads, ring, stream, uniforms
from ecs_engine.gpu.capabilities import Capabilities
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.fences import FrameFences
from ecs_engine.gpu.resource import Kind
from ecs_engine.gpu.state import State
from ecs_engine.gpu.texture import TextureArray
from ecs_engine.testing import FakeGL, FakeGLError
from ecs_engine.testing.app import FakeApp

Patch = pytest.MonkeyPatch
OLD = {"version": (3, 3), "extensions": ()}


def play(gl: FakeGL) -> None:
    """A small game of moving sprites and two cameras, and what the fixture `app` checks at its end."""
    with FakeApp(gl) as app:
        for shade in (50, 100, 150):  # a page each, and one more that nothing is put on
            app.pictures.add(np.full((200, 200, 4), shade, np.uint8))
        app.world.create_entities(50, Transform2D(), Velocity(linear=(60, 0)), Sprite(size=(8, 8)))
        for left in (0.0, 0.5):
            app.world.create_entity(Transform2D(), Camera2D(viewport=(left, 0, 0.5, 1)))
        for frame in range(10):
            app.step()
            gl.assert_no_error()
            if frame > 2:
                gl.assert_no_redundant_calls()
    app.world.close()
    gl.assert_no_leaks()


def nothing(*_: Any, **__: Any) -> None:
    """In the place of a method that does something."""


# -- the mutations ----------------------------------------------------------------------------------
def fences_are_not_waited_for(patch: Patch) -> None:
    """With three regions and a frame for each, a GPU that is three frames behind is just done."""
    patch.setattr(ring, "REGIONS", 2)
    patch.setattr(FrameFences, "wait", nothing)


def frames_are_thought_done(patch: Patch) -> None:
    def bind(self: stream.StreamBuffer, unit: int, write: int | None = None) -> None:
        region = self._regions[self._current - (write not in (None, self.writes))]
        self.device.state.bind_texture(unit, enums.TEXTURE_BUFFER, region.texture)

    patch.setattr(ring, "REGIONS", 2)
    patch.setattr(stream.StreamBuffer, "bind", bind)
    patch.setattr(stream.StreamBuffer, "_advance", lambda self: setattr(self, "_current", (self._current + 1) % 2))


def too_many_quads_are_drawn(patch: Patch) -> None:
    right = quads.QuadIndices.draw
    patch.setattr(quads.QuadIndices, "draw", lambda self, count, first=0: right(self, count + 2000, first))


def indices_do_not_grow(patch: Patch) -> None:
    too_many_quads_are_drawn(patch)
    patch.setattr(quads.QuadIndices, "reserve", nothing)


def indices_stay_empty(patch: Patch) -> None:
    patch.setattr(quads._Indices, "upload", nothing)


def slots_are_aligned_to_16(patch: Patch) -> None:
    patch.setattr(Capabilities, "uniform_offset_alignment", 16, raising=False)
    right = uniforms.UniformBuffer.__init__

    def init(self: Any, device: Device, *args: Any, **options: Any) -> None:
        right(self, device, *args, **options)
        self.stride = self.dtype.itemsize

    patch.setattr(uniforms.UniformBuffer, "__init__", init)


def uniforms_are_not_bound(patch: Patch) -> None:
    patch.setattr(uniforms.UniformBuffer, "bind", nothing)


def half_the_block_is_bound(patch: Patch) -> None:
    right = State.bind_uniform_buffer
    patch.setattr(State, "bind_uniform_buffer", lambda self, binding, buffer, offset, size: right(
        self, binding, buffer, offset, size // 2))  # fmt: skip


def pages_are_not_bound(patch: Patch) -> None:
    patch.setattr(TextureArray, "bind", nothing)


def the_order_is_streamed_as_floats(patch: Patch) -> None:
    patch.setitem(stream._FORMATS, (np.dtype(np.uint32), 1), enums.R32F)


def pages_are_not_cleared(patch: Patch) -> None:
    patch.setattr(TextureArray, "_clear", nothing)


def cameras_show_nan(patch: Patch) -> None:
    patch.setattr(View, "at", lambda self, alpha: np.full((4, 4), np.nan, np.float32))


def the_vertex_array_is_not_bound(patch: Patch) -> None:
    patch.setattr(State, "bind_vertex_array", nothing)


def the_program_is_used_again_and_again(patch: Patch) -> None:
    patch.setattr(State, "use_program", lambda self, program: self._gl.glUseProgram(program))


def textures_are_not_deleted(patch: Patch) -> None:
    right = Device.delete_names
    patch.setattr(Device, "delete_names", lambda self, names: right(
        self, [(kind, name) for kind, name in names if kind is not Kind.TEXTURE]))  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    break_it: Callable[[Patch], None]
    words: str
    options: dict[str, Any] = field(default_factory=dict)


MUTATIONS = [
    Mutation(fences_are_not_waited_for, "were written while the GPU could still read them", {"fence_latency": 3}),
    Mutation(fences_are_not_waited_for, "mapped with GL_MAP_UNSYNCHRONIZED_BIT while", {"fence_latency": 3, **OLD}),
    Mutation(frames_are_thought_done, "were written while the GPU could still read them", {"fence_latency": 3}),
    Mutation(too_many_quads_are_drawn, "sampler 'order_rows' is read up to texel"),
    Mutation(indices_do_not_grow, "the indices end at byte"),
    Mutation(indices_stay_empty, "element buffer .* was never written to"),
    Mutation(slots_are_aligned_to_16, "no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, 256"),
    Mutation(uniforms_are_not_bound, "uniform block 'View' reads binding 0, which is empty"),
    Mutation(half_the_block_is_bound, "uniform block 'View' needs"),
    Mutation(pages_are_not_bound, "sampler 'pages' .* where nothing is bound"),
    Mutation(the_order_is_streamed_as_floats, "'order_rows' gives uints and texture .* holds floats"),
    Mutation(pages_are_not_cleared, "texture .* was never written to"),
    Mutation(cameras_show_nan, "of block 'View' is NaN"),
    Mutation(the_vertex_array_is_not_bound, "belongs to a vertex array, and none is bound"),
    Mutation(the_program_is_used_again_and_again, "set what was set already: glUseProgram"),
    Mutation(textures_are_not_deleted, r"GL objects were never deleted: texture \d+ \("),
]


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.break_it.__name__)
def test_the_broken_renderer_is_found(mutation: Mutation, monkeypatch: Patch) -> None:
    mutation.break_it(monkeypatch)
    with pytest.raises((FakeGLError, GLError), match=mutation.words):
        play(FakeGL(**mutation.options))


@pytest.mark.parametrize("options", [{}, {"fence_latency": 3}, {"fence_latency": 3, **OLD}])
def test_the_right_one_is_not(options: dict[str, Any]) -> None:
    play(FakeGL(**options))


def test_a_system_that_calls_opengl_is_found() -> None:
    class Meddler(System):
        def process(self, dt: float) -> None:
            app.device.gl.glFlush()

    with FakeApp() as app:
        app.add_system(Meddler())
        with pytest.raises(
            FakeGLError, match=r"glFlush was called on thread .*; GL is called on the context thread only"
        ):
            app.run(ticks=5)
