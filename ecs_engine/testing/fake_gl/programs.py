"""Program objects, introspection and uniforms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isnan

import numpy as np

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import NO_VALUE, command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.glsl.link import LinkError, link
from ecs_engine.testing.fake_gl.glsl.model import TYPES, Executable, Uniform
from ecs_engine.testing.fake_gl.memory import bytes_at
from ecs_engine.testing.fake_gl.objects import Program
from ecs_engine.testing.fake_gl.shaders import Shaders, c_length

BOOL_VEC2, BOOL_VEC3, BOOL_VEC4 = (TYPES[name].enum for name in ("bvec2", "bvec3", "bvec4"))
UNIFORM_FACTS: dict[int, Callable[[Uniform], int]] = {
    enums.UNIFORM_TYPE: lambda uniform: uniform.type,
    enums.UNIFORM_SIZE: lambda uniform: uniform.size,
    0x8A39: lambda uniform: len(uniform.name) + 1,  # UNIFORM_NAME_LENGTH
    enums.UNIFORM_BLOCK_INDEX: lambda uniform: uniform.block,
    enums.UNIFORM_OFFSET: lambda uniform: uniform.offset,
    enums.UNIFORM_ARRAY_STRIDE: lambda uniform: uniform.array_stride,
    enums.UNIFORM_MATRIX_STRIDE: lambda uniform: uniform.matrix_stride,
    0x8A3E: lambda uniform: 0,  # UNIFORM_IS_ROW_MAJOR
}
NO_EXECUTABLE = Executable()


class Programs(Shaders):
    """Program commands."""

    @command(0)
    def glCreateProgram(self) -> int:
        name = self.programs.take()
        self.programs.made[name] = Program(name)
        return name

    @command(None)
    def glDeleteProgram(self, program: int) -> None:
        if program:
            thing = self._program(program)
            if thing.deleted:
                self.mistake(f"program {program} was deleted before; delete each object once")
            thing.deleted = True
            self._drop_program(thing)

    def _drop_program(self, program: Program) -> None:
        """Forget a program that is flagged for deletion, once it is not in use."""
        if program.deleted and program is not self.program:
            for shader in list(program.shaders):
                self._detach_shader(program, shader)
            self.programs.delete(program.name)

    @command(None)
    def glLinkProgram(self, program: int) -> None:
        thing = self._program(program)
        thing.linked = False
        try:
            if not thing.shaders:
                raise LinkError("no shaders attached to the program")
            stages = []
            for shader in thing.shaders:
                if shader.stage is None:
                    raise LinkError(f"linking with uncompiled/unspecialized shader {shader.name}")
                stages.append(shader.stage)
            executable = link(tuple(stages), self.limits)
        except LinkError as error:
            thing.log = f"{error}\n"
            return
        thing.linked, thing.log, thing.executable = True, "", executable
        thing.values = {location: (unit,) for location, unit in executable.initial_units.items()}
        thing.block_bindings = {index: block.binding for index, block in enumerate(executable.blocks)}

    @command(None)
    def glUseProgram(self, program: int) -> None:
        thing = self._program(program) if program else None
        if thing is not None and not thing.linked:
            raise invalid_operation(f"program {program} is not linked; see its info log")
        before, self.program = self.program, thing
        self.count_redundant(before is thing, "glUseProgram", program)
        if before is not None:
            self._drop_program(before)

    # -- introspection ---------------------------------------------------------------------------
    @command(0)
    def glGetProgramiv(self, program: int, pname: int) -> int:
        thing = self._program(program)
        done = (thing.executable if thing.linked else None) or NO_EXECUTABLE
        match pname:
            case enums.LINK_STATUS:
                return int(thing.linked)
            case enums.DELETE_STATUS:
                return int(thing.deleted)
            case enums.INFO_LOG_LENGTH:
                return c_length(thing.log)
            case 0x8B85:  # ATTACHED_SHADERS
                return len(thing.shaders)
            case enums.ACTIVE_ATTRIBUTES:
                return len(done.attributes)
            case enums.ACTIVE_UNIFORMS:
                return len(done.uniforms)
            case enums.ACTIVE_UNIFORM_BLOCKS:
                return len(done.blocks)
        raise invalid_enum(f"{pname:#x} cannot be asked of a program here")

    @command("")
    def glGetProgramInfoLog(self, program: int) -> str:
        return self._program(program).log

    def _linked(self, program: int) -> Executable:
        thing = self._program(program)
        if not thing.linked or thing.executable is None:
            raise invalid_operation(f"program {program} is not linked")
        return thing.executable

    def _of(self, program: int) -> Executable:
        """What to list of a program: nothing, unless it is linked."""
        thing = self._program(program)
        return thing.executable if thing.linked and thing.executable else NO_EXECUTABLE

    @command(("", 0, 0))
    def glGetActiveAttrib(self, program: int, index: int) -> tuple[str, int, int]:
        attributes = self._of(program).attributes
        if not 0 <= index < len(attributes):
            raise invalid_value(f"index {index} is not below GL_ACTIVE_ATTRIBUTES ({len(attributes)})")
        return attributes[index]

    @command(("", 0, 0))
    def glGetActiveUniform(self, program: int, index: int) -> tuple[str, int, int]:
        uniforms = self._of(program).uniforms
        if not 0 <= index < len(uniforms):
            raise invalid_value(f"index {index} is not below GL_ACTIVE_UNIFORMS ({len(uniforms)})")
        return uniforms[index].name, uniforms[index].size, uniforms[index].type

    @command([0])
    def glGetActiveUniformsiv(self, program: int, indices: Sequence[int], pname: int) -> list[int]:
        uniforms = self._of(program).uniforms
        for index in indices:
            if not 0 <= index < len(uniforms):
                raise invalid_value(f"index {index} is not below GL_ACTIVE_UNIFORMS ({len(uniforms)})")
        if pname not in UNIFORM_FACTS:
            raise invalid_enum(f"{pname:#x} cannot be asked of a uniform")
        return [UNIFORM_FACTS[pname](uniforms[index]) for index in indices]

    @command("")
    def glGetActiveUniformBlockName(self, program: int, index: int) -> str:
        blocks = self._of(program).blocks
        if not 0 <= index < len(blocks):
            raise invalid_value(f"index {index} is not below GL_ACTIVE_UNIFORM_BLOCKS ({len(blocks)})")
        return blocks[index].name

    @command(NO_VALUE)
    def glGetActiveUniformBlockiv(self, program: int, index: int, pname: int) -> int | list[int]:
        thing, blocks = self._program(program), self._of(program).blocks
        if not 0 <= index < len(blocks):
            raise invalid_value(f"index {index} is not below GL_ACTIVE_UNIFORM_BLOCKS ({len(blocks)})")
        match pname:
            case enums.UNIFORM_BLOCK_BINDING:
                return thing.block_bindings[index]
            case enums.UNIFORM_BLOCK_DATA_SIZE:
                return blocks[index].size
            case enums.UNIFORM_BLOCK_ACTIVE_UNIFORMS:
                return len(blocks[index].uniforms)
            case enums.UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES:
                return list(blocks[index].uniforms)
            case 0x8A41:  # UNIFORM_BLOCK_NAME_LENGTH
                return len(blocks[index].name) + 1
        raise invalid_enum(f"{pname:#x} cannot be asked of a uniform block here")

    @command(-1)
    def glGetAttribLocation(self, program: int, name: str) -> int:
        return self._linked(program).attribute_locations.get(name, -1)

    @command(-1)
    def glGetUniformLocation(self, program: int, name: str) -> int:
        return self._linked(program).uniform_locations.get(name, -1)

    # -- uniforms --------------------------------------------------------------------------------
    @command(None)
    def glUniformBlockBinding(self, program: int, index: int, binding: int) -> None:
        thing, blocks = self._program(program), self._of(program).blocks
        if not 0 <= index < len(blocks):
            raise invalid_value(f"index {index} is not below GL_ACTIVE_UNIFORM_BLOCKS ({len(blocks)})")
        bindings = self.limits.max_uniform_buffer_bindings
        if not 0 <= binding < bindings:
            raise invalid_value(f"binding {binding} is not below GL_MAX_UNIFORM_BUFFER_BINDINGS ({bindings})")
        thing.block_bindings[index] = binding

    def _uniform(self, location: int) -> tuple[Program, Uniform] | None:
        """The program in use and its uniform there; None for location -1, which is ignored."""
        program = self.program
        if program is None or program.executable is None:
            raise invalid_operation("no program is in use; glUniform sets the current program's uniforms")
        if location == -1:
            return None
        uniform = program.executable.by_location.get(location)
        if uniform is None:
            raise invalid_operation(f"{location} is not a uniform location of program {program.name}")
        return program, uniform

    @command(None)
    def glUniform1i(self, location: int, value: int) -> None:
        found = self._uniform(location)
        if found is None:
            return
        program, uniform = found
        assert program.executable is not None
        if location in program.executable.samplers:
            units = self.limits.max_combined_texture_image_units
            if not 0 <= value < units:
                raise invalid_value(f"unit {value} is not below GL_MAX_COMBINED_TEXTURE_IMAGE_UNITS ({units})")
        elif uniform.type not in (enums.INT, enums.BOOL):
            raise invalid_operation(f"uniform {uniform.name!r} is not an int, a bool or a sampler")
        self._set(program, location, (value,), "glUniform1i")

    @command(None)
    def glUniform1f(self, location: int, value: float) -> None:
        self._set_floats(location, (value,), enums.FLOAT, enums.BOOL)

    @command(None)
    def glUniform4f(self, location: int, x: float, y: float, z: float, w: float) -> None:
        self._set_floats(location, (x, y, z, w), enums.FLOAT_VEC4, BOOL_VEC4)

    @command(None)
    def glUniform1fv(self, location: int, count: int, data: int) -> None:
        self._set_array(location, count, data, 1, enums.FLOAT, enums.BOOL)

    @command(None)
    def glUniform2fv(self, location: int, count: int, data: int) -> None:
        self._set_array(location, count, data, 2, enums.FLOAT_VEC2, BOOL_VEC2)

    @command(None)
    def glUniform3fv(self, location: int, count: int, data: int) -> None:
        self._set_array(location, count, data, 3, enums.FLOAT_VEC3, BOOL_VEC3)

    @command(None)
    def glUniform4fv(self, location: int, count: int, data: int) -> None:
        self._set_array(location, count, data, 4, enums.FLOAT_VEC4, BOOL_VEC4)

    def _float_uniform(self, location: int, width: int, types: tuple[int, ...]) -> tuple[Program, Uniform] | None:
        """As :meth:`_uniform`, of one that has one of these types."""
        found = self._uniform(location)
        if found is not None and found[1].type not in types:
            raise invalid_operation(f"uniform {found[1].name!r} is not of {width} floats")
        return found

    def _set_array(self, location: int, count: int, data: int, width: int, *types: int) -> None:
        """Set elements of an array from one on; what goes past its end is left out, as the specification has it."""
        if count < 0 and self.program is not None:
            raise invalid_value(f"count {count} is negative")
        found = self._float_uniform(location, width, types)
        if found is None:
            return
        program, uniform = found
        if count > 1 and not uniform.name.endswith("]"):
            raise invalid_operation(f"uniform {uniform.name!r} is no array, and {count} elements are set")
        rows = bytes_at(data, count * width * 4).view(np.float32).reshape(count, width).tolist()
        assert program.executable is not None
        places = program.executable.by_location
        values = {
            location + element: tuple(row)
            for element, row in enumerate(rows)
            if places.get(location + element) is uniform
        }
        self._refuse_nan(uniform, *values.values())
        known = all(program.values.get(place) == row for place, row in values.items())
        self.count_redundant(known, f"glUniform{width}fv", location, *values.values())
        program.values |= values

    def _set_floats(self, location: int, values: tuple[float, ...], *types: int) -> None:
        found = self._float_uniform(location, len(values), types)
        if found is None:
            return
        program, uniform = found
        self._refuse_nan(uniform, values)
        self._set(program, location, values, f"glUniform{len(values)}f")

    def _refuse_nan(self, uniform: Uniform, *rows: tuple[float, ...]) -> None:
        if any(isnan(value) for row in rows for value in row):
            self.mistake(f"uniform {uniform.name!r} is set to NaN; look at what computes it")

    def _set(self, program: Program, location: int, values: tuple[float, ...], name: str) -> None:
        self.count_redundant(program.values.get(location) == values, name, location, *values)
        program.values[location] = values
