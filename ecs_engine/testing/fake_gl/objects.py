"""The objects a GL context keeps, and the table that names them."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.faults import FakeGLError, invalid_operation

if TYPE_CHECKING:
    from ecs_engine.testing.fake_gl.formats import TexelFormat
    from ecs_engine.testing.fake_gl.glsl.model import Executable, Stage

Bytes = npt.NDArray[np.uint8]
MAP_ALIGNMENT = 64
POISON = 0xCD
"""What contents are filled with that GL leaves undefined."""


@dataclass(slots=True, eq=False)
class GLObject:
    """What every named object has."""

    name: int
    label: str = ""
    deleted: bool = False


@dataclass(slots=True, frozen=True)
class Mapping:
    """A mapped range of a buffer, in bytes, and its access flags."""

    offset: int
    length: int
    access: int

    @property
    def blocks_use(self) -> bool:
        """GL may not read or write a buffer that is mapped without the persistent bit."""
        return not self.access & enums.MAP_PERSISTENT_BIT


@dataclass(slots=True, eq=False)
class Buffer(GLObject):
    """A buffer object; ``store`` is its data, (size,) uint8, at a fixed address until it is re-specified."""

    store: Bytes = field(default_factory=lambda: np.zeros(0, np.uint8))
    usage: int = enums.STATIC_DRAW
    immutable: bool = False
    flags: int = 0
    mapping: Mapping | None = None
    written: bool = False
    """Whether it was ever told what it holds."""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.store)

    @property
    def address(self) -> int:
        """Where the store lies in memory."""
        return self.store.ctypes.data


def new_store(size: int) -> Bytes:
    """(size,) zeroed bytes at an address aligned as glMapBufferRange promises."""
    room = np.zeros(size + MAP_ALIGNMENT, np.uint8)
    start = -room.ctypes.data % MAP_ALIGNMENT
    return room[start : start + size]


@dataclass(slots=True)
class Attribute:
    """One vertex attribute of a vertex array."""

    enabled: bool = False
    buffer: Buffer | None = None
    size: int = 4
    type: int = enums.FLOAT
    normalized: bool = False
    integer: bool = False
    stride: int = 0
    offset: int = 0
    divisor: int = 0


@dataclass(slots=True, eq=False)
class VertexArray(GLObject):
    """A vertex array object: attributes and the element buffer."""

    attributes: dict[int, Attribute] = field(default_factory=dict)
    elements: Buffer | None = None


@dataclass(slots=True, eq=False)
class Image:
    """One mipmap level or renderbuffer."""

    format: TexelFormat
    memory: npt.NDArray[Any]
    """(depth, height, width, channels) in the format's dtype, for :attr:`data`."""
    unwritten: set[int] = field(default_factory=set)
    """Layers that were never told what they hold, and never drawn to."""
    cleared: npt.NDArray[Any] | None = None
    """(channels,) that every texel is, if not None: most images are cleared in each frame, and nobody looks."""

    @property
    def data(self) -> npt.NDArray[Any]:
        """(depth, height, width, channels) of texels, to read and write."""
        if self.cleared is not None:
            fill(self.memory, self.cleared)
            self.cleared = None
        return self.memory

    @property
    def size(self) -> tuple[int, int, int]:
        """(width, height, depth)."""
        return self.memory.shape[2], self.memory.shape[1], self.memory.shape[0]


def fill(pixels: npt.NDArray[Any], texel: npt.NDArray[Any]) -> None:
    """Set every pixel of (..., channels) to ``texel``, (channels,) of the same dtype."""
    if texel.nbytes in (1, 2, 4, 8):  # As one number a pixel it is many times faster.
        whole = np.dtype(f"u{texel.nbytes}")
        pixels, texel = pixels.view(whole), texel.view(whole)
    pixels[...] = texel


@dataclass(slots=True, eq=False)
class Texture(GLObject):
    """A texture; ``target`` is 0 until it is first bound."""

    target: int = 0
    levels: dict[int, Image] = field(default_factory=dict)
    parameters: dict[int, int] = field(default_factory=dict)
    buffer: Buffer | None = None
    buffer_format: TexelFormat | None = None


@dataclass(slots=True, eq=False)
class Renderbuffer(GLObject):
    """A renderbuffer; ``image`` is None until storage is given."""

    image: Image | None = None


@dataclass(slots=True, frozen=True)
class Attachment:
    """What one attachment point of a framebuffer shows to."""

    source: Texture | Renderbuffer
    level: int = 0
    layer: int = 0

    @property
    def image(self) -> Image | None:
        """The image behind it, or None when there is none."""
        if isinstance(self.source, Renderbuffer):
            return self.source.image
        return self.source.levels.get(self.level)


@dataclass(slots=True, eq=False)
class Framebuffer(GLObject):
    """A framebuffer; number 0 is the window's, or the headless surface's."""

    attachments: dict[int, Attachment] = field(default_factory=dict)
    draw_buffers: list[int] = field(default_factory=lambda: [enums.COLOR_ATTACHMENT0])
    read_buffer: int = enums.COLOR_ATTACHMENT0


@dataclass(slots=True, eq=False)
class Shader(GLObject):
    """A shader; ``stage`` is what its source declares, once compiled without error."""

    type: int = 0
    source: str = ""
    stage: Stage | None = None
    log: str = ""
    attached_to: int = 0


@dataclass(slots=True, eq=False)
class Program(GLObject):
    """A program; ``executable`` is the last successful link, which a failed re-link leaves in use."""

    shaders: list[Shader] = field(default_factory=list)
    linked: bool = False
    executable: Executable | None = None
    log: str = ""
    values: dict[int, tuple[float, ...]] = field(default_factory=dict)
    block_bindings: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True, eq=False)
class Fence(GLObject):
    """A fence sync object."""

    frame: int = 0
    context: int = 0
    """The context that made it."""
    serial: int = 0
    """The last command that read a buffer before it."""
    flushed: bool = False
    signalled: bool = False


@dataclass(slots=True, eq=False)
class Query(GLObject):
    """A timer query; ``frame`` is the one it was issued in, or -1, and ``time_ns`` the GPU's clock then."""

    frame: int = -1
    time_ns: int = 0


T = TypeVar("T", bound=GLObject)


class Names(Generic[T]):
    """The names of one kind of object: generated, then made by their first use, then deleted."""

    def __init__(
        self,
        kind: str,
        make: Callable[[int], T],
        *,
        reuse: bool,
        strict: bool,
        all_contexts: list[Names[T]] | None = None,
    ) -> None:
        self.kind = kind
        self.all_contexts = [] if all_contexts is None else all_contexts
        """The tables of this kind in all contexts, where contexts do not share it."""
        self.all_contexts.append(self)
        self.made: dict[int, T] = {}
        self.generated: set[int] = set()
        self._make = make
        self._next = 1
        self._free: list[int] = []
        self._reuse = reuse
        self._strict = strict

    def generate(self, n: int) -> list[int]:
        """``n`` unused names; with ``reuse``, the lowest free ones, as drivers do."""
        return [self.take() for _ in range(n)]

    def take(self) -> int:
        """One unused name."""
        if self._reuse and self._free:
            name = heapq.heappop(self._free)
        else:
            # No name is given twice, so that one which is used in the wrong context is found.
            name = max(names._next for names in self.all_contexts)
            self._next = name + 1
        self.generated.add(name)
        return name

    def bind(self, name: int) -> T:
        """The object of a generated name, made now if this is its first use."""
        found = self.made.get(name)
        if found is None:
            self.refuse_deleted(name)
            if name not in self.generated:
                raise invalid_operation(f"{self.kind} {name} was never generated; glGen* makes names")
            found = self.made[name] = self._make(name)
        return found

    def existing(self, name: int) -> T | None:
        """The object of that name, or None when it was not made yet (or never generated)."""
        found = self.made.get(name)
        if found is None:
            self.refuse_deleted(name)
        return found

    def delete(self, name: int) -> T | None:
        """Forget ``name``; unused names and 0 are ignored. Returns the object if it had been made."""
        if name == 0:
            return None
        if name not in self.generated:
            if self._strict and self._was_deleted(name):
                raise FakeGLError(f"{self.kind} {name} was deleted before; delete each object once")
            self._refuse_foreign(name)
            return None
        self.generated.discard(name)
        if self._reuse:
            heapq.heappush(self._free, name)
        found = self.made.pop(name, None)
        if found is not None:
            found.deleted = True
        return found

    def refuse_deleted(self, name: int) -> None:
        """Raise when ``name`` was deleted: GL would only say that it is no name, or silently reuse it."""
        if self._strict and self._was_deleted(name):
            raise FakeGLError(f"{self.kind} {name} was deleted; drop the handle when it is deleted")
        self._refuse_foreign(name)

    def _was_deleted(self, name: int) -> bool:
        """Whether the name was given once, and is nobody's now. Nothing is kept of it, however long a test runs."""
        given = 0 < name < max(names._next for names in self.all_contexts)
        return given and not any(name in names.generated for names in self.all_contexts)

    def _refuse_foreign(self, name: int) -> None:
        """Raise when ``name`` is another context's: GL would take it for whatever has that name in this one."""
        if self._strict and any(name in names.generated for names in self.all_contexts if names is not self):
            raise FakeGLError(
                f"{self.kind} {name} belongs to another context, and contexts do not share that kind; make one in each"
            )
