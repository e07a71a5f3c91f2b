"""The only room that touches OpenGL.

Everything here is made on a :class:`Device`, which is bound to one context and one thread. The calls themselves
are one list in one file, :class:`~ecs_engine.gpu.gl.GL`, and nothing in the engine makes any other: the real
OpenGL (:func:`load_opengl`) and the stand-in of ``ecs_engine.testing`` both implement it whole. This room knows
nothing of worlds, components or sprites. OpenGL 3.3 core is the floor; newer features are used when found
(:class:`Capabilities`).

Importing this package does not load OpenGL: only :func:`load_opengl` does.
"""

from __future__ import annotations

from ecs_engine.gpu.buffer import Buffer, BufferDescriptor
from ecs_engine.gpu.calls import FrameStats
from ecs_engine.gpu.capabilities import Capabilities, read_capabilities
from ecs_engine.gpu.context import ContextLostError
from ecs_engine.gpu.debug import Diagnostics
from ecs_engine.gpu.device import Device
from ecs_engine.gpu.fences import FrameFences
from ecs_engine.gpu.framebuffer import Framebuffer, read_pixels
from ecs_engine.gpu.gl import GL, DebugCallback
from ecs_engine.gpu.hooks import ErrorHooks, ErrorReport, log_error, raise_error
from ecs_engine.gpu.messages import DebugMessage
from ecs_engine.gpu.opengl import OpenGL, load_opengl
from ecs_engine.gpu.program import Program, Variable
from ecs_engine.gpu.quads import QuadIndices, quad_indices
from ecs_engine.gpu.resource import Kind, Resource
from ecs_engine.gpu.ring import RegionRing, Strategy
from ecs_engine.gpu.shader_errors import Diagnostic, parse_log
from ecs_engine.gpu.state import ADD, ALPHA, MULTIPLY, PREMULTIPLIED, Blend, State
from ecs_engine.gpu.stream import StreamBuffer
from ecs_engine.gpu.surface import Surface
from ecs_engine.gpu.texture import Texture, Texture2D, TextureArray
from ecs_engine.gpu.timers import GpuSpan, GpuTimer
from ecs_engine.gpu.uniforms import UniformBlock, UniformBuffer, UniformField
from ecs_engine.gpu.uploads import TextureUploader, Upload
from ecs_engine.gpu.vertex import Attribute, VertexArray, VertexLayout, VertexSource
from ecs_engine.gpu.watch import Watch

__all__ = [
    "ADD",
    "ALPHA",
    "GL",
    "MULTIPLY",
    "PREMULTIPLIED",
    "Attribute",
    "Blend",
    "Buffer",
    "BufferDescriptor",
    "Capabilities",
    "ContextLostError",
    "DebugCallback",
    "DebugMessage",
    "Device",
    "Diagnostic",
    "Diagnostics",
    "ErrorHooks",
    "ErrorReport",
    "FrameFences",
    "FrameStats",
    "Framebuffer",
    "GpuSpan",
    "GpuTimer",
    "Kind",
    "OpenGL",
    "Program",
    "QuadIndices",
    "RegionRing",
    "Resource",
    "State",
    "Strategy",
    "StreamBuffer",
    "Surface",
    "Texture",
    "Texture2D",
    "TextureArray",
    "TextureUploader",
    "UniformBlock",
    "UniformBuffer",
    "UniformField",
    "Upload",
    "Variable",
    "VertexArray",
    "VertexLayout",
    "VertexSource",
    "Watch",
    "load_opengl",
    "log_error",
    "parse_log",
    "quad_indices",
    "raise_error",
    "read_capabilities",
    "read_pixels",
]
