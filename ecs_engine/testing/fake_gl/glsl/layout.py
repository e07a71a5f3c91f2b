"""std140: where the members of a uniform block lie (OpenGL 4.6 core, section 7.6.2.2)."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_engine.testing.fake_gl.glsl.model import TYPES, Variable

Structs = dict[str, tuple[Variable, ...]]


@dataclass(frozen=True, slots=True)
class Place:
    """One basic member: its full name, type, array length (0: no array), and bytes."""

    name: str
    type: str
    array: int
    offset: int
    array_stride: int
    matrix_stride: int


def align(value: int, to: int) -> int:
    """The next multiple of ``to``."""
    return -(-value // to) * to


def measure(type: str, array: int, structs: Structs) -> tuple[int, int]:
    """(alignment, size) in bytes of a member."""
    if type in structs:
        alignment, size = 16, 0
        for member in structs[type]:
            inner, length = measure(member.type, member.array, structs)
            alignment = max(alignment, inner)
            size = align(size, inner) + length
        size = align(size, alignment)
        return alignment, size * max(1, array)
    basic = TYPES[type]
    column = 4 * (4 if basic.rows == 3 else basic.rows)
    if array or basic.columns > 1:
        # Rules 4 to 8: arrays, and matrices as arrays of columns, are made of 16-byte elements.
        column = align(column, 16)
        return column, column * basic.columns * max(1, array)
    return column, 4 * basic.rows


def std140(members: tuple[Variable, ...], structs: Structs, prefix: str = "") -> tuple[list[Place], int]:
    """The places of all basic members, structs flattened, and the size of the block in bytes."""
    places: list[Place] = []
    end = _put(members, structs, prefix, 0, places)
    return places, align(end, 16)


def _put(members: tuple[Variable, ...], structs: Structs, prefix: str, at: int, places: list[Place]) -> int:
    for member in members:
        alignment, size = measure(member.type, member.array, structs)
        at = align(at, alignment)
        name = prefix + member.name
        if member.type in structs:
            each = size // max(1, member.array)
            for index in range(max(1, member.array)):
                inner = f"{name}[{index}]." if member.array else f"{name}."
                _put(structs[member.type], structs, inner, at + index * each, places)
        else:
            columns = TYPES[member.type].columns
            stride = size // member.array if member.array else 0
            matrix_stride = size // (columns * max(1, member.array)) if columns > 1 else 0
            places.append(Place(name, member.type, member.array, at, stride, matrix_stride))
        at += size
    return at
