"""The base of every error the engine raises on purpose."""

from __future__ import annotations


class EngineError(Exception):
    """One clear sentence: the thing, the cause, the mend."""


class ComponentError(EngineError, ValueError):
    """A component was declared or filled wrongly: unknown field, wrong dtype, wrong shape."""


class StaleHandleError(EngineError, LookupError):
    """A component handle was used after its entity was deleted."""


class ThreadError(EngineError, RuntimeError):
    """Something was touched from a thread that does not own it; the message names both threads."""


class AssetError(EngineError):
    """A picture, font or other asset is missing or broken; the message names file, place and reason."""


class GLError(EngineError):
    """OpenGL refused a call, or cannot serve this program; the message names the call and the mend."""


class ShaderError(GLError):
    """A shader did not compile or link; the message shows the driver's words beside the source line."""


class DisplayError(EngineError):
    """No window or context could be made; the message says what is missing and how to get it."""
