"""The base of every error the engine raises on purpose."""

from __future__ import annotations


class EngineError(Exception):
    """One clear sentence: the thing, the cause, the mend."""


class ComponentError(EngineError, ValueError):
    """A component was declared or filled wrongly: unknown field, wrong dtype, wrong shape."""


class ColumnError(ComponentError, AttributeError):
    """A column that ``select`` gave was misnamed, or set without write access."""


class MissingError(EngineError, KeyError):
    """A world was asked for an entity, component, resource or processor that it does not have."""

    def __str__(self) -> str:
        return Exception.__str__(self)  # KeyError would put the sentence in quotation marks


def no_entity(entity: object) -> MissingError:
    """The error about an entity that does not exist."""
    return MissingError(
        f"There is no entity {entity!r}: it was deleted or never created; ask world.entity_exists first, or forget ids "
        "of what is gone."
    )


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


class SaveError(EngineError):
    """A world cannot be saved, or a save cannot be read; the message names the component and field, or the file."""


class RecordingError(EngineError):
    """A recording of a game cannot be written, read or replayed; the message says what is wrong with it."""


class DivergenceError(EngineError):
    """A replay went another way than the recording; the message names the first tick and what differed in it.

    ``tick`` is its number, from 1 on.
    """

    tick = 0
