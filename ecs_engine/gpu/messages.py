"""What a driver has to say, as records: what it is about, how bad it is, and which line of Python led to it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from types import FrameType
from typing import Any

from ecs_engine.gpu import enums as c
from ecs_engine.gpu.resource import Kind
from ecs_engine.gpu.state import State

SOURCES = {
    c.DEBUG_SOURCE_API: "api",
    c.DEBUG_SOURCE_WINDOW_SYSTEM: "window system",
    c.DEBUG_SOURCE_SHADER_COMPILER: "shader compiler",
    c.DEBUG_SOURCE_THIRD_PARTY: "third party",
    c.DEBUG_SOURCE_APPLICATION: "application",
    c.DEBUG_SOURCE_OTHER: "other",
}
TYPES = {
    c.DEBUG_TYPE_ERROR: "error",
    c.DEBUG_TYPE_DEPRECATED_BEHAVIOR: "deprecated behaviour",
    c.DEBUG_TYPE_UNDEFINED_BEHAVIOR: "undefined behaviour",
    c.DEBUG_TYPE_PORTABILITY: "portability",
    c.DEBUG_TYPE_PERFORMANCE: "performance",
    c.DEBUG_TYPE_MARKER: "marker",
    c.DEBUG_TYPE_PUSH_GROUP: "push group",
    c.DEBUG_TYPE_POP_GROUP: "pop group",
    c.DEBUG_TYPE_OTHER: "other",
}
SEVERITIES = {
    c.DEBUG_SEVERITY_HIGH: "high",
    c.DEBUG_SEVERITY_MEDIUM: "medium",
    c.DEBUG_SEVERITY_LOW: "low",
    c.DEBUG_SEVERITY_NOTIFICATION: "notification",
}
_INSIDE = ("ecs_engine.gpu", "ecs_engine.testing.fake_gl", "OpenGL")
"""Modules that make a call on behalf of others."""


@dataclass(frozen=True, slots=True)
class DebugMessage:
    """One message of the driver, or one error code where the driver sends no messages.

    What is not known is an empty text or 0.
    """

    source: str
    """``api``, ``shader compiler``, ``window system``, ``third party``, ``application`` or ``other``."""
    type: str
    """``error``, ``performance``, ``portability``, ``deprecated behaviour``, ``undefined behaviour``, ``other``, ..."""
    severity: str
    """``high``, ``medium``, ``low`` or ``notification``."""
    id: int
    """The driver's own number for this kind of message; for an error code, the code."""
    text: str
    call: str = ""
    """The OpenGL function that was running."""
    label: str = ""
    """The label of the object that the function works on."""
    file: str = ""
    """Where in Python the call came from: the first line outside this package."""
    line: int = 0
    group: str = ""
    """The debug groups that were open, outermost first, with ``/`` between them."""
    frame: int = 0
    time_ns: int = 0
    """``time.monotonic_ns()`` when it arrived."""

    def __str__(self) -> str:
        about = " ".join(part for part in (self.call, repr(self.label) if self.label else "", self.place) if part)
        return f"{self.text} ({about})" if about else self.text

    @property
    def place(self) -> str:
        """``file:line``, or nothing."""
        return f"{self.file}:{self.line}" if self.file else ""


def caller() -> tuple[str, int]:
    """The file and line of the innermost frame on this thread that is not part of making OpenGL calls."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if not any(name == inside or name.startswith(f"{inside}.") for inside in _INSIDE):
            return frame.f_code.co_filename, frame.f_lineno
        frame = frame.f_back
    return "", 0


_GIVEN = {
    "glBindTexture": (Kind.TEXTURE, 1),
    "glTexBuffer": (Kind.BUFFER, 2),
    "glBindBuffer": (Kind.BUFFER, 1),
    "glBindBufferBase": (Kind.BUFFER, 2),
    "glBindBufferRange": (Kind.BUFFER, 2),
    "glBindVertexArray": (Kind.VERTEX_ARRAY, 0),
    "glBindFramebuffer": (Kind.FRAMEBUFFER, 1),
    "glBindRenderbuffer": (Kind.RENDERBUFFER, 1),
    "glFramebufferTexture2D": (Kind.TEXTURE, 3),
    "glFramebufferTextureLayer": (Kind.TEXTURE, 2),
    "glUseProgram": (Kind.PROGRAM, 0),
    "glLinkProgram": (Kind.PROGRAM, 0),
    "glAttachShader": (Kind.PROGRAM, 0),
    "glUniformBlockBinding": (Kind.PROGRAM, 0),
}
"""Functions that are told which object they work on: its kind, and the argument that names it."""


def subject(call: str, arguments: tuple[Any, ...], state: State) -> tuple[Kind, int] | None:
    """The object that ``call`` works on, as far as the arguments and the filtered state tell."""
    if call in _GIVEN:
        kind, place = _GIVEN[call]
        return (kind, arguments[place]) if place < len(arguments) else None
    if call.startswith("glDraw") or call.startswith("glUniform"):
        return Kind.PROGRAM, state.program
    if not arguments:
        return None
    if call.startswith(("glTexImage", "glTexSubImage", "glTexParameter", "glGetTexImage", "glGenerateMipmap")):
        return Kind.TEXTURE, state.texture_edited(arguments[0])
    if call.startswith(("glBuffer", "glMapBuffer", "glUnmapBuffer", "glGetBuffer")):
        return Kind.BUFFER, state.buffer_bound(arguments[0])
    if call in ("glClear", "glReadPixels", "glBlitFramebuffer", "glCheckFramebufferStatus", "glDrawBuffers"):
        return Kind.FRAMEBUFFER, state.framebuffer
    return None
