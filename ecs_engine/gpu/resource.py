"""What every object on the GPU has in common: a label, a life, and one thread that may end it."""

from __future__ import annotations

import weakref
from enum import IntEnum
from typing import TYPE_CHECKING

from ecs_engine.core.errors import GLError

if TYPE_CHECKING:
    from ecs_engine.gpu.device import Device


class Kind(IntEnum):
    """Kinds of OpenGL object, in the order in which ``Device.close`` deletes them: users before what they use."""

    PROGRAM = 0
    VERTEX_ARRAY = 1
    FRAMEBUFFER = 2
    RENDERBUFFER = 3
    TEXTURE = 4
    BUFFER = 5
    QUERY = 6


class Handles:
    """The OpenGL names behind one resource.

    The device keeps these, not the resource itself, so that a forgotten resource can be collected and its names
    deleted later on the context thread.
    """

    __slots__ = ("alive", "label", "names", "owner", "what")

    def __init__(self, what: str, label: str, owner: Resource) -> None:
        self.what = what
        self.label = label
        self.names: list[tuple[Kind, int]] = []
        self.alive = True
        self.owner = weakref.ref(owner)

    def __str__(self) -> str:
        return f"{self.what} {self.label!r}"


class Resource:
    """The base of everything made of OpenGL objects.

    Made on the context thread only. ``delete`` is immediate there; from any other thread, and when Python
    collects a forgotten resource, the names are queued until ``Device.collect``.
    """

    def __init__(self, device: Device, label: str = "") -> None:
        device.require_thread(f"make a {type(self).__name__}")
        self.device = device
        self.label = label
        self._handles = Handles(type(self).__name__, label, self)
        device.adopt(self._handles)

    def __repr__(self) -> str:
        return f"<{self._handles}{'' if self._handles.alive else ', deleted'}>"

    @property
    def alive(self) -> bool:
        """False once ``delete`` was called or the device was closed."""
        return self._handles.alive

    def delete(self) -> None:
        """Give the OpenGL objects back. Any thread; a second call does nothing."""
        if self._handles.alive:
            self._released()
            self.device.dispose(self._handles)

    def require_alive(self) -> None:
        """Raise :class:`~ecs_engine.core.errors.GLError` if this was deleted."""
        if not self._handles.alive:
            raise GLError(f"{self._handles} was used after it was deleted; make a new one, or delete it later")

    def __del__(self) -> None:
        # Runs on whichever thread drops the last reference, at any moment: it may only append to the queue.
        handles = getattr(self, "_handles", None)
        if handles is not None and handles.alive:
            self.device.dispose_later(handles)

    def recreate(self) -> None:
        """Make the OpenGL objects again, in a new context. For ``Device.recreate``."""
        self._create()
        self._restore()
        self._name_objects()

    def _create(self) -> None:
        """Make the OpenGL objects from what describes them: when this is made, and again in a new context."""
        raise NotImplementedError

    def _restore(self) -> None:
        """Write what is known of the contents into objects that were made again."""

    def _released(self) -> None:
        """Called once by ``delete``, before the names go: drop views of mapped memory and the like."""

    def _own(self, kind: Kind, name: int) -> int:
        """Note that OpenGL object ``name`` belongs to this resource, and label it; returns ``name``."""
        self._handles.names.append((kind, name))
        return name

    def _disown(self, kind: Kind, name: int) -> None:
        """Delete one OpenGL object of this resource now."""
        self._handles.names.remove((kind, name))
        self.device.delete_names([(kind, name)])

    def _name_objects(self) -> None:
        """Attach the label to this resource's OpenGL objects, for debuggers. Call once they have been bound."""
        if self.label:
            for kind, name in self._handles.names:
                self.device.set_label(kind, name, self.label)
