"""The state filter: OpenGL is told only what it does not know yet.

State that was changed past this filter (by a debug overlay, say) is unknown to it: call ``State.forget``
afterwards.
"""

from __future__ import annotations

from typing import NamedTuple

from ecs_engine.gpu import enums as c
from ecs_engine.gpu.gl import GL


class Blend(NamedTuple):
    """How a fragment joins what is there: ``src * source + dst * destination``, for colour and alpha."""

    src_rgb: int
    dst_rgb: int
    src_alpha: int
    dst_alpha: int
    equation: int = c.FUNC_ADD


ALPHA = Blend(c.SRC_ALPHA, c.ONE_MINUS_SRC_ALPHA, c.ONE, c.ONE_MINUS_SRC_ALPHA)
"""Colours that are not multiplied by their alpha."""
PREMULTIPLIED = Blend(c.ONE, c.ONE_MINUS_SRC_ALPHA, c.ONE, c.ONE_MINUS_SRC_ALPHA)
ADD = Blend(c.SRC_ALPHA, c.ONE, c.ONE, c.ONE)
MULTIPLY = Blend(c.DST_COLOR, c.ONE_MINUS_SRC_ALPHA, c.DST_ALPHA, c.ONE_MINUS_SRC_ALPHA)

_UNKNOWN = -1


class State:
    """Remembers what OpenGL was last told, and passes on only what differs. Context thread only.

    Objects are given by their OpenGL names (``texture.id``, ``program.id``); 0 unbinds.
    """

    def __init__(self, gl: GL) -> None:
        self._gl = gl
        self.forget()

    def forget(self) -> None:
        """Assume nothing: the next call of each kind goes through."""
        self._program = _UNKNOWN
        self._vertex_array = _UNKNOWN
        self._framebuffers = {c.DRAW_FRAMEBUFFER: _UNKNOWN, c.READ_FRAMEBUFFER: _UNKNOWN}
        self._buffers: dict[int, int] = {}
        self._uniform_buffers: dict[int, tuple[int, int, int]] = {}
        self._active_unit = _UNKNOWN
        self._textures: dict[tuple[int, int], int] = {}
        self._switches: dict[int, bool] = {}
        self._viewport: tuple[int, int, int, int] | None = None
        self._scissor: tuple[int, int, int, int] | None = None
        self._blend_function: tuple[int, int, int, int] | None = None
        self._blend_equation = _UNKNOWN
        self._depth_function = _UNKNOWN
        self._depth_write: bool | None = None
        self._cull_face = _UNKNOWN
        self._clear_color: tuple[float, float, float, float] | None = None

    # -- objects -----------------------------------------------------------------------------------
    @property
    def program(self) -> int:
        """The program last used, or -1 when not known."""
        return self._program

    def buffer_bound(self, target: int) -> int:
        """The buffer last bound to ``target``, or -1 when not known."""
        return self._buffers.get(target, _UNKNOWN)

    def texture_edited(self, target: int) -> int:
        """The texture last bound to ``target`` of the active unit, or -1 when not known."""
        return self._textures.get((self._active_unit, target), _UNKNOWN)

    @property
    def framebuffer(self) -> int:
        """The framebuffer last bound for drawing (0 is the window), or -1 when not known."""
        return self._framebuffers[c.DRAW_FRAMEBUFFER]

    def use_program(self, program: int) -> None:
        """``glUseProgram``."""
        if self._program != program:
            self._gl.glUseProgram(program)
            self._program = program

    def bind_vertex_array(self, vertex_array: int) -> None:
        """``glBindVertexArray``."""
        if self._vertex_array != vertex_array:
            self._gl.glBindVertexArray(vertex_array)
            self._vertex_array = vertex_array

    def bind_framebuffer(self, framebuffer: int, target: int = c.FRAMEBUFFER) -> None:
        """``glBindFramebuffer``; ``FRAMEBUFFER`` binds for drawing and for reading."""
        bound = self._framebuffers
        targets = (c.DRAW_FRAMEBUFFER, c.READ_FRAMEBUFFER) if target == c.FRAMEBUFFER else (target,)
        if any(bound[each] != framebuffer for each in targets):
            self._gl.glBindFramebuffer(target, framebuffer)
            for each in targets:
                bound[each] = framebuffer

    def bind_buffer(self, target: int, buffer: int) -> None:
        """``glBindBuffer``. An element buffer belongs to the bound vertex array, so it is never filtered."""
        if target == c.ELEMENT_ARRAY_BUFFER:
            self._gl.glBindBuffer(target, buffer)
        elif self._buffers.get(target) != buffer:
            self._gl.glBindBuffer(target, buffer)
            self._buffers[target] = buffer

    def bind_uniform_buffer(self, binding: int, buffer: int, offset: int, size: int) -> None:
        """``glBindBufferRange`` for uniform block ``binding``; ``offset`` and ``size`` in bytes."""
        value = (buffer, offset, size)
        if self._uniform_buffers.get(binding) != value:
            self._gl.glBindBufferRange(c.UNIFORM_BUFFER, binding, buffer, offset, size)
            self._uniform_buffers[binding] = value
            self._buffers[c.UNIFORM_BUFFER] = buffer  # the call binds the general target too

    def bind_texture(self, unit: int, target: int, texture: int) -> None:
        """Bind ``texture`` to texture unit ``unit`` (0, 1, ...)."""
        if self._textures.get((unit, target)) != texture:
            if self._active_unit != unit:
                self._gl.glActiveTexture(c.TEXTURE0 + unit)
                self._active_unit = unit
            self._gl.glBindTexture(target, texture)
            self._textures[unit, target] = texture

    def edit_texture(self, target: int, texture: int) -> None:
        """Bind ``texture`` to the unit that is active, so that calls that take a target reach it."""
        unit = max(self._active_unit, 0)
        if self._active_unit != unit:
            self._gl.glActiveTexture(c.TEXTURE0 + unit)
            self._active_unit = unit
        self.bind_texture(unit, target, texture)

    # -- fixed state -------------------------------------------------------------------------------
    def viewport(self, x: int, y: int, width: int, height: int) -> None:
        """``glViewport``: pixels, origin at the lower left."""
        value = (x, y, width, height)
        if self._viewport != value:
            self._gl.glViewport(x, y, width, height)
            self._viewport = value

    def scissor(self, rectangle: tuple[int, int, int, int] | None) -> None:
        """Draw only inside (x, y, width, height), in pixels from the lower left; None draws everywhere."""
        self.switch(c.SCISSOR_TEST, rectangle is not None)
        if rectangle is not None and self._scissor != rectangle:
            self._gl.glScissor(*rectangle)
            self._scissor = rectangle

    def blend(self, blend: Blend | None) -> None:
        """How fragments join what is there; None overwrites."""
        self.switch(c.BLEND, blend is not None)
        if blend is None:
            return
        function = blend[:4]
        if self._blend_function != function:
            self._gl.glBlendFuncSeparate(*function)
            self._blend_function = function
        if self._blend_equation != blend.equation:
            self._gl.glBlendEquation(blend.equation)
            self._blend_equation = blend.equation

    def depth(self, function: int | None, write: bool = True) -> None:
        """Depth test with ``function`` (``LESS``, ...) and whether depth is written; None switches it off."""
        self.switch(c.DEPTH_TEST, function is not None)
        if function is None:
            return
        if self._depth_function != function:
            self._gl.glDepthFunc(function)
            self._depth_function = function
        self.depth_write(write)

    def depth_write(self, write: bool) -> None:
        """``glDepthMask``; it also decides whether clearing reaches the depth buffer."""
        if self._depth_write is not write:
            self._gl.glDepthMask(write)
            self._depth_write = write

    def cull(self, face: int | None) -> None:
        """Which faces are not drawn (``BACK``, ``FRONT``), or None for both drawn."""
        self.switch(c.CULL_FACE, face is not None)
        if face is not None and self._cull_face != face:
            self._gl.glCullFace(face)
            self._cull_face = face

    def switch(self, capability: int, on: bool) -> None:
        """``glEnable`` or ``glDisable``."""
        if self._switches.get(capability) is not on:
            (self._gl.glEnable if on else self._gl.glDisable)(capability)
            self._switches[capability] = on

    def clear(
        self, color: tuple[float, float, float, float] | None = (0.0, 0.0, 0.0, 0.0), depth: bool = False
    ) -> None:
        """Clear the bound framebuffer's colour to ``color`` (red, green, blue, alpha in 0..1) and its depth to 1.

        A scissor rectangle limits it, as OpenGL has it.
        """
        mask = 0
        if color is not None:
            if self._clear_color != color:
                self._gl.glClearColor(*color)
                self._clear_color = color
            mask |= c.COLOR_BUFFER_BIT
        if depth:
            self.depth_write(True)
            mask |= c.DEPTH_BUFFER_BIT
        if mask:
            self._gl.glClear(mask)

    # -- deletion: OpenGL unbinds a deleted object, and its name may come again ------------------------
    def forget_program(self, program: int) -> None:
        """``program`` is about to be deleted: stop using it, or OpenGL would keep it alive."""
        if self._program == program:
            self.use_program(0)

    def forget_vertex_array(self, vertex_array: int) -> None:
        """``vertex_array`` was deleted."""
        if self._vertex_array == vertex_array:
            self._vertex_array = _UNKNOWN

    def forget_framebuffer(self, framebuffer: int) -> None:
        """``framebuffer`` was deleted: OpenGL has bound the window instead."""
        for target, bound in self._framebuffers.items():
            if bound == framebuffer:
                self._framebuffers[target] = _UNKNOWN

    def forget_texture(self, texture: int) -> None:
        """``texture`` was deleted."""
        for key in [key for key, bound in self._textures.items() if bound == texture]:
            del self._textures[key]

    def forget_buffer(self, buffer: int) -> None:
        """``buffer`` was deleted."""
        for target in [target for target, bound in self._buffers.items() if bound == buffer]:
            del self._buffers[target]
        for binding in [binding for binding, bound in self._uniform_buffers.items() if bound[0] == buffer]:
            del self._uniform_buffers[binding]
