"""KHR_debug: the callback, labels and groups."""

from __future__ import annotations

from itertools import product

from ecs_engine.gpu import enums
from ecs_engine.gpu.gl import DebugCallback
from ecs_engine.testing.fake_gl.context import Context
from ecs_engine.testing.fake_gl.faults import (
    STACK_OVERFLOW,
    STACK_UNDERFLOW,
    GLFault,
    command,
    invalid_enum,
    invalid_value,
)
from ecs_engine.testing.fake_gl.limits import KHR_DEBUG
from ecs_engine.testing.fake_gl.objects import GLObject, Program, Shader

SOURCES = range(enums.DEBUG_SOURCE_API, enums.DEBUG_SOURCE_OTHER + 1)
TYPES = (
    *range(enums.DEBUG_TYPE_ERROR, enums.DEBUG_TYPE_OTHER + 1),
    enums.DEBUG_TYPE_MARKER, enums.DEBUG_TYPE_PUSH_GROUP, enums.DEBUG_TYPE_POP_GROUP,
)  # fmt: skip
SEVERITIES = (
    enums.DEBUG_SEVERITY_HIGH, enums.DEBUG_SEVERITY_MEDIUM, enums.DEBUG_SEVERITY_LOW,
    enums.DEBUG_SEVERITY_NOTIFICATION,
)  # fmt: skip
GROUP_SOURCES = (enums.DEBUG_SOURCE_APPLICATION, enums.DEBUG_SOURCE_THIRD_PARTY)


class Debug(Context):
    """Debug output commands. A new context reports everything, as drivers' debug contexts nearly do."""

    @command(None)
    def glDebugMessageCallback(self, callback: DebugCallback | None) -> None:
        self.needs(KHR_DEBUG)
        self.debug_callback = callback

    @command(None)
    def glDebugMessageControl(self, source: int, type: int, severity: int, enabled: bool) -> None:
        self.needs(KHR_DEBUG)
        choices = []
        for value, values in ((source, SOURCES), (type, TYPES), (severity, SEVERITIES)):
            if value != enums.DONT_CARE and value not in values:
                raise invalid_enum(f"{value:#x} is not a debug source, type or severity where it stands")
            choices.append(values if value == enums.DONT_CARE else (value,))
        chosen = set(product(*choices))
        self.debug_muted = self.debug_muted - chosen if enabled else self.debug_muted | chosen

    @command(None)
    def glObjectLabel(self, identifier: int, name: int, label: str) -> None:
        self.needs(KHR_DEBUG)
        thing = self._labelled(identifier, name)
        if thing is None:
            raise invalid_value(f"{name} is no object of kind {identifier:#x}; bind it once before labelling it")
        if len(label.encode()) >= self.limits.max_label_length:
            raise invalid_value(f"the label is longer than {self.limits.max_label_length - 1} bytes")
        thing.label = label

    def _labelled(self, identifier: int, name: int) -> GLObject | None:
        match identifier:
            case enums.BUFFER:
                return self.buffers.existing(name)
            case enums.TEXTURE:
                return self.textures.existing(name)
            case enums.VERTEX_ARRAY:
                return self.vertex_arrays.existing(name)
            case enums.FRAMEBUFFER:
                return self.framebuffers.existing(name)
            case enums.RENDERBUFFER:
                return self.renderbuffers.existing(name)
            case enums.SHADER | enums.PROGRAM:
                thing = self.programs.existing(name)
                return thing if isinstance(thing, Shader if identifier == enums.SHADER else Program) else None
            case enums.QUERY:
                return self.queries.existing(name)
            case enums.SAMPLER:
                return None  # The engine makes none of these.
        raise invalid_enum(f"{identifier:#x} is not a kind of object")

    @command(None)
    def glPushDebugGroup(self, source: int, id: int, message: str) -> None:
        self.needs(KHR_DEBUG)
        if source not in GROUP_SOURCES:
            raise invalid_enum(f"{source:#x} is not a source of debug groups: application or third party")
        if len(message.encode()) >= self.limits.max_debug_message_length:
            raise invalid_value(f"the message is longer than {self.limits.max_debug_message_length - 1} bytes")
        # The default group at the bottom counts too.
        if len(self.debug_groups) + 1 >= self.limits.max_debug_group_stack_depth:
            raise GLFault(STACK_OVERFLOW, f"{len(self.debug_groups)} debug groups are open; pop some")
        self.debug_groups.append((source, id, message))
        self.debug_message(source, enums.DEBUG_TYPE_PUSH_GROUP, id, enums.DEBUG_SEVERITY_NOTIFICATION, message)

    @command(None)
    def glPopDebugGroup(self) -> None:
        self.needs(KHR_DEBUG)
        if not self.debug_groups:
            raise GLFault(STACK_UNDERFLOW, "no debug group is open")
        source, id, message = self.debug_groups.pop()
        self.debug_message(source, enums.DEBUG_TYPE_POP_GROUP, id, enums.DEBUG_SEVERITY_NOTIFICATION, message)
