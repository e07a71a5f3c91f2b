"""glGetError, glGetIntegerv, glGetString."""

from __future__ import annotations

from collections.abc import Callable

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import NO_VALUE, command, invalid_enum, invalid_value
from ecs_engine.testing.fake_gl.fixed import CAPABILITIES
from ecs_engine.testing.fake_gl.limits import DEBUG_LIMITS, KHR_DEBUG, LIMIT_NAMES, ROBUSTNESS
from ecs_engine.testing.fake_gl.objects import GLObject

CORE_PROFILE_BIT = 0x0001


def _name(thing: GLObject | None) -> int:
    return 0 if thing is None else thing.name


BUFFER_BINDINGS = {
    enums.ARRAY_BUFFER_BINDING: enums.ARRAY_BUFFER,
    enums.UNIFORM_BUFFER_BINDING: enums.UNIFORM_BUFFER,
    enums.TEXTURE_BUFFER_BINDING: enums.TEXTURE_BUFFER,
    enums.PIXEL_PACK_BUFFER_BINDING: enums.PIXEL_PACK_BUFFER,
    enums.PIXEL_UNPACK_BUFFER_BINDING: enums.PIXEL_UNPACK_BUFFER,
    enums.COPY_READ_BUFFER_BINDING: enums.COPY_READ_BUFFER,
    enums.COPY_WRITE_BUFFER_BINDING: enums.COPY_WRITE_BUFFER,
}
TEXTURE_BINDINGS = {
    enums.TEXTURE_BINDING_2D: enums.TEXTURE_2D,
    enums.TEXTURE_BINDING_2D_ARRAY: enums.TEXTURE_2D_ARRAY,
    enums.TEXTURE_BINDING_BUFFER: enums.TEXTURE_BUFFER,
}

STATE: dict[int, Callable[[Context], int | list[int]]] = {
    enums.MAJOR_VERSION: lambda gl: gl.version[0],
    enums.MINOR_VERSION: lambda gl: gl.version[1],
    enums.NUM_EXTENSIONS: lambda gl: len(gl.extensions),
    enums.CONTEXT_FLAGS: lambda gl: enums.CONTEXT_FLAG_DEBUG_BIT if gl.debug_context else 0,
    enums.CONTEXT_PROFILE_MASK: lambda gl: CORE_PROFILE_BIT,
    enums.VIEWPORT: lambda gl: list(gl.viewport),
    enums.SCISSOR_BOX: lambda gl: list(gl.scissor),
    # Colours become integers by scaling 1.0 to the largest one.
    enums.COLOR_CLEAR_VALUE: lambda gl: [int(max(-1.0, min(1.0, c)) * 0x7FFFFFFF) for c in gl.clear_color],
    enums.CURRENT_PROGRAM: lambda gl: _name(gl.program),
    enums.ACTIVE_TEXTURE: lambda gl: enums.TEXTURE0 + gl.active_unit,
    enums.ELEMENT_ARRAY_BUFFER_BINDING: lambda gl: _name(gl.vertex_array.elements),
    enums.VERTEX_ARRAY_BINDING: lambda gl: gl.vertex_array.name,
    enums.DRAW_FRAMEBUFFER_BINDING: lambda gl: gl.draw_framebuffer.name,
    enums.READ_FRAMEBUFFER_BINDING: lambda gl: gl.read_framebuffer.name,
    enums.RENDERBUFFER_BINDING: lambda gl: _name(gl.renderbuffer),
    enums.UNPACK_ALIGNMENT: lambda gl: gl.pixel_store.get(enums.UNPACK_ALIGNMENT, 4),
    enums.PACK_ALIGNMENT: lambda gl: gl.pixel_store.get(enums.PACK_ALIGNMENT, 4),
    enums.UNPACK_ROW_LENGTH: lambda gl: gl.pixel_store.get(enums.UNPACK_ROW_LENGTH, 0),
}


class Queries(Context):
    """What can be asked of the context."""

    @command(enums.NO_ERROR)
    def glGetError(self) -> int:
        error, self.error = self.error, enums.NO_ERROR
        return error

    @command(enums.NO_ERROR)
    def glGetGraphicsResetStatus(self) -> int:
        self.needs(ROBUSTNESS)
        return self.reset.pop() if self.reset else enums.NO_ERROR

    @command(NO_VALUE)
    def glGetIntegerv(self, pname: int) -> int | list[int]:
        if pname in LIMIT_NAMES and (pname not in DEBUG_LIMITS or self.has(KHR_DEBUG)):
            limit: int | tuple[int, ...] = getattr(self.limits, LIMIT_NAMES[pname])
            return limit if isinstance(limit, int) else list(limit)
        if pname == enums.RESET_NOTIFICATION_STRATEGY and self.has(ROBUSTNESS):
            return enums.LOSE_CONTEXT_ON_RESET if self.tells_of_resets else enums.NO_RESET_NOTIFICATION
        if pname in STATE:
            return STATE[pname](self)
        if pname in BUFFER_BINDINGS:
            return _name(self.buffer_bindings.get(BUFFER_BINDINGS[pname]))
        if pname in TEXTURE_BINDINGS:
            return _name(self.texture_units.get((self.active_unit, TEXTURE_BINDINGS[pname])))
        if pname in CAPABILITIES:
            return int(pname in self.caps)
        raise invalid_enum(f"{pname:#x} is not a name that FakeGL answers; the engine asks for those in gpu/enums.py")

    @command("")
    def glGetString(self, name: int) -> str:
        major, minor = self.version
        texts = {
            enums.VENDOR: "ecs-engine",
            enums.RENDERER: self.renderer,
            enums.VERSION: f"{major}.{minor} (Core Profile) FakeGL",
            enums.SHADING_LANGUAGE_VERSION: f"{self.glsl_version // 100}.{self.glsl_version % 100:02}",
        }
        if name not in texts:
            raise invalid_enum(f"{name:#x} is not a string name; extensions are asked for with glGetStringi")
        return texts[name]

    @command("")
    def glGetStringi(self, name: int, index: int) -> str:
        if name != enums.EXTENSIONS:
            raise invalid_enum(f"{name:#x} is not an indexed string name; GL_EXTENSIONS is")
        if not 0 <= index < len(self.extensions):
            raise invalid_value(f"index {index} is not below GL_NUM_EXTENSIONS ({len(self.extensions)})")
        return self.extensions[index]
