"""The device: one OpenGL context, the thread it is bound to, and everything that was made on it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from ecs_engine.core.errors import GLError, ThreadError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import DRAW_NAMES, FrameStats, checked, counted, refused, replace_calls, timed
from ecs_engine.gpu.capabilities import Capabilities, read_capabilities
from ecs_engine.gpu.context import ContextLostError
from ecs_engine.gpu.debug import Diagnostics, shortened
from ecs_engine.gpu.fences import FrameFences
from ecs_engine.gpu.gl import GL
from ecs_engine.gpu.hooks import ErrorHooks, Point
from ecs_engine.gpu.messages import subject
from ecs_engine.gpu.resource import Handles, Kind
from ecs_engine.gpu.state import State

if TYPE_CHECKING:
    from ecs_engine.gpu.watch import Watch

_LABEL_KINDS = {
    Kind.PROGRAM: c.PROGRAM,
    Kind.VERTEX_ARRAY: c.VERTEX_ARRAY,
    Kind.FRAMEBUFFER: c.FRAMEBUFFER,
    Kind.RENDERBUFFER: c.RENDERBUFFER,
    Kind.TEXTURE: c.TEXTURE,
    Kind.BUFFER: c.BUFFER,
    Kind.QUERY: c.QUERY,
}


class Device:
    """Everything in this package is made on a device, by the thread that made the device.

    ``gl`` is the real OpenGL (:func:`~ecs_engine.gpu.opengl.load_opengl`) or a stand-in; its context must be
    current. ``capabilities`` overrides what the driver says of itself, to test a fallback or a limit.
    With ``debug`` every OpenGL call is checked for its thread and its errors, and the error names the call.
    With ``recoverable`` buffers, streams and textures keep a copy of what was written, so that :meth:`recreate` brings
    their contents back after a lost context; each write is then copied once more, in Python's own memory.

    Raises :class:`~ecs_engine.core.errors.GLError` when the context is older than OpenGL 3.3.
    """

    def __init__(
        self,
        gl: GL,
        *,
        debug: bool = False,
        recoverable: bool = False,
        capabilities: Capabilities | None = None,
    ) -> None:
        self._thread = threading.current_thread()
        self._thread_id = threading.get_ident()
        self.capabilities = capabilities or read_capabilities(gl)
        self.debug = debug
        self.recoverable = recoverable
        self.lost = False
        """True from :meth:`lose` until :meth:`recreate`."""
        self.stats = FrameStats()
        """Counts of the frame in progress."""
        self._labels: dict[tuple[Kind, int], str] = {}  # in debug mode only
        self.diagnostics = Diagnostics(
            gl,
            self.stats,
            listen=debug and self.capabilities.khr_debug,
            resets=self.capabilities.reset_notification,
            subject=self._subject_label,
        )
        """What the driver says."""
        self.last_frame = FrameStats()
        """Counts of the frame before, complete."""
        self._uncounted = gl
        self._watch: Watch | None = None
        self.gl: GL = self._wrapped(gl)
        """OpenGL itself, counted (and in debug mode checked): for calls that nothing here wraps."""
        self.state = State(self.gl)
        self.fences = FrameFences(self.gl, self.stats)
        self._live: dict[Handles, None] = {}  # in the order in which they were made
        self._queue: deque[Handles] = deque()  # append and popleft are atomic: any thread may append
        self._deleters = self._make_deleters()
        self.closed = False

    def _wrapped(self, gl: GL) -> GL:
        watch = self._watch
        calls = gl if watch is None else timed(gl, watch.clock, watch.slow_call_ns, watch.slow_call)
        calls = counted(calls, self.stats)
        return checked(calls, self._before_call, self._after_call) if self.debug else calls

    def _listens(self) -> bool:
        return (self.debug or self._watch is not None) and self.capabilities.khr_debug

    def _make_deleters(self) -> dict[Kind, tuple[Callable[[Sequence[int]], None], Callable[[int], None]]]:
        return {
            Kind.PROGRAM: (self._delete_programs, self.state.forget_program),
            Kind.VERTEX_ARRAY: (self.gl.glDeleteVertexArrays, self.state.forget_vertex_array),
            Kind.FRAMEBUFFER: (self.gl.glDeleteFramebuffers, self.state.forget_framebuffer),
            Kind.RENDERBUFFER: (self.gl.glDeleteRenderbuffers, _nothing),
            Kind.TEXTURE: (self.gl.glDeleteTextures, self.state.forget_texture),
            Kind.BUFFER: (self.gl.glDeleteBuffers, self.state.forget_buffer),
            Kind.QUERY: (self.gl.glDeleteQueries, _nothing),
        }

    # -- frames ------------------------------------------------------------------------------------
    @property
    def frame_index(self) -> int:
        """The number of the frame in progress; 0 before the first ``begin_frame``."""
        return self.stats.frame

    def begin_frame(self) -> None:
        """Start counting a new frame, and delete what other threads have given up. Context thread only."""
        self.require_thread("begin a frame")
        self.stats.restart(self.stats.frame + 1)
        self.collect()
        if self._watch is not None:
            self._watch.begin_frame()

    def end_frame(self) -> None:
        """Place the frame's fence. Call it after the last draw, before the buffers are swapped.

        Raises :class:`~ecs_engine.gpu.context.ContextLostError` if the driver says that it was reset meanwhile, so that
        a frame that came to nothing is not shown.
        """
        self.require_thread("end a frame")
        self.diagnostics.check_reset("the end of a frame")
        if self._watch is not None:
            self._watch.end_frame()
        self.fences.end_frame(self.stats.frame)
        if self.debug:
            self.check("a call in this frame")
        self.last_frame = self.stats.copy()

    # -- drawing -----------------------------------------------------------------------------------
    def draw_elements(
        self,
        count: int,
        *,
        first: int = 0,
        mode: int = c.TRIANGLES,
        index_type: int = c.UNSIGNED_INT,
        instances: int = 1,
    ) -> None:
        """Draw ``count`` indices from index number ``first`` of the bound vertex array's element buffer."""
        if count <= 0 or instances <= 0:
            return
        offset = first * _INDEX_BYTES[index_type]
        if instances == 1:
            self.gl.glDrawElements(mode, count, index_type, offset)
        else:
            self.gl.glDrawElementsInstanced(mode, count, index_type, offset, instances)

    def draw_arrays(self, count: int, *, first: int = 0, mode: int = c.TRIANGLES, instances: int = 1) -> None:
        """Draw ``count`` vertices from vertex number ``first``. A vertex array must be bound, an empty one will do."""
        if count <= 0 or instances <= 0:
            return
        if instances == 1:
            self.gl.glDrawArrays(mode, first, count)
        else:
            self.gl.glDrawArraysInstanced(mode, first, count, instances)

    # -- errors and threads ------------------------------------------------------------------------
    def check(self, what: str) -> None:
        """Raise :class:`~ecs_engine.core.errors.GLError`, naming ``what``, if OpenGL has an error pending."""
        self.diagnostics.check(what)

    def check_memory(self, label: str, nbytes: int) -> None:
        """After a buffer or texture got its memory, also without debug mode: without it, draws would read past its end.

        Raises :class:`~ecs_engine.core.errors.GLError` if the driver had none.
        """
        self.check(f"setting {nbytes:,} bytes of graphics memory aside for {label!r}")

    @property
    def warnings(self) -> list[str]:
        """What the driver remarked without refusing anything, newest last (debug mode only)."""
        return self.diagnostics.warnings

    @property
    def hooks(self) -> ErrorHooks:
        """What is called when OpenGL reports an error: add your own, or take one away."""
        return self.diagnostics.hooks

    def group(self, name: str) -> AbstractContextManager[None]:
        """``with device.group("shadows"):`` names the calls within: for messages and captures (in debug mode only), and
        for a profile (while the device is watched)."""
        group = self.diagnostics.group(name) if self.debug else _NO_GROUP
        return group if self._watch is None else self._watch.section(name, group)

    def set_watch(self, watch: Watch | None) -> None:
        """For :class:`~ecs_engine.gpu.watch.Watch`: be watched by it from now on, or by nobody. Between frames."""
        self.require_thread("watch the device")
        self._watch = watch
        if not self.lost and not self.closed:
            replace_calls(self.gl, self._wrapped(self._uncounted))
            self._deleters = self._make_deleters()

    def on_context_thread(self) -> bool:
        """Whether the calling thread is the one this device is bound to."""
        return threading.get_ident() == self._thread_id

    def require_thread(self, what: str) -> None:
        """Raise :class:`~ecs_engine.core.errors.ThreadError` unless called on the device's own thread."""
        if threading.get_ident() != self._thread_id:
            raise ThreadError(
                f"thread {threading.current_thread().name!r} tried to {what}, but OpenGL belongs to thread "
                f"{self._thread.name!r}; do it there, or send the data to it with the frame"
            )

    def _before_call(self, name: str, arguments: tuple[Any, ...]) -> None:
        self.require_thread(f"call {name}")
        if name in DRAW_NAMES:
            self.diagnostics.check(f"what came before {name}", "pre_draw")
        self.diagnostics.begin_call(name, arguments)

    def _after_call(self, name: str) -> None:
        try:
            self.diagnostics.check(name, _POINTS.get(name, "call"))
        finally:
            self.diagnostics.begin_call("", ())

    def _subject_label(self, call: str, arguments: tuple[Any, ...]) -> str:
        found = subject(call, arguments, self.state)
        return self._labels.get(found, "") if found else ""

    # -- the life of resources ---------------------------------------------------------------------
    def adopt(self, handles: Handles) -> None:
        """Note a new resource's names, to be deleted with the device if nobody does it before."""
        if self.closed:
            raise GLError(f"{handles} cannot be made: its device is closed; make a new device")
        if self.lost:
            raise ContextLostError(f"{handles} cannot be made: the context is lost; call Device.recreate first")
        self._live[handles] = None

    def dispose(self, handles: Handles) -> None:
        """Delete a resource's OpenGL objects: now on the context thread, else at the next ``collect``."""
        handles.alive = False
        if self.on_context_thread():
            self._delete(handles)
        else:
            self._queue.append(handles)

    def dispose_later(self, handles: Handles) -> None:
        """Queue a resource's OpenGL objects for deletion. Any thread, at any moment, from ``__del__`` too."""
        handles.alive = False
        self._queue.append(handles)

    def collect(self) -> int:
        """Delete what was queued, and say how many resources that were. Once per frame, on the context thread."""
        self.require_thread("delete OpenGL objects")
        count = 0
        while self._queue:
            self._delete(self._queue.popleft())
            count += 1
        return count

    def live_resources(self) -> list[str]:
        """Every resource that has not been deleted, in words."""
        return sorted(str(handles) for handles in self._live if handles.alive)

    # -- a lost context ------------------------------------------------------------------------------
    def lost_by(self, error: BaseException) -> bool:
        """Whether ``error`` came of a lost context. Asks the driver, as calls fail in many ways then.

        Call it with the context current that the error came from, before :meth:`lose`.
        """
        self.require_thread("ask for a lost context")
        return isinstance(error, ContextLostError) or (not self.lost and self.diagnostics.says_lost())

    def wait_for_reset(self, patience: float) -> bool:
        """Wait, at most ``patience`` seconds, until the driver has reset itself; whether it says so.

        A context that is made while it is at it may be refused, or be lost at once.
        """
        end = time.monotonic() + patience
        while self.diagnostics.reset_status() != c.NO_ERROR:
            if time.monotonic() > end:
                return False
            time.sleep(_RESET_LOOK)  # there is nothing to wait on: the driver can only be asked
        return True

    def lose(self) -> None:
        """The context is gone: forget every OpenGL name. Until :meth:`recreate`, OpenGL calls raise ContextLostError.

        Resources stay as they are, and may be deleted; new ones cannot be made. Makes no OpenGL call.
        """
        self.require_thread("lose the context")
        self.lost = True
        for handles in self._live:
            handles.names.clear()
        self._labels.clear()
        gone = refused(_lost)
        self.diagnostics.disconnect(gone)
        self.fences.forget()
        replace_calls(self.gl, gone)
        self.state.forget()

    def recreate(self, gl: GL, *, capabilities: Capabilities | None = None) -> None:
        """Go on with ``gl``, whose new context is current, and make every resource anew from what describes it.

        The Python objects stay the same and their OpenGL names change. Contents come back where they are known: those
        of uniform buffers always, those of buffers, streams and textures on a ``recoverable`` device; what was drawn
        into a framebuffer is gone. Of the other contents their owners must take care.

        Raises what making a resource raises, and :class:`~ecs_engine.gpu.context.ContextLostError` when ``gl`` is lost,
        too. The device is lost then as before, and this may be called again.
        """
        self.require_thread("make the context anew")
        if self.closed:
            raise GLError("the device is closed, so its context cannot be made anew; make a new device")
        if not self.lost:
            self.lose()
        self.collect()
        try:
            self.diagnostics.connect(gl, listen=False, resets=False)  # so that it can be asked, whatever fails now
            self.capabilities = capabilities or read_capabilities(gl)
            self._uncounted = gl
            replace_calls(self.gl, self._wrapped(gl))
            self._deleters = self._make_deleters()
            self.diagnostics.connect(gl, listen=self._listens(), resets=self.capabilities.reset_notification)
            for handles in list(self._live):
                owner = handles.owner()
                if owner is not None and handles.alive:
                    owner.recreate()
            self.diagnostics.check_reset("making resources anew")
        except BaseException as error:
            lost_again = self.diagnostics.says_lost()
            self.lose()
            if lost_again and not isinstance(error, ContextLostError):
                raise ContextLostError(
                    "the graphics driver lost its context again while resources were made anew; make another context "
                    "and call Device.recreate"
                ) from error
            raise
        self.lost = False

    def close(self) -> list[str]:
        """Delete everything that is left, users before what they use; a second call does nothing.

        Returns the resources that nobody had deleted, in words: leaks, unless the owner meant to leave them.
        """
        self.require_thread("close the device")
        if self.closed:
            return []
        self.collect()
        leaks = self.live_resources()
        for handles in self._live:
            handles.alive = False
        self.delete_names(sorted(name for handles in self._live for name in handles.names))
        self._live.clear()
        self.fences.close()
        self.closed = True
        self.diagnostics.close()
        return leaks

    def delete_names(self, names: Iterable[tuple[Kind, int]]) -> None:
        """Delete OpenGL objects, in the given order. Context thread only; resources do this for themselves."""
        self.require_thread("delete OpenGL objects")
        by_kind: dict[Kind, list[int]] = {}
        for kind, name in names:
            by_kind.setdefault(kind, []).append(name)
        for kind in sorted(by_kind):
            delete, forget = self._deleters[kind]
            for name in by_kind[kind]:
                forget(name)
                self._labels.pop((kind, name), None)
            delete(by_kind[kind])

    def set_label(self, kind: Kind, name: int, label: str) -> None:
        """Give an OpenGL object a label that messages and debuggers show, the latter where the driver can."""
        if self.debug:
            self._labels[kind, name] = label
        if self.capabilities.khr_debug:
            self.gl.glObjectLabel(_LABEL_KINDS[kind], name, shortened(label))

    def _delete(self, handles: Handles) -> None:
        if handles in self._live:
            del self._live[handles]
            self.delete_names(handles.names)
            handles.names.clear()

    def _delete_programs(self, names: Sequence[int]) -> None:
        for name in names:
            self.gl.glDeleteProgram(name)


_POINTS: dict[str, Point] = {"glLinkProgram": "shader_link", "glBindTexture": "texture_bind"}
_RESET_LOOK = 0.005
_NO_GROUP: AbstractContextManager[None] = nullcontext()
_INDEX_BYTES = {c.UNSIGNED_BYTE: 1, c.UNSIGNED_SHORT: 2, c.UNSIGNED_INT: 4}


def _lost(name: str) -> ContextLostError:
    return ContextLostError(f"{name} was called and the context is lost; call Device.recreate first")


def _nothing(_name: int) -> None:
    """Renderbuffers and queries are not part of the filtered state."""
