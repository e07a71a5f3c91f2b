"""Everything that a linked program tells of itself, by name: drivers number these things as they like."""

from __future__ import annotations

from typing import Any

from ecs_engine.gpu import enums as gl

UNIFORM_FACTS = (
    gl.UNIFORM_TYPE, gl.UNIFORM_SIZE, gl.UNIFORM_OFFSET, gl.UNIFORM_ARRAY_STRIDE, gl.UNIFORM_MATRIX_STRIDE,
)  # fmt: skip
BLOCK_FACTS = (gl.UNIFORM_BLOCK_DATA_SIZE, gl.UNIFORM_BLOCK_BINDING, gl.UNIFORM_BLOCK_ACTIVE_UNIFORMS)


def introspect(side: Any, program: int) -> dict[str, Any]:
    """``blocks``, ``uniforms`` and ``attributes`` of a linked program."""
    blocks: dict[str, Any] = {}
    block_names = {-1: ""}
    for index in range(side.glGetProgramiv(program, gl.ACTIVE_UNIFORM_BLOCKS)):
        name = block_names[index] = side.glGetActiveUniformBlockName(program, index)
        indices = side.glGetActiveUniformBlockiv(program, index, gl.UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES)
        members = {side.glGetActiveUniform(program, i)[0] for i in indices}
        blocks[name] = ([side.glGetActiveUniformBlockiv(program, index, pname) for pname in BLOCK_FACTS], members)
    uniforms: dict[str, Any] = {}
    for index in range(side.glGetProgramiv(program, gl.ACTIVE_UNIFORMS)):
        name, size, kind = side.glGetActiveUniform(program, index)
        values = [side.glGetActiveUniformsiv(program, [index], pname)[0] for pname in UNIFORM_FACTS]
        block = block_names[side.glGetActiveUniformsiv(program, [index], gl.UNIFORM_BLOCK_INDEX)[0]]
        if not block:
            values[3:] = []  # Outside blocks strides mean nothing: drivers say 0 or -1.
        uniforms[name] = (size, kind, block, values, side.glGetUniformLocation(program, name) >= 0)
    count = side.glGetProgramiv(program, gl.ACTIVE_ATTRIBUTES)
    attributes = {side.glGetActiveAttrib(program, index) for index in range(count)}
    places = {name: side.glGetAttribLocation(program, name) for name, _, _ in attributes if not name.startswith("gl_")}
    return {"blocks": blocks, "uniforms": uniforms, "attributes": attributes, "places": places}
