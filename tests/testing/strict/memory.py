"""Defects: memory that the GPU still reads, mappings, and uniforms."""

from __future__ import annotations

import numpy as np

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL

from .parts import (
    ATTRIBUTE,
    BLOCK,
    TINTED,
    ZEROES,
    check_errors,
    defect,
    draw,
    make_buffer,
    make_program,
    make_texture,
    map_persistently,
    point,
    ready,
)


@defect("write to mapped memory in flight", "bytes 0 to 80 of buffer 1 were written while the GPU",
        fence_latency=2)  # fmt: skip
def write_in_flight(fake: FakeGL) -> None:
    memory = map_persistently(fake)
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, 1, 0, 80)
    draw(fake)
    fake.end_frame()
    memory[4] = 1
    fake.end_frame()


@defect("unsynchronized map in flight", "bytes 0 to 64 of buffer 1 are mapped with .*wait for that frame",
        fence_latency=1)  # fmt: skip
def map_in_flight(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    point(fake)
    draw(fake)
    fake.glMapBufferRange(gl.ARRAY_BUFFER, 0, 64, gl.MAP_WRITE_BIT | gl.MAP_UNSYNCHRONIZED_BIT)


@defect("texels changed in flight", "bytes 0 to 64 of buffer 1 were written while the GPU could still read them",
        fence_latency=3)  # fmt: skip
def unpack_in_flight(fake: FakeGL) -> None:
    memory = map_persistently(fake, gl.PIXEL_UNPACK_BUFFER)
    make_texture(fake, data=0)
    memory[7] = 1
    fake.glFinish()


@defect("wait for a fence that was never flushed", "never flushed; pass GL_SYNC_FLUSH_COMMANDS_BIT", fence_latency=1)
def wait_unflushed(fake: FakeGL) -> None:
    fake.glClientWaitSync(fake.glFenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0), 0, 1000)


@defect("other context waits for an unflushed fence", "may wait for ever .*; call glFlush where it was made")
def other_context_waits(fake: FakeGL) -> None:
    fence = fake.glFenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    fake.make_current(fake.make_context())
    fake.glWaitSync(fence, 0, gl.TIMEOUT_IGNORED)


@defect(
    "map without its storage flag",
    "the storage of buffer 1 was made without GL_MAP_READ_BIT; make it with them",
    sets_error=True,
)
def map_against_storage(fake: FakeGL) -> None:
    map_persistently(fake)
    fake.glUnmapBuffer(gl.UNIFORM_BUFFER)
    fake.glMapBufferRange(gl.UNIFORM_BUFFER, 0, 16, gl.MAP_READ_BIT)
    check_errors(fake)


@defect(
    "write without its storage flag",
    "buffer 1 was made without GL_DYNAMIC_STORAGE_BIT; map it to write",
    sets_error=True,
)
def write_against_storage(fake: FakeGL) -> None:
    map_persistently(fake)
    fake.glBufferSubData(gl.UNIFORM_BUFFER, 0, 16, ZEROES)
    check_errors(fake)


@defect(
    "draw from a mapped buffer", "vertex buffer 1 is mapped; unmap it first, or map it persistently", sets_error=True
)
def draw_from_mapped(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake)
    point(fake)
    fake.glMapBufferRange(gl.ARRAY_BUFFER, 0, 64, gl.MAP_WRITE_BIT)
    draw(fake)
    check_errors(fake)


@defect("buffer never written", "vertex buffer 1 was never written to; fill it before the draw")
def buffer_never_written(fake: FakeGL) -> None:
    ready(fake, ATTRIBUTE.format("vec4"))
    make_buffer(fake, data=0)
    point(fake)
    draw(fake)


@defect("null pointer", "data is a null pointer, which a driver would read from; pass an address")
def null_pointer(fake: FakeGL) -> None:
    make_buffer(fake)
    fake.glBufferSubData(gl.ARRAY_BUFFER, 0, 4, 0)


@defect("uniform offset of 256", "offset 16 is no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, 256", sets_error=True)
def offset_of_256(fake: FakeGL) -> None:
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 16, 80)
    check_errors(fake)


@defect(
    "uniform offset of 16",
    "offset 8 is no multiple of UNIFORM_BUFFER_OFFSET_ALIGNMENT, 16",
    limits={"uniform_buffer_offset_alignment": 16},
    sets_error=True,
)
def offset_of_16(fake: FakeGL) -> None:
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 16, 80)
    check_errors(fake)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 8, 80)
    check_errors(fake)


@defect("uniform block without a buffer", "uniform block 'Camera' reads binding 0, which is empty; bind a buffer")
def block_without_buffer(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    draw(fake)


@defect("uniform range too small", "uniform block 'Camera' needs 80 bytes and binding 0 has 64; bind a larger range")
def block_too_small(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 512), 256, 64)
    draw(fake)


@defect("uniform range beyond its buffer", "reads bytes 256 to 336 of buffer 1, which has 300; bind a range within it")
def block_beyond_buffer(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, make_buffer(fake, 300), 256, 80)
    draw(fake)


@defect("NaN in a uniform", "uniform 'tint' is set to NaN; look at what computes it")
def nan_uniform(fake: FakeGL) -> None:
    place = fake.glGetUniformLocation(make_program(fake, fragment=TINTED), "tint")
    fake.glUniform4f(place, 1.0, float("nan"), 0.0, 1.0)


@defect("NaN in a uniform block", "uniform 'view' of block 'Camera' is NaN; look at what computes it")
def nan_in_block(fake: FakeGL) -> None:
    ready(fake, BLOCK)
    record = np.zeros(20, np.float32)
    record[9] = np.nan
    make_buffer(fake, 80, gl.UNIFORM_BUFFER, record.ctypes.data)
    fake.glBindBufferBase(gl.UNIFORM_BUFFER, 0, 1)
    draw(fake)


@defect("NaN in the clear colour", "the clear colour .* is NaN")
def nan_clear(fake: FakeGL) -> None:
    fake.glClearColor(0.0, float("nan"), 0.0, 1.0)
