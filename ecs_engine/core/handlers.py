"""esper's registry of event handlers, made to stand more than one world.

esper keeps weak references to handlers, and when one dies its callback looks it up in the registry of whatever world
is current then. With several worlds that is often another one's: the lookup fails there, and the dead reference stays
here and is called at the next event. This registry passes over both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import MethodType
from typing import Any
from weakref import WeakMethod, ref


class HandlerSet(dict[Any, None]):
    """Weak references to the handlers of one event, in the order in which they were set: a set would have them called
    in another order in each process."""

    def add(self, reference: Any) -> None:
        """Put a reference in, behind the others; one that is in keeps its place."""
        self.setdefault(reference)

    def remove(self, reference: Any) -> None:
        """Take a reference out, if it is in."""
        self.pop(reference, None)


class HandlerRegistry(dict[str, HandlerSet]):
    """Event name -> :class:`HandlerSet`."""

    def add(self, name: str, func: Callable[..., None]) -> None:
        """Register a handler."""
        self.setdefault(name, HandlerSet()).add(_reference(func))

    def discard(self, name: str, func: Callable[..., None]) -> None:
        """Remove a handler, if it is one."""
        handlers = self[name]
        handlers.remove(_reference(func))
        if not handlers:
            self.pop(name, None)

    # -- what esper calls --------------------------------------------------------------------------
    def get(self, name: str, default: Any = None) -> Any:
        """The references of an event's handlers that are alive."""
        handlers = self[name]
        for reference in [reference for reference in handlers if reference() is None]:
            handlers.remove(reference)
        return list(handlers)

    def __missing__(self, name: str) -> HandlerSet:
        return HandlerSet()

    def __setitem__(self, name: str, handlers: Iterable[Any]) -> None:
        super().__setitem__(name, HandlerSet(dict.fromkeys(handlers)))

    def __delitem__(self, name: str) -> None:
        self.pop(name, None)


def _reference(func: Callable[..., None]) -> Any:
    return WeakMethod(func) if isinstance(func, MethodType) else ref(func)
