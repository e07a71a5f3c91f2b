"""Several contexts of one driver: they share objects but not containers, and they are lost together.

As with a real driver there is one set of functions, and a call goes to the context that is current. Buffers, textures,
renderbuffers, shaders, programs and fences are one for all; vertex arrays, framebuffers and queries, and all that is
bound or switched on, are each context's own. Names of these differ between contexts, so that one used in the wrong
context is found, in strict mode; with a driver it would silently be another object.
"""

from __future__ import annotations

import threading

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import FakeGLError


class Contexts(Context):
    """Making, choosing, losing and deleting contexts. Context 0 is there from the beginning."""

    def make_context(self, size: tuple[int, int] = (640, 360)) -> int:
        """Another context that shares with those there are; its number. It is not made current."""
        before, number = self.current, self.contexts_made
        self.contexts_made += 1
        self._put_away()
        self._begin_context(size)
        self.current = number
        self._put_away()
        self._take_out(before)
        return number

    def make_current(self, context: int = 0) -> None:
        """Let the calling thread's calls go to ``context``."""
        if self.owner_thread is not None and self.owner_thread != threading.get_ident():
            raise FakeGLError("make_current: the context is current on another thread; release() it there first")
        self.owner_thread = threading.get_ident()
        if context != self.current:
            if context not in self.others:
                raise FakeGLError(f"make_current: there is no context {context}; make_context() gives numbers")
            self._put_away()
            self._take_out(context)

    def delete_context(self, context: int) -> None:
        """Delete a context that is not the only one, and its own objects with it; context 0 becomes current."""
        self.make_current(0)
        gone = self.others.pop(context)
        for kind, tables in self.containers.items():
            if gone[kind].generated:
                self.note(f"context {context} was deleted with {kind} in it; delete these before")
            tables.remove(gone[kind])

    def _put_away(self) -> None:
        self.others[self.current] = {name: getattr(self, name) for name in self.own}

    def _take_out(self, context: int) -> None:
        self.current = context
        for name, value in self.others.pop(context).items():
            setattr(self, name, value)

    def renew_context(self) -> None:
        """Go on with a new context 0, as large as the one before, and no other: no object, no loss; records stay."""
        self.make_current(0)
        colour = self.default_framebuffer.attachments[enums.BACK].image
        assert colour is not None
        self._begin_group()
        self._begin_context(colour.size[:2])
