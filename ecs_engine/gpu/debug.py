"""Errors that OpenGL reports, in words: from its debug output where there is one, else from ``glGetError``."""

from __future__ import annotations

from collections import deque

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.gl import GL

ERROR_NAMES = {
    c.INVALID_ENUM: "GL_INVALID_ENUM",
    c.INVALID_VALUE: "GL_INVALID_VALUE",
    c.INVALID_OPERATION: "GL_INVALID_OPERATION",
    c.INVALID_FRAMEBUFFER_OPERATION: "GL_INVALID_FRAMEBUFFER_OPERATION",
    c.OUT_OF_MEMORY: "GL_OUT_OF_MEMORY",
}
_MOST = 16
_CONTEXT_LOST = 0x0507


class ErrorLog:
    """Collects what the driver complains about. Context thread only."""

    def __init__(self, gl: GL, listen: bool) -> None:
        self._gl = gl
        self._listening = listen
        self._errors: deque[str] = deque(maxlen=_MOST)
        self.warnings: deque[str] = deque(maxlen=256)
        """What the driver says without refusing a call: performance and portability remarks."""
        if listen:
            gl.glEnable(c.DEBUG_OUTPUT)
            # In step with the calls: the message then belongs to the call that is on the stack.
            gl.glEnable(c.DEBUG_OUTPUT_SYNCHRONOUS)
            gl.glDebugMessageControl(c.DONT_CARE, c.DONT_CARE, c.DEBUG_SEVERITY_NOTIFICATION, False)
            gl.glDebugMessageCallback(self._receive)

    def close(self) -> None:
        """Stop listening."""
        if self._listening:
            self._listening = False
            self._gl.glDebugMessageCallback(None)
            self._gl.glDisable(c.DEBUG_OUTPUT)

    def check(self, what: str) -> None:
        """Raise :class:`~ecs_engine.core.errors.GLError` for ``what`` if OpenGL has an error pending."""
        codes: list[int] = []
        while (code := self._gl.glGetError()) != c.NO_ERROR and len(codes) < _MOST:
            codes.append(code)
            if code == _CONTEXT_LOST:  # never goes away
                break
        if not codes and not self._errors:
            return
        words = [ERROR_NAMES.get(code, f"error 0x{code:04X}") for code in codes] + list(self._errors)
        self._errors.clear()
        raise GLError(
            f"OpenGL refused {what}: {'; '.join(words)}; the call's arguments or the state it needs are wrong (with "
            "Device(debug=True) the error names the very call)"
        )

    def _receive(self, source: int, kind: int, _number: int, _severity: int, message: str) -> None:
        if source == c.DEBUG_SOURCE_SHADER_COMPILER:
            return  # programs report their own logs, with the lines in question
        if kind == c.DEBUG_TYPE_ERROR:
            self._errors.append(message.strip())
        else:
            self.warnings.append(message.strip())
