"""Errors and remarks of OpenGL: from its debug output where there is one, else from ``glGetError``."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import FrameStats
from ecs_engine.gpu.context import ContextLostError
from ecs_engine.gpu.gl import GL
from ecs_engine.gpu.hooks import ErrorHooks, ErrorReport, Point, raise_all
from ecs_engine.gpu.messages import SEVERITIES, SOURCES, TYPES, DebugMessage, caller

ERROR_NAMES = {
    c.INVALID_ENUM: "GL_INVALID_ENUM",
    c.INVALID_VALUE: "GL_INVALID_VALUE",
    c.INVALID_OPERATION: "GL_INVALID_OPERATION",
    c.INVALID_FRAMEBUFFER_OPERATION: "GL_INVALID_FRAMEBUFFER_OPERATION",
    c.OUT_OF_MEMORY: "GL_OUT_OF_MEMORY",
    c.STACK_OVERFLOW: "GL_STACK_OVERFLOW",
    c.STACK_UNDERFLOW: "GL_STACK_UNDERFLOW",
    c.CONTEXT_LOST: "GL_CONTEXT_LOST",
}
RESET_NAMES = {
    c.GUILTY_CONTEXT_RESET: "GL_GUILTY_CONTEXT_RESET",
    c.INNOCENT_CONTEXT_RESET: "GL_INNOCENT_CONTEXT_RESET",
    c.UNKNOWN_CONTEXT_RESET: "GL_UNKNOWN_CONTEXT_RESET",
}
MESSAGES_KEPT = 256
_MOST = 16
_GROUP_DEPTH = 60  # OpenGL promises 64, and others may have opened some
_TEXT_BYTES = 255
_ADVICE = " (with Device(debug=True) the error names the very call)"

Listener = Callable[[DebugMessage], None]
Subject = Callable[[str, tuple[Any, ...]], str]


class Diagnostics:
    """What the driver says, kept as records, and the errors among it, handed to the error hooks.

    Context thread only, but for the hooks' registry. A device has one, as ``device.diagnostics``.

    Args:
        gl: OpenGL itself, uncounted.
        stats: for the number of the frame.
        listen: whether to switch the driver's debug output on.
        resets: whether the driver says when it was reset.
        subject: the label of the object that a call with its arguments works on, or nothing.
    """

    def __init__(
        self,
        gl: GL,
        stats: FrameStats,
        *,
        listen: bool,
        resets: bool = False,
        subject: Subject = lambda _call, _arguments: "",
    ) -> None:
        self._gl = gl
        self._stats = stats
        self._subject = subject
        self.listening = listen
        """Whether the driver sends messages. If not, errors are codes without words, and there are no remarks."""
        self._resets = resets
        self.hooks = ErrorHooks()
        self._messages: deque[DebugMessage] = deque(maxlen=MESSAGES_KEPT)
        self._pending: list[DebugMessage] = []  # errors that no hook has seen yet
        self._kept: list[BaseException] = []  # raised where they could not get out
        self._listeners: tuple[Listener, ...] = ()
        self._groups: list[str] = []
        self._call: tuple[str, tuple[Any, ...]] = ("", ())
        self._in_hook = False
        self._listen()

    def connect(self, gl: GL, *, listen: bool, resets: bool) -> None:
        """Go on with another context; messages and listeners stay."""
        self._gl, self.listening, self._resets = gl, listen, resets
        self._listen()

    def listen(self) -> None:
        """Switch the driver's debug output on, outside debug mode, where the driver has it; once is enough."""
        if not self.listening:
            self.listening = True
            self._listen()

    def disconnect(self, gone: GL) -> None:
        """The context is gone, and what was pending there does not matter any more; ``gone`` refuses calls."""
        self.listening = self._resets = False
        self._pending.clear()
        self._gl = gone

    def _listen(self) -> None:
        gl = self._gl
        if self.listening:
            gl.glEnable(c.DEBUG_OUTPUT)
            # In step with the calls: the message then belongs to the call that is on the stack.
            gl.glEnable(c.DEBUG_OUTPUT_SYNCHRONOUS)
            gl.glDebugMessageControl(c.DONT_CARE, c.DONT_CARE, c.DEBUG_SEVERITY_NOTIFICATION, False)
            gl.glDebugMessageCallback(self._receive)

    # -- messages ----------------------------------------------------------------------------------
    @property
    def messages(self) -> list[DebugMessage]:
        """The newest messages, at most 256, newest last."""
        return list(self._messages)

    @property
    def warnings(self) -> list[str]:
        """The texts of those that are neither errors nor a shader's log."""
        return [
            message.text
            for message in self._messages
            if message.type != "error" and message.source != SOURCES[c.DEBUG_SOURCE_SHADER_COMPILER]
        ]

    def add_listener(self, listener: Listener) -> None:
        """Call ``listener`` with every message, while the driver is still within the call: it must not call OpenGL.

        What it raises is kept, and raised by the next look for errors.
        """
        self._listeners = (*self._listeners, listener)

    def remove_listener(self, listener: Listener) -> None:
        """Call ``listener`` no more. Raises :class:`~ecs_engine.core.errors.GLError` if it was not added."""
        if listener not in self._listeners:
            raise GLError(f"{listener!r} does not listen to OpenGL's messages, so it cannot be removed; add it first")
        listeners = list(self._listeners)
        listeners.remove(listener)
        self._listeners = tuple(listeners)

    # -- groups ------------------------------------------------------------------------------------
    @contextmanager
    def group(self, name: str) -> Iterator[None]:
        """Everything within belongs to ``name``: in messages, and in captures where the driver has debug output."""
        self._groups.append(name)
        shown = self.listening and len(self._groups) <= _GROUP_DEPTH
        if shown:
            self._gl.glPushDebugGroup(c.DEBUG_SOURCE_APPLICATION, 0, shortened(name))
        try:
            yield
        finally:
            if shown and self.listening:
                self._gl.glPopDebugGroup()
            self._groups.pop()

    # -- looking for errors --------------------------------------------------------------------------
    def begin_call(self, name: str, arguments: tuple[Any, ...]) -> None:
        """``name`` is about to be called: messages from now on are about it."""
        self._call = (name, arguments)

    def check(self, what: str, point: Point = "call") -> None:
        """Hand what is pending to the hooks of ``point``; also raise what a listener raised since the last look.

        Calls that a hook itself makes are not looked at until the hooks are done.
        """
        if self._in_hook:
            return
        codes = self._take_codes()
        if not codes and not self._pending and not self._kept:
            return
        messages, self._pending = self._pending, []
        if codes and not messages:
            messages = [self._keep(self._error_code(code)) for code in codes]
        words = [ERROR_NAMES.get(code, f"error 0x{code:04X}") for code in codes]
        names = set(words)
        words += [message.text for message in messages if message.text not in names]
        if not words:
            self._run(None)
            return
        if c.CONTEXT_LOST in codes:
            raise _lost_error(f"GL_CONTEXT_LOST at {what}")
        error = GLError(
            f"OpenGL refused {what}: {'; '.join(words)}; {_about(messages)}the call's arguments or the state it needs "
            f"are wrong{'' if messages[0].call else _ADVICE}"
        )
        self._run(ErrorReport(point, what, error, tuple(messages)))

    # -- a lost context ------------------------------------------------------------------------------
    def reset_status(self) -> int:
        """What ``glGetGraphicsResetStatus`` answers; ``NO_ERROR`` where the driver does not tell of resets."""
        return self._gl.glGetGraphicsResetStatus() if self._resets else c.NO_ERROR

    def check_reset(self, what: str) -> None:
        """Raise :class:`~ecs_engine.gpu.context.ContextLostError` if the driver says that it was reset."""
        status = self.reset_status()
        if status != c.NO_ERROR:
            raise _lost_error(f"{RESET_NAMES.get(status, hex(status))} at {what}")

    def says_lost(self) -> bool:
        """Whether the driver says, in any of its ways, that the context is lost. Takes pending errors away."""
        return self.reset_status() != c.NO_ERROR or c.CONTEXT_LOST in self._take_codes()

    def report(self, point: Point, what: str, error: GLError) -> None:
        """Hand ``error``, which was found otherwise, to the hooks of ``point``."""
        self._run(ErrorReport(point, what, error))

    def close(self) -> None:
        """Stop listening, and raise what was kept."""
        if self.listening:
            self.listening = False
            self._gl.glDebugMessageCallback(None)
            self._gl.glDisable(c.DEBUG_OUTPUT)
        self._run(None)

    def _run(self, report: ErrorReport | None) -> None:
        raised, self._kept = self._kept, []
        if report is not None:
            outer, self._in_hook = self._in_hook, True
            try:
                raised += self.hooks.run(report)
            finally:
                self._in_hook = outer
        raise_all(raised)

    def _take_codes(self) -> list[int]:
        codes: list[int] = []
        while (code := self._gl.glGetError()) != c.NO_ERROR and len(codes) < _MOST:
            codes.append(code)
            if code == c.CONTEXT_LOST:  # never goes away
                break
        return codes

    # -- from the driver ---------------------------------------------------------------------------
    def _receive(self, source: int, kind: int, number: int, severity: int, text: str) -> None:
        # Within the driver: an exception cannot cross its stack frames, so none may leave this function.
        try:
            message = self._keep(
                self._record(
                    SOURCES.get(source, hex(source)),
                    TYPES.get(kind, hex(kind)),
                    SEVERITIES.get(severity, hex(severity)),
                    number,
                    text.strip(),
                )
            )
            # Programs report their own logs, with the lines in question.
            is_error = kind == c.DEBUG_TYPE_ERROR and source != c.DEBUG_SOURCE_SHADER_COMPILER
            if is_error and len(self._pending) < _MOST:
                self._pending.append(message)
        except BaseException as error:
            self._kept.append(error)

    def _error_code(self, code: int) -> DebugMessage:
        return self._record("api", "error", "high", code, ERROR_NAMES.get(code, f"error 0x{code:04X}"))

    def _record(self, source: str, kind: str, severity: str, number: int, text: str) -> DebugMessage:
        call, arguments = self._call
        file, line = caller()
        return DebugMessage(
            source=source,
            type=kind,
            severity=severity,
            id=number,
            text=text,
            call=call,
            label=self._subject(call, arguments) if call else "",
            file=file,
            line=line,
            group="/".join(self._groups),
            frame=self._stats.frame,
            time_ns=time.monotonic_ns(),
        )

    def _keep(self, message: DebugMessage) -> DebugMessage:
        self._messages.append(message)
        for listener in self._listeners:
            try:
                listener(message)
            except BaseException as error:
                self._kept.append(error)
        return message


def _lost_error(signs: str) -> ContextLostError:
    return ContextLostError(
        f"the graphics driver has lost its context ({signs}), because it was reset; make a new context and call "
        "Device.recreate"
    )


def _about(messages: list[DebugMessage]) -> str:
    """The call, the object and the line of the first of ``messages``, as part of a sentence."""
    first = messages[0]
    if not first.call:
        return ""
    of = f" on {first.label!r}" if first.label else ""
    return f"in {first.call}{of}, called at {first.place or 'an unknown place'}: "


def shortened(text: str) -> str:
    """``text`` in at most 255 bytes of UTF-8, which every driver takes for a label."""
    return text.encode()[:_TEXT_BYTES].decode(errors="ignore")
