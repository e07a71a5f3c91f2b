"""Shader programs: expanded, compiled, linked and introspected in one go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ecs_engine.core.errors import GLError, ShaderError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.resource import Kind, Resource
from ecs_engine.gpu.shader_errors import compile_error, link_error
from ecs_engine.gpu.shader_source import ShaderSource, expand
from ecs_engine.gpu.uniforms import UniformBlock, introspect_blocks

_SAMPLERS = frozenset(
    {
        c.SAMPLER_2D,
        c.SAMPLER_2D_ARRAY,
        c.SAMPLER_BUFFER,
        c.INT_SAMPLER_BUFFER,
        c.UNSIGNED_INT_SAMPLER_BUFFER,
        c.UNSIGNED_INT_SAMPLER_2D,
        c.UNSIGNED_INT_SAMPLER_2D_ARRAY,
    }
)


@dataclass(frozen=True, slots=True)
class Variable:
    """An attribute or uniform of a linked program: its location, OpenGL type and element count."""

    location: int
    type: int
    count: int


class Program(Resource):
    """A vertex and a fragment shader, linked. Context thread only.

    * ``#version 330 core`` is put in front of sources that have no version line of their own.
    * ``defines``: name -> value, as ``#define`` lines after the version.
    * ``includes``: name -> source for ``#include "name"``.
    * ``samplers``: name -> texture unit, set once. ``blocks``: name -> uniform block binding, set once. Names that
      the driver dropped because nothing reads them are passed over; a sampler or block that the program has and
      that is not named is an error, since it would read unit or binding 0 by accident.

    Raises :class:`~ecs_engine.core.errors.ShaderError`, with the lines in question, if a stage does not compile
    or the program does not link, unless the error hooks at ``shader_link`` were changed not to raise: then the
    program is there but not :attr:`linked`, and using it raises.
    """

    def __init__(
        self,
        device: Device,
        vertex_source: str,
        fragment_source: str,
        *,
        label: str = "",
        defines: Mapping[str, object] | None = None,
        includes: Mapping[str, str] | None = None,
        samplers: Mapping[str, int] | None = None,
        blocks: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(device, label)
        self.linked = False
        """Whether it can be drawn with."""
        self.attributes: dict[str, Variable] = {}
        """Attributes: name -> location, type, count."""
        self.uniforms: dict[str, Variable] = {}
        """Uniforms outside blocks that are not samplers."""
        self.samplers: dict[str, Variable] = {}
        """Samplers: name -> location, type, count."""
        self.blocks: dict[str, UniformBlock] = {}
        """Uniform blocks: name -> layout."""
        self._places = dict(samplers or {}), dict(blocks or {})
        try:
            self._sources = {
                c.VERTEX_SHADER: expand(vertex_source, f"{label} vertex".strip(), defines=defines, includes=includes),
                c.FRAGMENT_SHADER: expand(
                    fragment_source, f"{label} fragment".strip(), defines=defines, includes=includes
                ),
            }
            self._create()
        except BaseException:
            self.delete()
            raise
        self._name_objects()

    def _create(self) -> None:
        self._id = self._own(Kind.PROGRAM, self.device.gl.glCreateProgram())
        self.linked = self._link(self._sources)
        if self.linked:
            self._introspect()
            self._assign(*self._places)

    @property
    def id(self) -> int:
        """The OpenGL name."""
        self.require_alive()
        return self._id

    def use(self) -> None:
        """Draw with it from now on."""
        if not self.linked:
            raise GLError(f"{self._handles} was not linked, so nothing can be drawn with it; mend its shaders")
        self.device.state.use_program(self.id)

    def _link(self, sources: Mapping[int, ShaderSource]) -> bool:
        """Compile and link; False if that failed and no error hook raised."""
        try:
            self._build(sources)
        except ShaderError as error:
            self.device.diagnostics.report("shader_link", f"program {self.label!r}", error)
            return False
        return True

    def _build(self, sources: Mapping[int, ShaderSource]) -> None:
        gl = self.device.gl
        shaders: list[int] = []
        try:
            for stage, source in sources.items():
                shader = gl.glCreateShader(stage)
                shaders.append(shader)
                gl.glShaderSource(shader, source.text)
                gl.glCompileShader(shader)
                if not gl.glGetShaderiv(shader, c.COMPILE_STATUS):
                    raise compile_error(_STAGES[stage], self.label, gl.glGetShaderInfoLog(shader), source)
                gl.glAttachShader(self._id, shader)
            gl.glLinkProgram(self._id)
            linked = gl.glGetProgramiv(self._id, c.LINK_STATUS)
            if not linked:
                raise link_error(self.label, gl.glGetProgramInfoLog(self._id))
            for shader in shaders:
                gl.glDetachShader(self._id, shader)
        finally:
            for shader in shaders:
                gl.glDeleteShader(shader)

    def _introspect(self) -> None:
        gl, program = self.device.gl, self._id
        for table in (self.attributes, self.uniforms, self.samplers):
            table.clear()
        for index in range(gl.glGetProgramiv(program, c.ACTIVE_ATTRIBUTES)):
            name, count, kind = gl.glGetActiveAttrib(program, index)
            location = gl.glGetAttribLocation(program, name)
            if location >= 0:  # gl_VertexID is listed too, and has none
                self.attributes[name] = Variable(location, kind, count)
        for index in range(gl.glGetProgramiv(program, c.ACTIVE_UNIFORMS)):
            name, count, kind = gl.glGetActiveUniform(program, index)
            location = gl.glGetUniformLocation(program, name)
            if location >= 0:  # members of blocks have none
                table = self.samplers if kind in _SAMPLERS else self.uniforms
                table[name.removesuffix("[0]")] = Variable(location, kind, count)
        self.blocks = introspect_blocks(gl, program)

    def _assign(self, samplers: Mapping[str, int], blocks: Mapping[str, int]) -> None:
        for what, found, given in (("sampler", self.samplers, samplers), ("uniform block", self.blocks, blocks)):
            if missing := sorted(set(found) - set(given)):
                raise ShaderError(
                    f"program {self.label!r} has {what} {missing[0]!r}, which is given no place; name it in "
                    f"{'samplers' if what == 'sampler' else 'blocks'}="
                )
        gl = self.device.gl
        if self.samplers:
            self.use()
            for name, variable in self.samplers.items():
                gl.glUniform1i(variable.location, samplers[name])
        for name, block in self.blocks.items():
            gl.glUniformBlockBinding(self._id, block.index, blocks[name])


_STAGES = {c.VERTEX_SHADER: "vertex", c.FRAGMENT_SHADER: "fragment"}
