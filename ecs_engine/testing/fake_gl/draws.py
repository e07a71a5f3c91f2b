"""Drawing. Nothing is rasterised: a draw is checked against the whole state, recorded and counted."""

from __future__ import annotations

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.checks import Checks
from ecs_engine.testing.fake_gl.context import DRAW_NS, Draw
from ecs_engine.testing.fake_gl.faults import command, invalid_enum, invalid_operation, invalid_value
from ecs_engine.testing.fake_gl.objects import Bytes

# LINE_LOOP, and the four primitives with adjacency, are legal too
MODES = frozenset({
    enums.POINTS, enums.LINES, 0x0002, enums.LINE_STRIP, enums.TRIANGLES, enums.TRIANGLE_STRIP, enums.TRIANGLE_FAN,
    0x000A, 0x000B, 0x000C, 0x000D,
})  # fmt: skip
GEOMETRY_INPUTS = {
    "points": (enums.POINTS,), "lines": (enums.LINES, 0x0002, enums.LINE_STRIP),
    "triangles": (enums.TRIANGLES, enums.TRIANGLE_STRIP, enums.TRIANGLE_FAN),
    "lines_adjacency": (0x000A, 0x000B), "triangles_adjacency": (0x000C, 0x000D),
}  # fmt: skip
INDEX_SIZES = {enums.UNSIGNED_BYTE: 1, enums.UNSIGNED_SHORT: 2, enums.UNSIGNED_INT: 4}


class Draws(Checks):
    """Draw commands."""

    @command(None)
    def glDrawArrays(self, mode: int, first: int, count: int) -> None:
        self._draw_arrays("glDrawArrays", mode, first, count, 1)

    @command(None)
    def glDrawArraysInstanced(self, mode: int, first: int, count: int, instances: int) -> None:
        self._draw_arrays("glDrawArraysInstanced", mode, first, count, instances)

    @command(None)
    def glDrawElements(self, mode: int, count: int, type: int, offset: int) -> None:
        self._draw_elements("glDrawElements", mode, count, type, offset, 1)

    @command(None)
    def glDrawElementsInstanced(self, mode: int, count: int, type: int, offset: int, instances: int) -> None:
        self._draw_elements("glDrawElementsInstanced", mode, count, type, offset, instances)

    def _draw_arrays(self, name: str, mode: int, first: int, count: int, instances: int) -> None:
        self._check_call(mode, count, instances)
        if first < 0:
            raise invalid_value(f"first {first} is negative")
        vertices = first + count if count else 0
        self.check_attributes(vertices, instances)
        self.check_pulled(vertices)
        self._record(name, mode, first, count, instances)

    def _draw_elements(self, name: str, mode: int, count: int, type: int, offset: int, instances: int) -> None:
        self._check_call(mode, count, instances)
        if type not in INDEX_SIZES:
            raise invalid_enum(f"{type:#x} is not an index type: GL_UNSIGNED_BYTE, _SHORT or _INT")
        elements = self.vertex_array.elements
        if elements is None:
            # Some drivers set this error, others read address 0 and crash.
            self.mistake(f"vertex array {self.vertex_array.name} has no element buffer; bind one while it is bound")
            raise invalid_operation(f"vertex array {self.vertex_array.name} has no element buffer")
        self.check_readable(elements, "element")
        end = offset + count * INDEX_SIZES[type]
        fits = end <= elements.size and offset % INDEX_SIZES[type] == 0
        if count and end > elements.size:
            self.mistake(
                f"the indices end at byte {end} of element buffer {elements.name}, which has {elements.size} bytes; "
                "draw fewer or make it larger"
            )
        if offset % INDEX_SIZES[type]:
            self.mistake(f"offset {offset} is not a multiple of the index size {INDEX_SIZES[type]}; align it")
        vertices = self._vertices_used(elements.store[offset:end], INDEX_SIZES[type]) if count and fits else 0
        self.check_attributes(vertices, instances)
        self.check_pulled(vertices)
        self.reads(elements, offset, end)
        self._record(name, mode, offset, count, instances)

    def _vertices_used(self, indices: Bytes, size: int) -> int:
        """One more than the largest index; 0 where no vertex is looked up by it."""
        executable = self.program.executable if self.program is not None else None
        arrays = any(each.enabled and not each.divisor for each in self.vertex_array.attributes.values())
        if not self.strict or not (arrays or (executable is not None and executable.pulled)):
            return 0
        numbers = indices.view(f"u{size}")
        if enums.PRIMITIVE_RESTART in self.caps:
            numbers = numbers[numbers != 0]  # The index that restarts; the engine never sets another.
        return int(numbers.max(initial=0)) + 1

    def _record(self, name: str, mode: int, first: int, count: int, instances: int) -> None:
        self.draw_to_targets()
        program = self.program.name if self.program is not None else 0
        self.gpu_time_ns += DRAW_NS
        self.frame.draws.append(
            Draw(name, mode, first, count, instances, program, self.vertex_array.name, self.draw_framebuffer.name)
        )

    # -- checks of the state -----------------------------------------------------------------------
    def _check_call(self, mode: int, count: int, instances: int) -> None:
        if count < 0 or instances < 0:
            raise invalid_value(f"count {count}, instances {instances}: neither may be negative")
        if mode not in MODES:
            raise invalid_enum(f"{mode:#x} is not a primitive")
        self._check_state(mode)

    def _check_state(self, mode: int) -> None:
        self.check_complete(self.draw_framebuffer)
        if self.vertex_array.name == 0:
            raise invalid_operation("no vertex array is bound; a core profile needs one")
        program = self.program
        if program is None:
            self.mistake("no program is in use, so nothing would be drawn; call glUseProgram first")
            return
        assert program.executable is not None
        if not program.executable.has_vertex_stage:
            self.mistake(f"program {program.name} has no vertex shader, so nothing would be drawn; attach one")
        wanted = program.executable.primitive
        if wanted and mode not in GEOMETRY_INPUTS.get(wanted, MODES):
            raise invalid_operation(f"the geometry shader takes {wanted}, and primitive {mode:#x} makes none")
        self.check_samplers(program)
        self.check_blocks(program)
