"""What is to be done with a finished picture: passes over all of its pixels, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from ecs_engine.core.errors import EngineError

Number = float | int
Numbers = tuple[Number, ...]

START = -1
"""The number, among the results of a chain's passes, of the picture that the chain began with."""
LEAST_SCALE = 1 / 64


@dataclass(frozen=True, slots=True)
class Shader:
    """A fragment shader by its name and text. Without text it is the engine's own of that name; with ``is_file`` the
    name is a file's, whose text the EffectSystem reads."""

    name: str
    text: str = ""
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class Pass:
    """One fragment shader run over a picture, whose result the next pass begins with.

    Args:
        shader: which.
        values: of its uniforms: a number, or as many as the uniform has: 3 for a vec3, 12 for a ``vec3[4]``, also as
            rows of 3.
        scale: width and height of the result, in parts of the picture's.
        other: whose result the shader sees as ``other``: the number of an earlier pass of the same effect, from 0, or
            START for what the effect began with.

    Raises:
        EngineError: a value is no finite number, or the scale is not from 1/64 to 1.
    """

    shader: Shader
    values: Mapping[str, Any] = field(default_factory=dict)
    scale: float = 1.0
    other: int = START
    uniforms: tuple[tuple[str, Numbers], ...] = field(init=False)
    """The values in order, each as a tuple."""

    def __post_init__(self) -> None:
        if not LEAST_SCALE <= self.scale <= 1.0:  # also of NaN
            raise EngineError(f"A pass of {self.shader.name!r} has the scale {self.scale!r}: give one from 1/64 to 1.")
        flat = tuple((name, self._flat(name, value)) for name, value in self.values.items())
        object.__setattr__(self, "uniforms", flat)

    def _flat(self, name: str, value: Any) -> Numbers:
        try:
            numbers = tuple(_numbers(value))
        except TypeError:
            numbers = ()
        if not numbers or not all(map(isfinite, numbers)):
            raise EngineError(
                f"The effect {self.shader.name!r} was given {value!r} for its uniform {name!r}: give a finite number, "
                "or several."
            )
        return numbers


def _numbers(value: Any) -> Iterable[Number]:
    if isinstance(value, (int, float)):
        yield value
        return
    if hasattr(value, "tolist"):  # of numpy
        yield from _numbers(value.tolist())
        return
    if isinstance(value, str):
        raise TypeError
    for one in value:
        yield from _numbers(one)
