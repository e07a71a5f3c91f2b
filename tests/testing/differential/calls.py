"""Calls as plain data, and a pair of OpenGLs that makes each of them on both sides and compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL, FakeGLError, Limits
from ecs_engine.testing.fake_gl.limits import LIMIT_NAMES
from ecs_engine.testing.fake_gl.memory import bytes_at

from .departures import departure

SIZE = (64, 48)
RASTERIZER_DISCARD = 0x8C89
NEVER_MADE = 9999
ZEROES = 3072
"""From this offset on, the random bytes are zeroes."""

OPEN_ORDER = {
    "glTexImage2D", "glTexImage3D", "glTexSubImage2D", "glTexSubImage3D",
    "glFramebufferTexture2D", "glFramebufferTextureLayer", "glFramebufferRenderbuffer", "glReadPixels",
}  # fmt: skip
"""Calls with so many arguments that several are often wrong at once: which error is set then is left open."""
OWN_RESULTS = {
    "glGetString", "glGetShaderInfoLog", "glGetProgramInfoLog", "glGetInteger64v", "glMapBufferRange",
    "glGetActiveAttrib", "glGetActiveUniform", "glGetActiveUniformsiv",
}  # fmt: skip
"""What each driver answers in its own words, with its own addresses and clock, or in its own order: what programs tell
is compared by name whenever one is linked."""
DRAWS = {"glDrawArrays", "glDrawArraysInstanced", "glDrawElements", "glDrawElementsInstanced"}


@dataclass(frozen=True)
class Name:
    """An object of either side; number 0 is GL's zero, and -1 a name that was never made."""

    kind: str
    number: int

    def __repr__(self) -> str:
        return {0: "0", -1: str(NEVER_MADE)}.get(self.number, f"{self.kind}{self.number}")


@dataclass(frozen=True)
class Data:
    """The address of the sequence's random bytes, so far from their start."""

    offset: int = 0


@dataclass(frozen=True)
class Out:
    """Memory that a call writes to; each side has its own, and they are compared after the call."""

    size: int
    floats: bool = False
    """Drivers convert with more or less rounding: floats are compared as such, all else byte for byte."""
    averaged: bool = False
    """Averages, of which no driver rounds the last two steps as another: texels of smaller mipmap levels."""

    def agrees(self, fake: npt.NDArray[np.uint8], real: npt.NDArray[np.uint8]) -> bool:
        """Whether both sides wrote the same."""
        if self.floats:
            mine, theirs = fake.view(np.float32), real.view(np.float32)
            return np.allclose(mine, theirs, rtol=1e-6, atol=1e-5 * self.averaged, equal_nan=True)
        return int(np.abs(fake.astype(np.int16) - real).max(initial=0)) <= 2 * self.averaged


@dataclass(frozen=True)
class Call:
    """One call of a function of GL, or ``write`` to mapped memory; ``makes`` is the object that it returns."""

    function: str
    args: tuple[Any, ...] = ()
    makes: Name | None = None

    def __str__(self) -> str:
        made = f"{self.makes} = " if self.makes else ""
        return f"{made}{self.function}({', '.join(map(show, self.args))})"


def show(arg: Any) -> str:
    """An argument as it stands in a printed list of calls."""
    if isinstance(arg, list):
        return f"[{', '.join(map(show, arg))}]"
    if isinstance(arg, str) and len(arg) > 40:
        return repr(arg if "\n" in arg else arg[:37] + "...")
    return f"{arg:#x}" if isinstance(arg, int) and not isinstance(arg, bool) and arg > 255 else repr(arg)


class Disagreement(AssertionError):
    """The two sides differ after a call; ``kind`` is the function and what differs."""

    def __init__(self, call: Call, what: str, fake: object, real: object) -> None:
        super().__init__(f"{call}\n    {what}: FakeGL {fake}, driver {real}")
        self.call = call
        self.kind = (call.function, what)


def random_bytes(seed: int) -> npt.NDArray[np.uint8]:
    """(4096,) uint8 that are moderate numbers when they are read as float32; the last quarter is 0."""
    data = np.random.default_rng(seed).uniform(-8, 8, 1024).astype(np.float32)
    data[ZEROES // 4 :] = 0
    return data.view(np.uint8)


def make_fake(real: Any) -> FakeGL:
    """A FakeGL with the version, limits and extensions of the driver."""
    limits = {field: real.glGetIntegerv(pname) for pname, field in LIMIT_NAMES.items()}
    limits["max_viewport_dims"] = tuple(limits["max_viewport_dims"])
    extensions = [real.glGetStringi(gl.EXTENSIONS, i) for i in range(real.glGetIntegerv(gl.NUM_EXTENSIONS))]
    version = (real.glGetIntegerv(gl.MAJOR_VERSION), real.glGetIntegerv(gl.MINOR_VERSION))
    return FakeGL(
        version, limits=Limits(**limits), extensions=extensions, size=SIZE, strict=False, debug_context=False,
        tells_of_resets=real.glGetIntegerv(gl.RESET_NOTIFICATION_STRATEGY) == gl.LOSE_CONTEXT_ON_RESET,
    )  # fmt: skip


def bound_buffer(fake: FakeGL, target: int) -> int:
    """FakeGL's name of the buffer at a target, 0 for none."""
    is_elements = target == gl.ELEMENT_ARRAY_BUFFER
    bound = fake.vertex_array.elements if is_elements else fake.buffer_bindings.get(target)
    return 0 if bound is None else bound.name


class Pair:
    """Makes each call on both sides and compares errors, results and written bytes."""

    def __init__(self, fake: FakeGL, real: Any, seed: int) -> None:
        self.fake = fake
        self.real = real
        self.data = random_bytes(seed)
        self.names: dict[Name, tuple[int, int]] = {}
        """The name on either side of everything that was made."""
        self.mapped: dict[int, tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]] = {}
        """FakeGL's name of a mapped buffer -> the mapped memory on either side."""
        self.refused: set[tuple[int, int]] = set()
        """(vertex array, index) of attributes whose last pointer was refused."""

    def real_name(self, kind: str, fake: int) -> int | None:
        """The driver's name of what FakeGL calls so."""
        if fake == 0:
            return 0
        return next((real for name, (mine, real) in self.names.items() if name.kind == kind and mine == fake), None)

    def play(self, call: Call) -> int | None:
        """Make one call; the GL error, or None where the call is not made.

        Raises:
            Disagreement: the sides differ.
        """
        args = self._resolve(call.args)
        if args is None or departure(self.fake, call.function, args[0]):
            return None
        if call.function == "write":
            self._write(args[0][0])
            return 0
        if call.function in DRAWS and self._is_undefined(call.function, args[0]):
            return None
        outs = [(np.zeros(a.size, np.uint8), np.zeros(a.size, np.uint8)) for a in call.args if isinstance(a, Out)]
        mine = getattr(self.fake, call.function)(*self._with_memory(args[0], outs, 0))
        error = self.fake.glGetError()
        with self._drawing_nothing(call.function):
            theirs = getattr(self.real, call.function)(*self._with_memory(args[1], outs, 1))
        real_error = self.real.glGetError()
        self._compare(call, outs, (mine, theirs), (error, real_error))
        self._follow(call, args[0], mine, theirs, error)
        return error

    def _compare(self, call: Call, outs: Any, results: tuple[Any, Any], errors: tuple[int, int]) -> None:
        if call.function in OPEN_ORDER and all(errors):
            return
        if errors[0] != errors[1]:
            why = f"{errors[0]:#x} ({self.fake.error_message})" if errors[0] else "no error"
            raise Disagreement(call, "error", why, f"{errors[1]:#x}")
        if errors[0]:
            return
        mine, theirs = results
        if call.function == "glClientWaitSync":  # Whether the GPU is done already is its own affair.
            mine, theirs = mine != gl.WAIT_FAILED, theirs != gl.WAIT_FAILED
        if call.makes is None and call.function not in OWN_RESULTS and mine != theirs:
            raise Disagreement(call, "result", mine, theirs)
        for out, (fake, real) in zip((arg for arg in call.args if isinstance(arg, Out)), outs, strict=True):
            if not out.agrees(fake, real):
                at = int(np.flatnonzero(fake != real)[0]) // 4 * 4
                raise Disagreement(call, "bytes", f"from {at}: {fake[at : at + 16]}", real[at : at + 16])

    def _follow(self, call: Call, args: Sequence[Any], mine: Any, theirs: Any, error: int) -> None:
        """Remember what was made and mapped."""
        if call.makes is not None and not error:
            first = (mine[0], theirs[0]) if isinstance(mine, list) else (mine, theirs)
            self.names[call.makes] = first
        if call.function == "glMapBufferRange" and not error and args[3] & gl.MAP_WRITE_BIT:
            name = bound_buffer(self.fake, args[0])
            self.mapped[name] = (bytes_at(mine, args[2]), bytes_at(theirs, args[2]))
        if call.function in ("glVertexAttribPointer", "glVertexAttribIPointer"):
            place = (self.fake.vertex_array.name, args[0])
            (self.refused.add if error else self.refused.discard)(place)
        if call.function == "glDeleteBuffers":
            # Mesa clears the plain binding along with an indexed one, even where that is another buffer.
            for side in (self.fake, self.real):
                side.glBindBuffer(gl.UNIFORM_BUFFER, 0)

    def _write(self, target: int) -> None:
        """Write random bytes to what is mapped at a target, on both sides."""
        name = bound_buffer(self.fake, target)
        mapping = self.fake.buffers.made[name].mapping if name in self.fake.buffers.made else None
        if mapping is not None and mapping.access & gl.MAP_WRITE_BIT and name in self.mapped:
            for memory in self.mapped[name]:
                memory[:] = self.data[64 : 64 + len(memory)]

    def _is_undefined(self, name: str, args: Sequence[Any]) -> bool:
        """Whether strict mode refuses a draw without a GL error: a driver may crash on it."""
        self.fake.strict = True
        try:
            getattr(self.fake, name)(*args)
        except FakeGLError:
            return True
        finally:
            self.fake.strict = False
            self.fake.glGetError()
        return False

    @contextmanager
    def _drawing_nothing(self, function: str) -> Any:
        """FakeGL's draws change no pixel, so let the driver's change none either."""
        if function in DRAWS:
            self.real.glEnable(RASTERIZER_DISCARD)
        yield
        if function in DRAWS:
            self.real.glDisable(RASTERIZER_DISCARD)

    # -- arguments -------------------------------------------------------------------------------
    def _resolve(self, args: Sequence[Any]) -> tuple[list[Any], list[Any]] | None:
        """The arguments of either side; None when one is an object that was not made."""
        sides: tuple[list[Any], list[Any]] = ([], [])
        for arg in args:
            if isinstance(arg, Name):
                both = self.names.get(arg, (0, 0) if arg.number == 0 else (NEVER_MADE, NEVER_MADE))
                if arg.number > 0 and arg not in self.names:
                    return None
            elif isinstance(arg, list):
                inner = self._resolve(arg)
                if inner is None:
                    return None
                both = inner  # type: ignore[assignment]
            elif isinstance(arg, Data):
                both = (address := self.data.ctypes.data + arg.offset, address)
            else:
                both = (arg, arg)
            for side, value in zip(sides, both, strict=True):
                side.append(value)
        return sides

    @staticmethod
    def _with_memory(args: Sequence[Any], outs: Sequence[tuple[npt.NDArray[Any], ...]], side: int) -> list[Any]:
        memory = iter(outs)
        return [next(memory)[side].ctypes.data if isinstance(arg, Out) else arg for arg in args]


Player = Callable[[Sequence[Call]], Disagreement | None]
