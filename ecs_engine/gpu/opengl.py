"""The real OpenGL: the :class:`~ecs_engine.gpu.gl.GL` protocol on the library that PyOpenGL finds and loads.

PyOpenGL's platform layer is used to find the library and its entry points; the entry points are then called
through prototypes of our own. Two reasons. First, ctypes gives Python's lock away around every call of an
ordinary prototype, and with a busy logic thread each such gift can cost a whole switch interval; here only
calls that block give it away (:data:`~ecs_engine.gpu.prototypes.BLOCKING`). Second, integer addresses go
straight through, without a look at array handlers.
"""

from __future__ import annotations

import ctypes
from collections import deque
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.gl import GL, DebugCallback
from ecs_engine.gpu.prototypes import BLOCKING, PROTOTYPES

_MULTIPLE = {c.VIEWPORT: 4, c.SCISSOR_BOX: 4, c.MAX_VIEWPORT_DIMS: 2, c.COLOR_CLEAR_VALUE: 4}
_NAME_BYTES = 256
_CALLBACK_ARGUMENTS = (
    None,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.c_uint,
    ctypes.c_int,
    ctypes.c_void_p,
    ctypes.c_void_p,
)


def load_opengl() -> OpenGL:
    """The OpenGL entry points of the context that is current on the calling thread.

    Raises :class:`~ecs_engine.core.errors.GLError` when there is no OpenGL library, or when the library
    answers nothing: no context is current, or PyOpenGL loaded another library than the one that made the
    context (the variable ``PYOPENGL_PLATFORM`` decides, and only before PyOpenGL is first imported).
    """
    platform = keep_python_lock()
    gl = OpenGL(platform)  # type: ignore[abstract]  # the constructor binds the rest; a test compares the lists
    version = gl.glGetString(c.VERSION)
    if not version or not version[0].isdigit():
        raise GLError(
            f"OpenGL answers nothing (GL_VERSION is {version!r}) through PyOpenGL's {type(platform).__name__}, because "
            "no context is current on this thread or the context was made by another library; make the context current "
            "first, and set PYOPENGL_PLATFORM before OpenGL is imported (osmesa for a headless window, unset for a "
            "real one)"
        )
    return gl


def keep_python_lock() -> Any:
    """PyOpenGL's platform object, set so that PyOpenGL's own functions keep Python's lock and check no errors.

    The engine does not use those functions; a game or a debug overlay that imports ``OpenGL.GL`` does, and
    would otherwise stall the render thread at each call. The attribute that decides is not documented:
    when it is missing, nothing is changed. What was imported from ``OpenGL.GL`` earlier stays as it was.

    Raises :class:`~ecs_engine.core.errors.GLError` when PyOpenGL finds no OpenGL library.
    """
    try:
        import OpenGL

        _set_flags(OpenGL)
        import OpenGL.platform as loader

        platform = loader.PLATFORM
        _ = platform.GL
    except (ImportError, OSError, AttributeError, TypeError) as error:
        raise GLError(
            f"no OpenGL library could be loaded ({error}); install one (Debian and Ubuntu: libgl1 for a window, "
            "libosmesa6 for headless use)"
        ) from error
    if hasattr(platform, "DEFAULT_FUNCTION_TYPE"):
        platform.DEFAULT_FUNCTION_TYPE = ctypes.PYFUNCTYPE
    return platform


def _set_flags(package: ModuleType) -> None:
    for flag in ("ERROR_CHECKING", "ERROR_LOGGING", "FULL_LOGGING", "CONTEXT_CHECKING"):
        if hasattr(package, flag):
            setattr(package, flag, False)


class OpenGL(GL):
    """Calls the driver. Context thread only.

    Functions whose C signature is the protocol's own are bound to the instance as they are, so that calling
    one costs no Python frame. A function that the driver lacks raises ``GLError`` when it is called, not before.
    """

    def __init__(self, platform: Any) -> None:
        self._c: dict[str, Callable[..., Any]] = {}
        for name, prototype in PROTOTYPES.items():
            kind = ctypes.CFUNCTYPE if name in BLOCKING else ctypes.PYFUNCTYPE
            address = _address(platform, name)
            entry = kind(prototype.result, *prototype.arguments)(address) if address else _missing(name)
            self._c[name] = entry
            if name not in OpenGL.__dict__:
                setattr(self, name, entry)
        # A fence is polled every frame: with no time to wait, the call need not give the lock away.
        prototype = PROTOTYPES["glClientWaitSync"]
        address = _address(platform, "glClientWaitSync")
        self._poll_sync: Callable[..., int] = (
            ctypes.PYFUNCTYPE(prototype.result, *prototype.arguments)(address)
            if address
            else _missing("glClientWaitSync")
        )
        self._callback: Any = None  # the driver holds its address: it must outlive every later call
        self._callback_errors: deque[BaseException] = deque()

    # -- queries -----------------------------------------------------------------------------------
    def glGetError(self) -> int:
        if self._callback_errors:
            raise self._callback_errors.popleft()
        return int(self._c["glGetError"]())

    def glGetIntegerv(self, pname: int) -> int | list[int]:
        # Sixteen, because a driver may write more than one value for a name that this table does not know.
        values = (ctypes.c_int * 16)()
        self._c["glGetIntegerv"](pname, ctypes.addressof(values))
        count = _MULTIPLE.get(pname, 1)
        return values[0] if count == 1 else list(values[:count])

    def glGetString(self, name: int) -> str:
        return _text(self._c["glGetString"](name))

    def glGetStringi(self, name: int, index: int) -> str:
        return _text(self._c["glGetStringi"](name, index))

    # -- names -------------------------------------------------------------------------------------
    def glGenBuffers(self, n: int) -> list[int]:
        return self._generate("glGenBuffers", n)

    def glGenVertexArrays(self, n: int) -> list[int]:
        return self._generate("glGenVertexArrays", n)

    def glGenTextures(self, n: int) -> list[int]:
        return self._generate("glGenTextures", n)

    def glGenFramebuffers(self, n: int) -> list[int]:
        return self._generate("glGenFramebuffers", n)

    def glGenRenderbuffers(self, n: int) -> list[int]:
        return self._generate("glGenRenderbuffers", n)

    def glDeleteBuffers(self, names: Sequence[int]) -> None:
        self._names("glDeleteBuffers", names)

    def glDeleteVertexArrays(self, names: Sequence[int]) -> None:
        self._names("glDeleteVertexArrays", names)

    def glDeleteTextures(self, names: Sequence[int]) -> None:
        self._names("glDeleteTextures", names)

    def glDeleteFramebuffers(self, names: Sequence[int]) -> None:
        self._names("glDeleteFramebuffers", names)

    def glDeleteRenderbuffers(self, names: Sequence[int]) -> None:
        self._names("glDeleteRenderbuffers", names)

    def glDrawBuffers(self, buffers: Sequence[int]) -> None:
        self._names("glDrawBuffers", buffers)

    # -- shaders and programs ----------------------------------------------------------------------
    def glShaderSource(self, shader: int, source: str) -> None:
        data = source.encode()
        strings = (ctypes.c_char_p * 1)(data)
        lengths = (ctypes.c_int * 1)(len(data))
        self._c["glShaderSource"](shader, 1, ctypes.addressof(strings), ctypes.addressof(lengths))

    def glGetShaderiv(self, shader: int, pname: int) -> int:
        return self._query("glGetShaderiv", shader, pname)

    def glGetProgramiv(self, program: int, pname: int) -> int:
        return self._query("glGetProgramiv", program, pname)

    def glGetShaderInfoLog(self, shader: int) -> str:
        return self._log("glGetShaderInfoLog", shader, self.glGetShaderiv(shader, c.INFO_LOG_LENGTH))

    def glGetProgramInfoLog(self, program: int) -> str:
        return self._log("glGetProgramInfoLog", program, self.glGetProgramiv(program, c.INFO_LOG_LENGTH))

    def glGetActiveAttrib(self, program: int, index: int) -> tuple[str, int, int]:
        return self._active("glGetActiveAttrib", program, index)

    def glGetActiveUniform(self, program: int, index: int) -> tuple[str, int, int]:
        return self._active("glGetActiveUniform", program, index)

    def glGetActiveUniformsiv(self, program: int, indices: Sequence[int], pname: int) -> list[int]:
        count = len(indices)
        given = (ctypes.c_uint * count)(*indices)
        values = (ctypes.c_int * count)()
        self._c["glGetActiveUniformsiv"](program, count, ctypes.addressof(given), pname, ctypes.addressof(values))
        return list(values)

    def glGetActiveUniformBlockName(self, program: int, index: int) -> str:
        name = ctypes.create_string_buffer(_NAME_BYTES)
        self._c["glGetActiveUniformBlockName"](program, index, _NAME_BYTES, 0, ctypes.addressof(name))
        return name.value.decode()

    def glGetActiveUniformBlockiv(self, program: int, index: int, pname: int) -> int | list[int]:
        get = self._c["glGetActiveUniformBlockiv"]
        if pname != c.UNIFORM_BLOCK_ACTIVE_UNIFORM_INDICES:
            value = ctypes.c_int()
            get(program, index, pname, ctypes.addressof(value))
            return value.value
        count = ctypes.c_int()
        get(program, index, c.UNIFORM_BLOCK_ACTIVE_UNIFORMS, ctypes.addressof(count))
        values = (ctypes.c_int * count.value)()
        get(program, index, pname, ctypes.addressof(values))
        return list(values)

    def glGetAttribLocation(self, program: int, name: str) -> int:
        return int(self._c["glGetAttribLocation"](program, name.encode()))

    def glGetUniformLocation(self, program: int, name: str) -> int:
        return int(self._c["glGetUniformLocation"](program, name.encode()))

    # -- synchronisation ---------------------------------------------------------------------------
    def glClientWaitSync(self, sync: int, flags: int, timeout_ns: int) -> int:
        wait = self._c["glClientWaitSync"] if timeout_ns else self._poll_sync
        return int(wait(sync, flags, timeout_ns))

    # -- timer queries -----------------------------------------------------------------------------
    def glGenQueries(self, n: int) -> list[int]:
        return self._generate("glGenQueries", n)

    def glDeleteQueries(self, names: Sequence[int]) -> None:
        self._names("glDeleteQueries", names)

    def glGetQueryiv(self, target: int, pname: int) -> int:
        return self._query("glGetQueryiv", target, pname)

    def glGetQueryObjectiv(self, query: int, pname: int) -> int:
        return self._query("glGetQueryObjectiv", query, pname)

    def glGetQueryObjectui64v(self, query: int, pname: int) -> int:
        value = ctypes.c_uint64()
        self._c["glGetQueryObjectui64v"](query, pname, ctypes.addressof(value))
        return value.value

    def glGetInteger64v(self, pname: int) -> int:
        value = ctypes.c_int64()
        self._c["glGetInteger64v"](pname, ctypes.addressof(value))
        return value.value

    # -- debug output ------------------------------------------------------------------------------
    def glDebugMessageCallback(self, callback: DebugCallback | None) -> None:
        """As the specification says; what ``callback`` raises comes out of the next ``glGetError``."""
        if callback is None:
            self._c["glDebugMessageCallback"](None, None)
            self._callback = None
            return

        def receive(source: int, kind: int, number: int, severity: int, length: int, message: int, _user: int) -> None:
            try:
                text = ctypes.string_at(message, length) if length >= 0 else ctypes.string_at(message)
                callback(source, kind, number, severity, text.decode(errors="replace"))
            except BaseException as error:  # an exception cannot cross the driver's stack frames
                self._callback_errors.append(error)

        # An ordinary callback type takes Python's lock itself, whether the caller holds it or not.
        entry = ctypes.CFUNCTYPE(*_CALLBACK_ARGUMENTS)(receive)
        self._c["glDebugMessageCallback"](ctypes.cast(entry, ctypes.c_void_p), None)
        self._callback = entry

    def glDebugMessageControl(self, source: int, type: int, severity: int, enabled: bool) -> None:
        self._c["glDebugMessageControl"](source, type, severity, 0, None, enabled)

    def glObjectLabel(self, identifier: int, name: int, label: str) -> None:
        data = label.encode()
        self._c["glObjectLabel"](identifier, name, len(data), data)

    def glPushDebugGroup(self, source: int, id: int, message: str) -> None:
        data = message.encode()
        self._c["glPushDebugGroup"](source, id, len(data), data)

    # -- shared ------------------------------------------------------------------------------------
    def _generate(self, function: str, n: int) -> list[int]:
        names = (ctypes.c_uint * n)()
        self._c[function](n, ctypes.addressof(names))
        return list(names)

    def _names(self, function: str, names: Sequence[int]) -> None:
        array = (ctypes.c_uint * len(names))(*names)
        self._c[function](len(names), ctypes.addressof(array))

    def _query(self, function: str, name: int, pname: int) -> int:
        value = ctypes.c_int()
        self._c[function](name, pname, ctypes.addressof(value))
        return value.value

    def _log(self, function: str, name: int, length: int) -> str:
        if length <= 0:
            return ""
        text = ctypes.create_string_buffer(length)
        self._c[function](name, length, 0, ctypes.addressof(text))
        return text.value.decode(errors="replace")

    def _active(self, function: str, program: int, index: int) -> tuple[str, int, int]:
        size, kind, name = ctypes.c_int(), ctypes.c_uint(), ctypes.create_string_buffer(_NAME_BYTES)
        self._c[function](
            program, index, _NAME_BYTES, 0, ctypes.addressof(size), ctypes.addressof(kind), ctypes.addressof(name)
        )
        return name.value.decode(), size.value, kind.value


def _text(value: bytes | None) -> str:
    return value.decode(errors="replace") if value else ""


def _address(platform: Any, name: str) -> int:
    """Where function ``name`` is, or 0. The library's own symbols come first: Windows resolves the functions
    of OpenGL 1.1 in no other way, and other loaders may answer an unknown name with a stub that does nothing."""
    try:
        return ctypes.cast(platform.GL[name], ctypes.c_void_p).value or 0
    except (AttributeError, ValueError):
        pass
    resolve = getattr(platform, "getExtensionProcedure", None)
    if resolve is None:
        return 0
    found = resolve(name.encode())
    if found and not isinstance(found, int):
        found = ctypes.cast(found, ctypes.c_void_p).value
    return found or 0


def _missing(name: str) -> Callable[..., Any]:
    def call(*_: Any) -> Any:
        raise GLError(
            f"{name} is not offered by this OpenGL driver, which is too old for it; look at "
            "Capabilities before calling it, or update the graphics driver"
        )

    return call
