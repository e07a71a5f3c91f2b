"""The shader of one pass over a picture, compiled, with what was last sent to it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from ecs_engine.core.errors import ShaderError
from ecs_engine.frame.passes import Numbers, Pass, Shader
from ecs_engine.gpu import Device, Program
from ecs_engine.gpu import enums as c
from ecs_engine.render.pipeline import shader_text

PICTURE_UNIT, OTHER_UNIT = 14, 13
"""Texture units from the last that every driver has; 15 is the overlay's."""
TIME = "time"
_INCLUDE = re.compile(r'^\s*#\s*include\s+"effect\.glsl"', re.MULTILINE)
_WIDTHS = {c.FLOAT: 1, c.FLOAT_VEC2: 2, c.FLOAT_VEC3: 3, c.FLOAT_VEC4: 4}
_WORDS = {c.FLOAT: "float", c.FLOAT_VEC2: "vec2", c.FLOAT_VEC3: "vec3", c.FLOAT_VEC4: "vec4", c.INT: "int"}

Signature = tuple[tuple[str, int], ...]


def signature_of(one: Pass) -> Signature:
    """The names of its values, and how many numbers each has."""
    return tuple((name, len(numbers)) for name, numbers in one.uniforms)


class _Setter(NamedTuple):
    location: int
    width: int
    """Numbers of a vector; 0 for an int."""
    elements: int


class EffectProgram:
    """A compiled :class:`Shader` that takes certain values. Context thread only.

    Raises:
        ShaderError: it does not compile or lacks what an effect's shader has; it has no uniform for one of the values,
            or one that gets none; or a uniform's type is another.
    """

    def __init__(self, device: Device, shader: Shader, one: Pass) -> None:
        text = shader.text or shader_text(f"{shader.name}.frag.glsl")
        if not _INCLUDE.search(text):
            raise ShaderError(
                f'The shader of the effect {shader.name!r} does not begin with #include "effect.glsl", which declares '
                "picture, place and color: write that line first."
            )
        self._device = device
        self.program = Program(
            device,
            shader_text("screen.vert.glsl"),
            text,
            label=shader.name,
            includes={"effect.glsl": shader_text("effect.glsl")},
            samplers={"picture": PICTURE_UNIT, "other": OTHER_UNIT},
        )
        self.has_picture = "picture" in self.program.samplers
        self.has_other = "other" in self.program.samplers
        self._setters: dict[str, _Setter] = {}
        self._sent: dict[str, Numbers] = {}
        try:
            self._match(shader.name, text, one)
        except ShaderError:
            self.program.delete()
            raise

    def _match(self, label: str, text: str, one: Pass) -> None:
        """Find where each value goes."""
        uniforms = self.program.uniforms
        given = {TIME: (0.0,), **dict(one.uniforms)}
        if missing := sorted(set(uniforms) - set(given)):
            raise ShaderError(
                f"The shader of the effect {label!r} has a uniform {missing[0]!r} that the effect gives no value: give "
                f"one ({missing[0]}=...), or take the uniform out."
            )
        for name, numbers in given.items():
            found = uniforms.get(name)
            if found is None:
                # One that the shader does not use is dropped by the driver, and that is no mistake.
                if not re.search(rf"\buniform\b[^;]*\b{re.escape(name)}\b", text) and name != TIME:
                    known = ", ".join(sorted(set(uniforms) - {TIME})) or "none"
                    raise ShaderError(
                        f"The effect {label!r} gives a value to {name!r}, and its shader has no such uniform, only "
                        f"{known}: declare it, or check the spelling."
                    )
                continue
            whole = found.type == c.INT
            if not whole and found.type not in _WIDTHS:
                raise ShaderError(
                    f"The effect {label!r}: the uniform {name!r} has a type that effects cannot set: make it a float, "
                    "vec2, vec3 or vec4 (or an array of these), or an int."
                )
            width = 1 if whole else _WIDTHS[found.type]
            kind = _WORDS[found.type] + (f"[{found.count}]" if found.count > 1 else "")
            if len(numbers) != width * found.count or (whole and found.count > 1):
                raise ShaderError(
                    f"The effect {label!r}: the uniform {name!r} is a {kind} and was given {len(numbers)} numbers: "
                    f"give {width * found.count}."
                )
            if whole and not isinstance(numbers[0], int):
                raise ShaderError(
                    f"The effect {label!r}: the uniform {name!r} is an int and was given {numbers[0]!r}: give a whole "
                    "number, or make it a float."
                )
            self._setters[name] = _Setter(found.location, 0 if whole else width, found.count)

    def use(self, one: Pass, time: float) -> None:
        """Draw with it from now on, with these values: those that it has already are not sent again."""
        self.program.use()
        for name, numbers in one.uniforms:
            if self._sent.get(name) != numbers:
                self._send(name, numbers)
        if TIME in self._setters:
            self._send(TIME, (time,))

    def _send(self, name: str, numbers: Numbers) -> None:
        setter = self._setters.get(name)
        self._sent[name] = numbers
        if setter is None:
            return
        gl = self._device.gl
        if setter.width == 0:
            gl.glUniform1i(setter.location, int(numbers[0]))
            return
        calls = (gl.glUniform1fv, gl.glUniform2fv, gl.glUniform3fv, gl.glUniform4fv)
        values = np.array(numbers, np.float32)
        calls[setter.width - 1](setter.location, setter.elements, values.ctypes.data)

    def restore(self) -> None:
        """The context was made anew: nothing has been sent yet."""
        self._sent.clear()

    def delete(self) -> None:
        self.program.delete()
