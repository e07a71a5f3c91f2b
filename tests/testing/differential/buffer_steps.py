"""Random calls on buffers, vertex arrays and fixed state, and draws."""

from __future__ import annotations

from typing import Any

from ecs_engine.gpu import enums as gl

from .calls import Data, Out
from .steps import WRONG, Steps

BUFFER_TARGETS = [
    gl.ARRAY_BUFFER, gl.ELEMENT_ARRAY_BUFFER, gl.UNIFORM_BUFFER, gl.TEXTURE_BUFFER, gl.COPY_READ_BUFFER,
    gl.COPY_WRITE_BUFFER, gl.PIXEL_PACK_BUFFER, gl.PIXEL_UNPACK_BUFFER,
]  # fmt: skip
MAP_FLAGS = [
    gl.MAP_READ_BIT, gl.MAP_WRITE_BIT, gl.MAP_WRITE_BIT | gl.MAP_READ_BIT, 0,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT | gl.MAP_COHERENT_BIT, gl.MAP_READ_BIT | gl.MAP_UNSYNCHRONIZED_BIT,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT, gl.MAP_READ_BIT | gl.MAP_FLUSH_EXPLICIT_BIT, 0x4000,
    gl.MAP_WRITE_BIT | gl.MAP_UNSYNCHRONIZED_BIT, gl.MAP_READ_BIT | gl.MAP_INVALIDATE_BUFFER_BIT,
]  # fmt: skip
STORAGE_FLAGS = [
    gl.DYNAMIC_STORAGE_BIT, 0, gl.MAP_READ_BIT | gl.MAP_WRITE_BIT, 0x8000, gl.MAP_PERSISTENT_BIT,
    gl.MAP_WRITE_BIT | gl.MAP_PERSISTENT_BIT | gl.MAP_COHERENT_BIT, gl.MAP_WRITE_BIT | gl.MAP_COHERENT_BIT,
    gl.MAP_READ_BIT | gl.MAP_PERSISTENT_BIT | gl.DYNAMIC_STORAGE_BIT,
]  # fmt: skip
USAGES = [gl.STATIC_DRAW, gl.STREAM_DRAW, gl.DYNAMIC_DRAW, gl.STATIC_READ, WRONG]
ATTRIBUTE_TYPES = [gl.FLOAT, gl.UNSIGNED_BYTE, gl.INT, gl.HALF_FLOAT, gl.SHORT, WRONG]
CAPABILITIES = [
    gl.BLEND, gl.DEPTH_TEST, gl.SCISSOR_TEST, gl.CULL_FACE, gl.PRIMITIVE_RESTART, gl.FRAMEBUFFER_SRGB, gl.MULTISAMPLE,
    WRONG,
]  # fmt: skip
FACTORS = [gl.ONE, gl.ZERO, gl.SRC_ALPHA, gl.ONE_MINUS_SRC_ALPHA, gl.DST_COLOR, gl.SRC_COLOR, gl.DST_ALPHA, WRONG]
PIXEL_STORES = [gl.UNPACK_ALIGNMENT, gl.PACK_ALIGNMENT, gl.UNPACK_ROW_LENGTH, WRONG]


class BufferSteps(Steps):
    """Buffers, vertex arrays, fixed state, draws."""

    def ready_buffers(self) -> None:
        """Two filled buffers, and valid things done to them."""
        for target in (gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER):
            self.call("glBindBuffer", target, self.generate("buffer"))
            self.call("glBufferData", target, 256, Data(self.pick(0, 512)), gl.DYNAMIC_DRAW)
        self.call("glCopyBufferSubData", gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER, 16, self.pick(0, 20), 64)
        self.call("glBufferSubData", gl.COPY_WRITE_BUFFER, 100, 30, Data(1024))
        self.call("glGetBufferSubData", gl.COPY_WRITE_BUFFER, 0, 256, Out(256))
        self.call("glMapBufferRange", gl.COPY_WRITE_BUFFER, 0, 64, self.pick(*MAP_FLAGS))
        self.call("write", gl.COPY_WRITE_BUFFER)
        if self.chance(0.5):  # beside what is mapped, and within
            start = self.pick(32, 64, 128)
            self.call("glBufferSubData", gl.COPY_WRITE_BUFFER, start, 16, Data())
            self.call("glGetBufferSubData", gl.COPY_WRITE_BUFFER, start, 16, Out(16))
            self.call("glCopyBufferSubData", gl.COPY_READ_BUFFER, gl.COPY_WRITE_BUFFER, 0, start, 16)
        if self.chance(0.8):
            self.call("glUnmapBuffer", gl.COPY_WRITE_BUFFER)

    def target(self) -> Any:
        return self.pick(*BUFFER_TARGETS, *BUFFER_TARGETS[:4], WRONG)

    def bind_buffer(self) -> None:
        self.call("glBindBuffer", self.target(), self.name("buffer"))

    def fill_buffer(self) -> None:
        # Always with data: contents without are undefined.
        if self.chance(0.75):
            self.call("glBufferData", self.target(), self.pick(256, 1024, 100, 0, -1), Data(), self.pick(*USAGES))
        else:
            size = self.pick(256, 512, 512, 0, -4)
            self.call("glBufferStorage", self.target(), size, Data(), self.pick(*STORAGE_FLAGS))

    def write_buffer(self) -> None:
        self.call("glBufferSubData", self.target(), self.pick(0, 16, 200, -1), self.pick(0, 16, 90, -1), Data())

    def read_buffer(self) -> None:
        self.call("glGetBufferSubData", self.target(), self.pick(0, 16, 60, -1), self.pick(16, 90, -1), Out(90))

    def copy_buffer(self) -> None:
        places = (self.pick(0, 16, 60, -1), self.pick(0, 20, 64))
        self.call("glCopyBufferSubData", self.target(), self.target(), *places, self.pick(16, 32, 1000, -1))

    def map_buffer(self) -> None:
        target = self.target()
        where = (self.pick(0, 16, -1), self.pick(16, 64, 0, 2000, -1))
        self.call("glMapBufferRange", target, *where, self.pick(*MAP_FLAGS))
        if self.chance(0.5):
            self.call("write", target)

    def unmap_buffer(self) -> None:
        self.call("glUnmapBuffer", self.target())

    def bind_indexed(self) -> None:
        target, index = self.pick(gl.UNIFORM_BUFFER, gl.UNIFORM_BUFFER, gl.ARRAY_BUFFER), self.pick(0, 1, 500)
        if self.chance(0.5):
            self.call("glBindBufferBase", target, index, self.name("buffer"))
        else:
            offset, size = self.pick(0, 256, 7, -16), self.pick(64, 256, 0, -1)
            self.call("glBindBufferRange", target, index, self.name("buffer"), offset, size)

    # -- vertex arrays -----------------------------------------------------------------------------
    def bind_array(self) -> None:
        self.call("glBindVertexArray", self.name("array"))

    def attribute(self) -> None:
        index, size, stride = self.pick(0, 1, 2, 99), self.pick(1, 2, 4, 4, 5, 0), self.pick(0, 16, 32, -1, 5000)
        kind, offset = self.pick(*ATTRIBUTE_TYPES), self.pick(0, 16)
        match self.pick(0, 1, 2, 3):
            case 0:
                self.call("glVertexAttribPointer", index, size, kind, self.pick(False, True), stride, offset)
            case 1:
                self.call("glVertexAttribIPointer", index, size, kind, stride, offset)
            case 2:
                self.call("glVertexAttribDivisor", index, self.pick(0, 1, 3))
            case 3:
                self.call("glEnableVertexAttribArray", index)

    # -- draws -------------------------------------------------------------------------------------
    def draw(self) -> None:
        mode, count = self.pick(gl.TRIANGLES, gl.TRIANGLE_STRIP, gl.POINTS, WRONG), self.pick(3, 4, 0, -1)
        kind = self.pick(gl.UNSIGNED_BYTE, gl.UNSIGNED_SHORT, gl.UNSIGNED_INT, gl.FLOAT)
        name, *args = self.pick(
            ("glDrawArrays", mode, self.pick(0, 1, -1), count),
            ("glDrawArraysInstanced", mode, 0, count, self.pick(1, 2, 0, -1)),
            ("glDrawElements", mode, count, kind, 0),
            ("glDrawElementsInstanced", mode, count, kind, 0, self.pick(1, 2, 0, -1)),
        )  # fmt: skip
        self.call(name, *args)

    # -- fixed state -------------------------------------------------------------------------------
    def fixed(self) -> None:
        box = (self.pick(0, 2, -2), self.pick(0, 1), self.pick(8, 3, 0, -1), self.pick(8, 2))
        cap = self.pick(*CAPABILITIES)
        name, *args = self.pick(
            ("glEnable", cap), ("glDisable", cap), ("glViewport", *box), ("glScissor", *box),
            ("glBlendFuncSeparate", *(self.pick(*FACTORS) for _ in range(4))),
            ("glBlendEquation", self.pick(gl.FUNC_ADD, gl.FUNC_SUBTRACT, gl.MAX, WRONG)),
            ("glDepthFunc", self.pick(gl.LESS, gl.ALWAYS, WRONG)), ("glDepthMask", self.pick(True, False)),
            ("glCullFace", self.pick(gl.FRONT, gl.BACK, WRONG)), ("glFlush",), ("glFinish",),
        )  # fmt: skip
        self.call(name, *args)

    def pixel_store(self) -> None:
        pname = self.pick(*PIXEL_STORES)
        values = (0, 8) if pname == gl.UNPACK_ROW_LENGTH else (1, 2, 4, 8, 0, 3, -1)
        self.call("glPixelStorei", pname, self.pick(*values))
