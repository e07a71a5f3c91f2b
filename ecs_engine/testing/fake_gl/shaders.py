"""Shader objects."""

from __future__ import annotations

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.glsl.model import GLSLError
from ecs_engine.testing.fake_gl.glsl.parse import compile_stage
from ecs_engine.testing.fake_gl.objects import Program, Shader

STAGES = (enums.VERTEX_SHADER, enums.FRAGMENT_SHADER, enums.GEOMETRY_SHADER)


def c_length(text: str) -> int:
    """The length GL tells for a text: its bytes and the closing zero, or 0 when there is none."""
    return len(text.encode()) + 1 if text else 0


class Shaders(Context):
    """Shader commands; names are shared with programs."""

    def _shader(self, name: int) -> Shader:
        thing = self.programs.existing(name)
        if thing is None:
            raise invalid_value(f"{name} is not a shader")
        if not isinstance(thing, Shader):
            raise invalid_operation(f"{name} is a program, not a shader")
        return thing

    @command(0)
    def glCreateShader(self, type: int) -> int:
        if type not in STAGES:
            raise invalid_enum(f"{type:#x} is not a shader stage")
        name = self.programs.take()
        self.programs.made[name] = Shader(name, type=type)
        return name

    @command(None)
    def glDeleteShader(self, shader: int) -> None:
        if shader:
            thing = self._shader(shader)
            if thing.deleted:
                self.mistake(f"shader {shader} was deleted before; delete each object once")
            thing.deleted = True
            self._drop_shader(thing)

    def _drop_shader(self, shader: Shader) -> None:
        """Forget a shader that is flagged for deletion, once no program has it attached."""
        if shader.deleted and not shader.attached_to:
            self.programs.delete(shader.name)

    @command(None)
    def glShaderSource(self, shader: int, source: str) -> None:
        self._shader(shader).source = source

    @command(None)
    def glCompileShader(self, shader: int) -> None:
        thing = self._shader(shader)
        try:
            thing.stage = compile_stage(thing.type, thing.source, self.glsl_version)
            thing.log = ""
        except GLSLError as error:
            thing.stage = None
            thing.log = f"{error}\n"

    @command(0)
    def glGetShaderiv(self, shader: int, pname: int) -> int:
        thing = self._shader(shader)
        match pname:
            case enums.COMPILE_STATUS:
                return int(thing.stage is not None)
            case enums.INFO_LOG_LENGTH:
                return c_length(thing.log)
            case enums.DELETE_STATUS:
                return int(thing.deleted)
            case 0x8B4F:  # SHADER_TYPE
                return thing.type
            case 0x8B88:  # SHADER_SOURCE_LENGTH
                return c_length(thing.source)
        raise invalid_enum(f"{pname:#x} cannot be asked of a shader")

    @command("")
    def glGetShaderInfoLog(self, shader: int) -> str:
        return self._shader(shader).log

    # -- attaching, which concerns both kinds ------------------------------------------------------
    def _program(self, name: int) -> Program:
        thing = self.programs.existing(name)
        if thing is None:
            raise invalid_value(f"{name} is not a program")
        if not isinstance(thing, Program):
            raise invalid_operation(f"{name} is a shader, not a program")
        return thing

    @command(None)
    def glAttachShader(self, program: int, shader: int) -> None:
        into, part = self._program(program), self._shader(shader)
        if part in into.shaders:
            raise invalid_operation(f"shader {shader} is attached to program {program} already")
        into.shaders.append(part)
        part.attached_to += 1

    @command(None)
    def glDetachShader(self, program: int, shader: int) -> None:
        out_of, part = self._program(program), self._shader(shader)
        if part not in out_of.shaders:
            raise invalid_operation(f"shader {shader} is not attached to program {program}")
        self._detach_shader(out_of, part)

    def _detach_shader(self, program: Program, shader: Shader) -> None:
        program.shaders.remove(shader)
        shader.attached_to -= 1
        self._drop_shader(shader)
