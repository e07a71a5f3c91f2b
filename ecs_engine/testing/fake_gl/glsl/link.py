"""Linking: the stages' interfaces are matched, and active attributes, uniforms and blocks numbered."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.glsl.layout import Place, std140
from ecs_engine.testing.fake_gl.glsl.model import TYPES, Block, Executable, Stage, Uniform, UniformBlock, Variable
from ecs_engine.testing.fake_gl.limits import Limits

ORDER = (enums.VERTEX_SHADER, enums.GEOMETRY_SHADER, enums.FRAGMENT_SHADER)
STAGE_NAMES = {
    enums.VERTEX_SHADER: "vertex", enums.GEOMETRY_SHADER: "geometry", enums.FRAGMENT_SHADER: "fragment",
}  # fmt: skip
BUILT_IN_ATTRIBUTES = ("gl_VertexID", "gl_InstanceID")


class LinkError(Exception):
    """Why the stages do not fit; ``str()`` is the line of the log."""

    def __init__(self, message: str) -> None:
        super().__init__(f"error: {message}")


@lru_cache(maxsize=256)
def link(stages: tuple[Stage, ...], limits: Limits) -> Executable:
    """The program made of the stages, which nobody may change: as with ``compile_stage``, most are asked for again.

    Raises :class:`LinkError`.
    """
    by_type = {stage.type: stage for stage in stages}
    if len(by_type) < len(stages):
        raise LinkError("two shaders of one stage are attached, which FakeGL does not link")
    for stage in stages:
        if not stage.has_main:
            raise LinkError(f"{STAGE_NAMES[stage.type]} shader lacks `main'")
    if enums.GEOMETRY_SHADER in by_type and enums.VERTEX_SHADER not in by_type:
        raise LinkError("Geometry shader must be linked with vertex shader")
    ordered = [by_type[kind] for kind in ORDER if kind in by_type]
    for before, after in pairwise(ordered):
        match_interface(before, after)
    executable = Executable(has_vertex_stage=enums.VERTEX_SHADER in by_type)
    if enums.GEOMETRY_SHADER in by_type:
        executable.primitive = by_type[enums.GEOMETRY_SHADER].primitive
    if executable.has_vertex_stage:
        number_attributes(by_type[enums.VERTEX_SHADER], executable, limits)
    number_uniforms(ordered, executable, limits)
    number_blocks(ordered, executable, limits)
    return executable


def match_interface(before: Stage, after: Stage) -> None:
    """Every input that ``after`` uses must be written by ``before`` with the same type."""
    writer, reader = STAGE_NAMES[before.type], STAGE_NAMES[after.type]
    outputs = before.of("out")
    by_name = {variable.name: variable for variable in outputs}
    by_location = {variable.layout["location"]: variable for variable in outputs if "location" in variable.layout}
    out_blocks = {block.name: block for block in before.blocks if block.storage == "out"}
    for variable in after.of("in"):
        if variable.name not in after.reached:
            continue
        location = variable.layout.get("location")
        given = by_location.get(location) if location is not None else by_name.get(variable.name)
        if given is None:
            raise LinkError(f"{reader} shader input `{variable.name}' has no matching output in the previous stage")
        # A geometry shader sees each output as an array over the vertices of its primitive.
        if given.type != variable.type or (after.type != enums.GEOMETRY_SHADER and given.array != variable.array):
            raise LinkError(
                f"{writer} shader output `{given.name}' declared as type `{_spelt(given)}', "
                f"but {reader} shader input declared as type `{_spelt(variable)}'"
            )
        if before.version < 440 and ("flat" in given.qualifiers) != ("flat" in variable.qualifiers):
            raise LinkError(f"`{variable.name}' is flat in one of the {writer} and {reader} shaders only")
    for block in after.blocks:
        if block.storage != "in" or block.name == "gl_PerVertex" or not _reaches(after, block):
            continue
        other = out_blocks.get(block.name)
        if other is None:
            raise LinkError(f"{reader} shader input block `{block.name}' is not an output of the previous stage")
        if _shape(other) != _shape(block):
            raise LinkError(f"definitions of interface block `{block.name}' do not match")


def _spelt(variable: Variable) -> str:
    return variable.type + (f"[{variable.array}]" if variable.array else "")


def _shape(block: Block) -> list[tuple[str, str, int]]:
    return [(member.name, member.type, member.array) for member in block.members]


def _reaches(stage: Stage, block: Block) -> bool:
    if block.instance:
        return block.instance in stage.reached
    return any(member.name in stage.reached for member in block.members)


def number_attributes(stage: Stage, executable: Executable, limits: Limits) -> None:
    """Active attributes: explicit locations first, the rest fill the gaps in order."""
    active = [variable for variable in stage.of("in") if variable.name in stage.reached]
    taken: set[int] = set()
    for variable in sorted(active, key=lambda variable: "location" not in variable.layout):
        slots = TYPES[variable.type].columns * max(1, variable.array)
        first = variable.layout.get("location")
        if first is None:
            first = next(at for at in range(1000) if taken.isdisjoint(range(at, at + slots)))
        if first + slots > limits.max_vertex_attribs:
            raise LinkError(f"too many vertex attributes: `{variable.name}' does not fit {limits.max_vertex_attribs}")
        taken.update(range(first, first + slots))
        executable.attribute_locations[variable.name] = first
        for location in range(first, first + slots):
            executable.inputs[location] = (variable.name, TYPES[variable.type].base)
    for variable in active:
        executable.attributes.append((variable.name, max(1, variable.array), TYPES[variable.type].enum))
    # As drivers do, report the built-in inputs that are used; they have no location.
    for name in BUILT_IN_ATTRIBUTES:
        if name in stage.reached:
            executable.attributes.append((name, 1, enums.INT))


def flatten(variable: Variable, stage: Stage, prefix: str = "") -> Iterator[tuple[str, str, int]]:
    """(name, basic type, array length) of a uniform, its structs taken apart."""
    name = prefix + variable.name
    if variable.type not in stage.structs:
        yield name, variable.type, variable.array
        return
    for index in range(max(1, variable.array)):
        inner = f"{name}[{index}]." if variable.array else f"{name}."
        for member in stage.structs[variable.type]:
            yield from flatten(member, stage, inner)


def number_uniforms(stages: list[Stage], executable: Executable, limits: Limits) -> None:
    """Active uniforms of the default block, each with as many locations as it has elements."""
    seen: dict[str, tuple[str, int]] = {}
    next_location = 0
    for stage in stages:
        samplers = 0
        for variable in stage.of("uniform"):
            if variable.name not in stage.reached:
                continue
            explicit = variable.layout.get("location")
            for name, type, array in flatten(variable, stage):
                basic = TYPES[type]
                samplers += max(1, array) * (basic.base == "sampler")
                if name in seen:
                    if seen[name] != (type, array):
                        raise LinkError(f"uniform `{name}' declared as type `{seen[name][0]}' and type `{type}'")
                    continue
                seen[name] = (type, array)
                location = next_location if explicit is None else explicit
                next_location = max(next_location, location + max(1, array))
                shown = f"{name}[0]" if array else name
                uniform = Uniform(shown, basic.enum, max(1, array), location)
                executable.uniforms.append(uniform)
                for element in range(max(1, array)):
                    executable.by_location[location + element] = uniform
                    if basic.base == "sampler":
                        executable.samplers[location + element] = basic.enum
                        executable.initial_units[location + element] = variable.layout.get("binding") or 0
                    if array:
                        executable.uniform_locations[f"{name}[{element}]"] = location + element
                executable.uniform_locations[name] = location
                if stage.type == enums.VERTEX_SHADER and name in stage.pulled:
                    executable.pulled[location] = (name, stage.pulled[name])
        units = limits.max_texture_image_units
        if stage.type == enums.VERTEX_SHADER:
            units = limits.max_vertex_texture_image_units
        if samplers > units:
            raise LinkError(f"Too many {STAGE_NAMES[stage.type]} shader texture samplers")


def number_blocks(stages: list[Stage], executable: Executable, limits: Limits) -> None:
    """Uniform blocks and their members; a std140 block is active with all its members even when unused."""
    seen: dict[str, list[tuple[str, str, int]]] = {}
    for stage in stages:
        for block in stage.blocks:
            if block.storage != "uniform" or not ("std140" in block.layout or _reaches(stage, block)):
                continue
            if block.name in seen:
                if seen[block.name] != _shape(block):
                    raise LinkError(f"definitions of uniform block `{block.name}' do not match")
                continue
            seen[block.name] = _shape(block)
            places, size = std140(block.members, stage.structs, f"{block.name}." if block.instance else "")
            if size > limits.max_uniform_block_size:
                raise LinkError(f"Uniform block {block.name} too big ({size}/{limits.max_uniform_block_size})")
            indices = list(range(len(executable.uniforms), len(executable.uniforms) + len(places)))
            index = len(executable.blocks)
            for element in range(max(1, block.array)):
                name = f"{block.name}[{element}]" if block.array else block.name
                binding = (block.layout.get("binding") or 0) + element
                words, names = float_words(places)
                executable.blocks.append(UniformBlock(name, size, binding, indices, words, names))
            for place in places:
                name = f"{place.name}[0]" if place.array else place.name
                executable.uniforms.append(
                    Uniform(
                        name, TYPES[place.type].enum, max(1, place.array), -1, index,
                        place.offset, place.array_stride, place.matrix_stride,
                    )
                )  # fmt: skip


def float_words(places: list[Place]) -> tuple[npt.NDArray[np.intp], list[str]]:
    """Where the floats of a block lie, counted in four bytes, and which member each belongs to."""
    words: list[int] = []
    names: list[str] = []
    for place in places:
        basic = TYPES[place.type]
        if basic.base != "float":
            continue
        for element in range(max(1, place.array)):
            for column in range(basic.columns):
                first = (place.offset + element * place.array_stride + column * place.matrix_stride) // 4
                words += range(first, first + basic.rows)
                names += [place.name] * basic.rows
    return np.array(words, np.intp), names
