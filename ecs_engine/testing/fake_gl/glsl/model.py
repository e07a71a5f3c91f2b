"""What the compiler and the linker know of shaders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums


class GLSLError(Exception):
    """A compile error at a place in the source; ``str()`` is the line of the log."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(f"0:{line}({column}): error: {message}")


@dataclass(frozen=True, slots=True)
class BasicType:
    """A built-in type: its enumerant, its shape, and what one component is."""

    enum: int
    rows: int = 1
    columns: int = 1
    base: Literal["float", "int", "uint", "bool", "sampler"] = "float"


TYPES: dict[str, BasicType] = {
    "float": BasicType(enums.FLOAT),
    "int": BasicType(enums.INT, base="int"),
    "uint": BasicType(enums.UNSIGNED_INT, base="uint"),
    "bool": BasicType(enums.BOOL, base="bool"),
    **{f"vec{n}": BasicType(enums.FLOAT_VEC2 + n - 2, n) for n in (2, 3, 4)},
    **{f"ivec{n}": BasicType(enums.INT_VEC2 + n - 2, n, base="int") for n in (2, 3, 4)},
    **{f"uvec{n}": BasicType(enums.UNSIGNED_INT_VEC2 + n - 2, n, base="uint") for n in (2, 3, 4)},
    **{f"bvec{n}": BasicType(enums.BOOL + n - 1, n, base="bool") for n in (2, 3, 4)},
    **{f"mat{n}": BasicType(enums.FLOAT_MAT2 + n - 2, n, n) for n in (2, 3, 4)},
    **{f"mat{n}x{n}": BasicType(enums.FLOAT_MAT2 + n - 2, n, n) for n in (2, 3, 4)},
    **{
        f"mat{columns}x{rows}": BasicType(enum, rows, columns)
        for enum, columns, rows in (
            (0x8B65, 2, 3), (0x8B66, 2, 4), (0x8B67, 3, 2), (0x8B68, 3, 4), (0x8B69, 4, 2), (0x8B6A, 4, 3),
        )
    },
    **{
        name: BasicType(enum, base="sampler")
        for name, enum in {
            "sampler1D": 0x8B5D, "sampler2D": enums.SAMPLER_2D, "sampler3D": 0x8B5F, "samplerCube": 0x8B60,
            "sampler2DShadow": 0x8B62, "sampler2DRect": 0x8B63, "sampler2DArray": enums.SAMPLER_2D_ARRAY,
            "samplerBuffer": enums.SAMPLER_BUFFER, "sampler2DArrayShadow": 0x8DC4, "samplerCubeShadow": 0x8DC5,
            "sampler2DMS": 0x9108, "isampler2D": 0x8DCA, "isampler3D": 0x8DCB, "isampler2DArray": 0x8DCF,
            "isamplerBuffer": enums.INT_SAMPLER_BUFFER, "usampler2D": enums.UNSIGNED_INT_SAMPLER_2D,
            "usampler3D": 0x8DD3, "usampler2DArray": enums.UNSIGNED_INT_SAMPLER_2D_ARRAY,
            "usamplerBuffer": enums.UNSIGNED_INT_SAMPLER_BUFFER,
        }.items()
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variable:
    """A declared variable, block member or struct member; ``array`` is its length, 0 when it is no array."""

    name: str
    type: str
    array: int = 0
    qualifiers: frozenset[str] = frozenset()
    layout: dict[str, int | None] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """An interface block: uniform, in or out."""

    name: str
    instance: str
    members: tuple[Variable, ...]
    storage: str
    array: int = 0
    layout: dict[str, int | None] = field(default_factory=dict)


@dataclass(slots=True, eq=False)  # equal to itself only, so that it can be the key of what is linked of it
class Stage:
    """What one compiled shader declares, and every identifier that ``main`` can reach."""

    type: int
    version: int = 110
    variables: list[Variable] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    structs: dict[str, tuple[Variable, ...]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    pulled: dict[str, int] = field(default_factory=dict)
    """Samplers that ``main`` reads with ``texelFetch(name, gl_VertexID >> shift)``, and the shift."""
    has_main: bool = False
    primitive: str = ""
    """The input primitive of a geometry shader."""

    def of(self, storage: str) -> list[Variable]:
        """The global variables with that storage qualifier."""
        return [variable for variable in self.variables if storage in variable.qualifiers]


@dataclass(frozen=True, slots=True)
class Uniform:
    """An active uniform. Offsets and strides in bytes; -1 outside blocks, as glGetActiveUniformsiv says."""

    name: str
    type: int
    size: int
    location: int = -1
    block: int = -1
    offset: int = -1
    array_stride: int = -1
    matrix_stride: int = -1


@dataclass(slots=True)
class UniformBlock:
    """An active uniform block; ``size`` in bytes."""

    name: str
    size: int
    binding: int = 0
    uniforms: list[int] = field(default_factory=list)
    float_words: npt.NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    """Where its floats lie, counted in four bytes."""
    float_names: list[str] = field(default_factory=list)
    """The member that each of these belongs to."""


@dataclass(slots=True)
class Executable:
    """A linked program."""

    attributes: list[tuple[str, int, int]] = field(default_factory=list)
    attribute_locations: dict[str, int] = field(default_factory=dict)
    inputs: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Every location that the vertex shader reads: the input's name and base type."""
    uniforms: list[Uniform] = field(default_factory=list)
    uniform_locations: dict[str, int] = field(default_factory=dict)
    by_location: dict[int, Uniform] = field(default_factory=dict)
    blocks: list[UniformBlock] = field(default_factory=list)
    samplers: dict[int, int] = field(default_factory=dict)
    """Location of each sampler and its type."""
    initial_units: dict[int, int] = field(default_factory=dict)
    pulled: dict[int, tuple[str, int]] = field(default_factory=dict)
    """Location of each sampler that is read by the vertex number: its name, and by how many bits that is shifted."""
    has_vertex_stage: bool = False
    primitive: str = ""
