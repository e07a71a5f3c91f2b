"""How a fake GL function fails, and the decorator every one of them wears."""

from __future__ import annotations

import functools
import inspect
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from ecs_engine.gpu import enums

if TYPE_CHECKING:
    from ecs_engine.testing.fake_gl.context import Context

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound="Context")

STACK_OVERFLOW = 0x0503
STACK_UNDERFLOW = 0x0504

ERROR_NAMES = {
    enums.NO_ERROR: "GL_NO_ERROR",
    enums.INVALID_ENUM: "GL_INVALID_ENUM",
    enums.INVALID_VALUE: "GL_INVALID_VALUE",
    enums.INVALID_OPERATION: "GL_INVALID_OPERATION",
    STACK_OVERFLOW: "GL_STACK_OVERFLOW",
    STACK_UNDERFLOW: "GL_STACK_UNDERFLOW",
    enums.OUT_OF_MEMORY: "GL_OUT_OF_MEMORY",
    enums.INVALID_FRAMEBUFFER_OPERATION: "GL_INVALID_FRAMEBUFFER_OPERATION",
    enums.CONTEXT_LOST: "GL_CONTEXT_LOST",
}

QUESTIONS = ("glGetError", "glGetGraphicsResetStatus")
"""Not recorded, as they change nothing; they answer on a lost context, too."""


NO_VALUE: int | list[int] = 0
"""What the queries with one or several values return when they fail."""


class FakeGLError(AssertionError):
    """A mistake that a driver would forgive, hide or crash on; the message names the cause and the mend.

    An ``AssertionError``, so that a test fails on it and no ``except EngineError`` swallows it.
    """


class GLFault(Exception):
    """Raised inside a fake GL function to set a GL error; never leaves the call."""

    def __init__(self, error: int, why: str) -> None:
        super().__init__(why)
        self.error = error
        self.why = why


def invalid_enum(why: str) -> GLFault:
    """GL_INVALID_ENUM, because of ``why``."""
    return GLFault(enums.INVALID_ENUM, why)


def invalid_value(why: str) -> GLFault:
    """GL_INVALID_VALUE, because of ``why``."""
    return GLFault(enums.INVALID_VALUE, why)


def invalid_operation(why: str) -> GLFault:
    """GL_INVALID_OPERATION, because of ``why``."""
    return GLFault(enums.INVALID_OPERATION, why)


def command(failed: R) -> Callable[[Callable[Concatenate[C, P], R]], Callable[Concatenate[C, P], R]]:
    """Make a method a GL command: checked for its thread, recorded, and failing as GL fails.

    A :class:`GLFault` raised by the method sets the error flag, reaches the debug callback, and the call
    returns ``failed``. The method checks all its arguments before it changes any state.
    """

    def decorate(function: Callable[Concatenate[C, P], R]) -> Callable[Concatenate[C, P], R]:
        name = function.__name__
        signature = inspect.signature(function)
        # A caller may reuse the list it passed; the record must not change with it.
        has_lists = any("Sequence" in str(kind) for kind in function.__annotations__.values())
        recorded = name not in QUESTIONS
        get_ident = threading.get_ident
        run = cast(Callable[..., R], function)

        @functools.wraps(function)
        def call(self: Any, *args: Any, **kwargs: Any) -> R:
            if kwargs:
                args = signature.bind(self, *args, **kwargs).args[1:]
            if self.strict and get_ident() != self.owner_thread:
                self.complain_of_thread(name)
            if recorded:
                if has_lists:
                    args = tuple(tuple(arg) if isinstance(arg, list) else arg for arg in args)
                self.frame.commands.append((name, args))
            try:
                if recorded and self.reset is not None:
                    raise GLFault(enums.CONTEXT_LOST, "the context is lost")
                if self.failures:
                    self.inject_failure(name)
                return run(self, *args)
            except GLFault as fault:
                self.set_error(name, fault)
            except FakeGLError as mistake:
                raise FakeGLError(f"{name}: {mistake}") from None
            return cast(R, list(failed)) if isinstance(failed, list) else failed

        return cast(Callable[Concatenate[C, P], R], call)

    return decorate
