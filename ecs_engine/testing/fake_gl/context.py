"""The state of a fake context and what all its commands share: errors, recording, threads."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NoReturn

from ecs_engine.gpu import enums
from ecs_engine.gpu.gl import DebugCallback
from ecs_engine.testing.fake_gl.faults import ERROR_NAMES, FakeGLError, GLFault
from ecs_engine.testing.fake_gl.formats import FORMATS
from ecs_engine.testing.fake_gl.in_flight import InFlight
from ecs_engine.testing.fake_gl.limits import DEFAULT_EXTENSIONS, GLSL_OF_GL, Limits
from ecs_engine.testing.fake_gl.objects import (
    Attachment,
    Buffer,
    Fence,
    Framebuffer,
    GLObject,
    Image,
    Names,
    Program,
    Query,
    Renderbuffer,
    Shader,
    Texture,
    VertexArray,
)

if TYPE_CHECKING:
    from ecs_engine.testing.fake_gl.failing import Failure

Command = tuple[str, tuple[Any, ...]]
DRAW_NS = 1000
"""What a draw takes by the GPU's clock."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One successful draw call and what it drew with (names of objects)."""

    name: str
    mode: int
    first: int
    count: int
    instances: int
    program: int
    vertex_array: int
    framebuffer: int


@dataclass(slots=True)
class Frame:
    """What happened between two calls of :meth:`Context.end_frame`."""

    index: int
    commands: list[Command] = field(default_factory=list)
    draws: list[Draw] = field(default_factory=list)
    redundant: list[Command] = field(default_factory=list)
    """Commands that set what was set already: a driver checks the state again for each."""
    stalls: int = 0
    """Waits in which the CPU had to stand still for the GPU."""

    @property
    def draw_count(self) -> int:
        """Successful draw calls."""
        return len(self.draws)

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every call of ``name``, oldest first."""
        return [args for called, args in self.commands if called == name]


class Context:
    """Everything a context keeps. The functions of GL are in the classes that derive from this one."""

    def __init__(
        self,
        version: tuple[int, int] = (4, 5),
        *,
        limits: Limits | Mapping[str, Any] | None = None,
        extensions: Iterable[str] | None = None,
        renderer: str = "FakeGL",
        size: tuple[int, int] = (640, 360),
        strict: bool = True,
        fence_latency: int = 0,
        timer_bits: int = 64,
        reuse_names: bool = False,
        debug_context: bool = True,
        tells_of_resets: bool = True,
        frame_history: int = 600,
    ) -> None:
        if version not in GLSL_OF_GL:
            raise ValueError(f"FakeGL version {version} is not a core OpenGL from (3, 3) to (4, 6); pass one of those")
        if not 0 <= fence_latency <= 3:
            raise ValueError(f"fence_latency is {fence_latency}; fences signal after 0 to 3 frames")
        self.version = version
        self.glsl_version = GLSL_OF_GL[version]
        self.limits = limits if isinstance(limits, Limits) else replace(Limits(), **(limits or {}))
        self.extensions = tuple(DEFAULT_EXTENSIONS if extensions is None else extensions)
        self.renderer = renderer
        self.strict = strict
        self.fence_latency = fence_latency
        self.timer_bits = timer_bits
        self.gpu_time_ns = 0
        """The GPU's clock, which each draw advances by 1,000 ns; tests may set it."""
        self.notes: list[str] = []
        self.frame = Frame(0)
        self.frames: deque[Frame] = deque(maxlen=frame_history)
        self.owner_thread: int | None = threading.get_ident()
        self.failures: list[Failure] = []
        self.reuse_names = reuse_names
        self.debug_context = debug_context
        self.tells_of_resets = tells_of_resets
        self._begin_group()
        shared = vars(self).keys() | {"own"}
        self._begin_context(size)
        self.own = tuple(vars(self).keys() - shared)
        """The attributes that each context has for itself."""

    def _begin_group(self) -> None:
        """What contexts share: none of it is there yet."""
        self.reset: list[int] | None = None
        """None, or, once the driver was reset, what glGetGraphicsResetStatus has still to answer."""
        reuse, strict = self.reuse_names, self.strict
        self.buffers = Names("buffer", Buffer, reuse=reuse, strict=strict)
        self.textures = Names("texture", Texture, reuse=reuse, strict=strict)
        self.renderbuffers = Names("renderbuffer", Renderbuffer, reuse=reuse, strict=strict)
        # Shaders and programs share their names, as the specification says.
        self.programs: Names[GLObject] = Names("shader or program", GLObject, reuse=reuse, strict=strict)
        self.fences = Names("sync", Fence, reuse=False, strict=strict)
        self.in_flight = InFlight()
        self.current = 0
        """The number of the context that calls go to."""
        self.others: dict[int, dict[str, Any]] = {}
        """The other contexts: number -> their values of the attributes in :attr:`own`."""
        self.contexts_made = 1
        self.containers: dict[str, list[Names[Any]]] = {"vertex_arrays": [], "framebuffers": [], "queries": []}
        """What contexts do not share: attribute -> its tables in all contexts."""

    def _begin_context(self, size: tuple[int, int]) -> None:
        """What a context has for itself, as it is when it was just made."""
        self.error = enums.NO_ERROR
        self.error_message = ""
        reuse, strict = self.reuse_names, self.strict
        tables = self.containers
        self.vertex_arrays: Names[VertexArray] = Names(
            "vertex array", VertexArray, reuse=reuse, strict=strict, all_contexts=tables["vertex_arrays"]
        )
        self.framebuffers: Names[Framebuffer] = Names(
            "framebuffer", Framebuffer, reuse=reuse, strict=strict, all_contexts=tables["framebuffers"]
        )
        self.queries: Names[Query] = Names("query", Query, reuse=reuse, strict=strict, all_contexts=tables["queries"])
        self._init_fixed_state(size)
        self.debug_callback: DebugCallback | None = None
        self.debug_muted: set[tuple[int, int, int]] = set()
        self.debug_groups: list[tuple[int, int, str]] = []
        if self.debug_context:
            self.caps.add(enums.DEBUG_OUTPUT)

    def _init_fixed_state(self, size: tuple[int, int]) -> None:
        self.caps: set[int] = {enums.MULTISAMPLE, 0x0BD0}  # GL_DITHER, the other one that starts enabled
        self.blend = (enums.ONE, enums.ZERO, enums.ONE, enums.ZERO)
        self.blend_equation = enums.FUNC_ADD
        self.depth_func = enums.LESS
        self.depth_mask = True
        self.cull_face = enums.BACK
        self.viewport = (0, 0, *size)
        self.scissor = (0, 0, *size)
        self.clear_color = (0.0, 0.0, 0.0, 0.0)
        self.pixel_store: dict[int, int] = {}
        self.buffer_bindings: dict[int, Buffer | None] = {}
        self.uniform_bindings: dict[int, tuple[Buffer, int, int]] = {}
        self.vertex_array = self.default_vertex_array = VertexArray(0)
        self.active_unit = 0
        self.texture_units: dict[tuple[int, int], Texture] = {}
        self.default_textures = {
            target: Texture(0, target=target)
            for target in (enums.TEXTURE_2D, enums.TEXTURE_2D_ARRAY, enums.TEXTURE_BUFFER)
        }
        self.renderbuffer: Renderbuffer | None = None
        self.default_framebuffer = Framebuffer(0, draw_buffers=[enums.BACK], read_buffer=enums.BACK)
        self.resize(*size)
        self.draw_framebuffer = self.read_framebuffer = self.default_framebuffer
        self.program: Program | None = None
        # A mapped address may still be written to after the buffer is gone; the memory must outlive that mistake.
        self.kept_stores: list[Any] = []

    # -- errors and notes ------------------------------------------------------------------------
    def set_error(self, name: str, fault: GLFault) -> None:
        """Set the error flag unless one is waiting, and tell the debug callback."""
        message = f"{ERROR_NAMES[fault.error]} in {name}: {fault.why}"
        if self.error == enums.NO_ERROR:
            self.error = fault.error
            self.error_message = message
        self.debug_message(enums.DEBUG_SOURCE_API, enums.DEBUG_TYPE_ERROR, 0, enums.DEBUG_SEVERITY_HIGH, message)

    def debug_message(self, source: int, type: int, id: int, severity: int, message: str) -> None:
        """Hand a message to the callback, if debug output is enabled and the message is not muted."""
        if self.debug_callback is None or enums.DEBUG_OUTPUT not in self.caps:
            return
        if (source, type, severity) not in self.debug_muted:
            self.debug_callback(source, type, id, severity, message)

    def note(self, message: str) -> None:
        """Keep a remark on something legal but doubtful, once; strict mode does not raise for it."""
        if message not in self.notes:
            self.notes.append(message)

    def mistake(self, message: str) -> None:
        """In strict mode, raise :class:`FakeGLError`; the command's name is put in front."""
        if self.strict:
            raise FakeGLError(message)

    def has(self, feature: tuple[tuple[int, int], str]) -> bool:
        """Whether the version or the extension brings a feature."""
        return self.version >= feature[0] or feature[1] in self.extensions

    def needs(self, feature: tuple[tuple[int, int], str]) -> None:
        """Raise unless the version or the extension brings the function: a real one would be a null pointer."""
        if not self.has(feature):
            version, extension = feature
            raise FakeGLError(
                f"needs OpenGL {version[0]}.{version[1]} or {extension}, and this context is "
                f"{self.version[0]}.{self.version[1]} without it; test for the feature first"
            )

    def count_redundant(self, unchanged: bool, name: str, *args: Any) -> None:
        """Keep a command in the record of those that set what was set already, if it is one."""
        if unchanged:
            self.frame.redundant.append((name, args))

    # -- threads ---------------------------------------------------------------------------------
    def release(self) -> None:
        """Make the context current on no thread; every GL call is then a mistake."""
        self.owner_thread = None

    def complain_of_thread(self, name: str) -> NoReturn:
        """Raise the error for a call from a thread that does not own the context."""
        here = threading.current_thread().name
        if self.owner_thread is None:
            raise FakeGLError(f"{name} was called on {here!r}, but no thread has the context; call make_current()")
        owner = next((t.name for t in threading.enumerate() if t.ident == self.owner_thread), "one that has ended")
        raise FakeGLError(
            f"{name} was called on thread {here!r}, but the context is current on {owner!r}; "
            "GL is called on the context thread only"
        )

    # -- frames and the window -------------------------------------------------------------------
    @property
    def commands(self) -> list[Command]:
        """Every kept command, oldest first, as ``(name, args)``; ``glGetError`` is not recorded."""
        return [command for frame in (*self.frames, self.frame) for command in frame.commands]

    @property
    def draw_count(self) -> int:
        """Successful draw calls in the current frame."""
        return self.frame.draw_count

    def calls(self, name: str) -> list[tuple[Any, ...]]:
        """The arguments of every kept call of ``name``, oldest first."""
        return [args for called, args in self.commands if called == name]

    def end_frame(self) -> Frame:
        """What swapping buffers does: flush, let the GPU come a frame nearer, and start a new record."""
        done = self.frame
        self.frames.append(done)
        self.frame = Frame(done.index + 1)
        self.flush()
        if self.debug_groups:
            self.mistake(f"debug group {self.debug_groups[-1][2]!r} is open at the end of the frame; pop each group")
        if self.reset is not None:
            self.in_flight = InFlight()  # A GPU that was reset reads nothing more.
        self.in_flight.verify()
        self.in_flight.retire(frame=self.frame.index - self.fence_latency)
        return done

    def flush(self) -> None:
        """Send everything that the current context was told on to the GPU."""
        for fence in self.fences.made.values():
            if fence.context == self.current:
                fence.flushed = True

    def forget_commands(self) -> None:
        """Drop every record of commands and draws; the state stays."""
        self.frames.clear()
        self.frame = Frame(self.frame.index)

    def resize(self, width: int, height: int, context: int | None = None) -> None:
        """Give the default framebuffer of a context, by default the current one, a new size in pixels and zeroes."""
        colour, depth = FORMATS[enums.RGBA8], FORMATS[enums.DEPTH24_STENCIL8]
        surface = Renderbuffer(0, image=Image(colour, colour.zeros(width, height, 1)))
        depths = Renderbuffer(0, image=Image(depth, depth.zeros(width, height, 1)))
        own = vars(self) if context in (None, self.current) else self.others[context]
        own["default_framebuffer"].attachments = {
            enums.BACK: Attachment(surface),
            enums.DEPTH_ATTACHMENT: Attachment(depths),
        }

    # -- checks at the end of a test ------------------------------------------------------------------
    def assert_no_error(self) -> None:
        """Raise :class:`FakeGLError` when a GL error waits that nobody asked for; it is left waiting."""
        if self.error != enums.NO_ERROR:
            raise FakeGLError(f"a GL error was never looked at: {self.error_message}; check glGetError")

    def assert_no_redundant_calls(self) -> None:
        """Raise :class:`FakeGLError` naming each command of the last finished frame that changed nothing."""
        redundant = self.frames[-1].redundant if self.frames else []
        if redundant:
            listed = ", ".join(f"{name}({', '.join(map(str, args))})" for name, args in redundant[:5])
            raise FakeGLError(
                f"{len(redundant)} calls of frame {self.frames[-1].index} set what was set already: {listed}; remember "
                "the state, and leave them out"
            )

    # -- leaks -----------------------------------------------------------------------------------
    def live_objects(self) -> dict[str, list[int]]:
        """Names that were made and not deleted, by kind; kinds without any are left out."""
        tables = (self.buffers, self.vertex_arrays, self.textures, self.framebuffers, self.renderbuffers, self.fences,
                  self.queries)  # fmt: skip
        found = {names.kind: sorted(names.generated) for names in tables}
        # One that is flagged for deletion goes with what still uses it.
        made = {name: thing for name, thing in self.programs.made.items() if not thing.deleted}
        found["shader"] = sorted(name for name, thing in made.items() if isinstance(thing, Shader))
        found["program"] = sorted(name for name, thing in made.items() if isinstance(thing, Program))
        return {kind: names for kind, names in found.items() if names}

    def named_objects(self) -> list[str]:
        """Those of :meth:`live_objects` as texts: kind, name and label."""
        tables: dict[str, Names[Any]] = {
            names.kind: names
            for names in (self.buffers, self.textures, self.vertex_arrays, self.framebuffers, self.renderbuffers)
        }
        listed = []
        for kind, names in self.live_objects().items():
            for name in names:
                thing = tables.get(kind, self.programs).made.get(name)
                label = f" ({thing.label})" if thing is not None and thing.label else ""
                listed.append(f"{kind} {name}{label}")
        return listed

    def assert_no_leaks(self) -> None:
        """Raise :class:`FakeGLError` naming every object that was not deleted."""
        listed = self.named_objects()
        if listed:
            raise FakeGLError(f"{len(listed)} GL objects were never deleted: {', '.join(listed)}; delete each one")
