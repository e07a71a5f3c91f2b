"""The C signatures behind :class:`ecs_engine.gpu.opengl.OpenGL`, and how each function treats Python's lock.

Every entry is the C prototype in the OpenGL registry. Pointers are ``c_void_p``, which takes a plain integer
address; results that are addresses or handles are ``c_size_t``, so that null comes back as ``0``.
"""

from __future__ import annotations

from ctypes import c_bool, c_char_p, c_float, c_int, c_size_t, c_ssize_t, c_ubyte, c_uint, c_uint64, c_void_p
from typing import Any, NamedTuple


class Prototype(NamedTuple):
    """A C function's result type and argument types."""

    result: Any
    arguments: tuple[Any, ...]


def _p(result: Any, *arguments: Any) -> Prototype:
    return Prototype(result, arguments)


_GENERATE = _p(None, c_int, c_void_p)
_DELETE = _p(None, c_int, c_void_p)
_ONE_NAME = _p(None, c_uint)
_TWO_NAMES = _p(None, c_uint, c_uint)
_OBJECT_QUERY = _p(None, c_uint, c_uint, c_void_p)
_INFO_LOG = _p(None, c_uint, c_int, c_void_p, c_void_p)
_ACTIVE = _p(None, c_uint, c_uint, c_int, c_void_p, c_void_p, c_void_p, c_void_p)
_UNIFORM_ARRAY = _p(None, c_int, c_int, c_void_p)
_RECTANGLE = _p(None, c_int, c_int, c_int, c_int)

PROTOTYPES: dict[str, Prototype] = {
    # queries
    "glGetError": _p(c_uint),
    "glGetGraphicsResetStatus": _p(c_uint),
    "glGetIntegerv": _p(None, c_uint, c_void_p),
    "glGetString": _p(c_char_p, c_uint),
    "glGetStringi": _p(c_char_p, c_uint, c_uint),
    # fixed state
    "glEnable": _ONE_NAME,
    "glDisable": _ONE_NAME,
    "glBlendFuncSeparate": _p(None, c_uint, c_uint, c_uint, c_uint),
    "glBlendEquation": _ONE_NAME,
    "glDepthFunc": _ONE_NAME,
    "glDepthMask": _p(None, c_ubyte),
    "glCullFace": _ONE_NAME,
    "glViewport": _RECTANGLE,
    "glScissor": _RECTANGLE,
    "glClearColor": _p(None, c_float, c_float, c_float, c_float),
    "glClear": _ONE_NAME,
    "glPixelStorei": _p(None, c_uint, c_int),
    # buffers
    "glGenBuffers": _GENERATE,
    "glDeleteBuffers": _DELETE,
    "glBindBuffer": _TWO_NAMES,
    "glBindBufferBase": _p(None, c_uint, c_uint, c_uint),
    "glBindBufferRange": _p(None, c_uint, c_uint, c_uint, c_ssize_t, c_ssize_t),
    "glBufferData": _p(None, c_uint, c_ssize_t, c_void_p, c_uint),
    "glBufferSubData": _p(None, c_uint, c_ssize_t, c_ssize_t, c_void_p),
    "glGetBufferSubData": _p(None, c_uint, c_ssize_t, c_ssize_t, c_void_p),
    "glCopyBufferSubData": _p(None, c_uint, c_uint, c_ssize_t, c_ssize_t, c_ssize_t),
    "glMapBufferRange": _p(c_size_t, c_uint, c_ssize_t, c_ssize_t, c_uint),
    "glUnmapBuffer": _p(c_bool, c_uint),
    "glBufferStorage": _p(None, c_uint, c_ssize_t, c_void_p, c_uint),
    # vertex arrays
    "glGenVertexArrays": _GENERATE,
    "glDeleteVertexArrays": _DELETE,
    "glBindVertexArray": _ONE_NAME,
    "glEnableVertexAttribArray": _ONE_NAME,
    "glVertexAttribPointer": _p(None, c_uint, c_int, c_uint, c_ubyte, c_int, c_void_p),
    "glVertexAttribIPointer": _p(None, c_uint, c_int, c_uint, c_int, c_void_p),
    "glVertexAttribDivisor": _TWO_NAMES,
    # textures
    "glGenTextures": _GENERATE,
    "glDeleteTextures": _DELETE,
    "glActiveTexture": _ONE_NAME,
    "glBindTexture": _TWO_NAMES,
    "glTexParameteri": _p(None, c_uint, c_uint, c_int),
    "glTexImage2D": _p(None, c_uint, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glTexSubImage2D": _p(None, c_uint, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glTexImage3D": _p(None, c_uint, c_int, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glTexSubImage3D": _p(None, c_uint, c_int, c_int, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glGetTexImage": _p(None, c_uint, c_int, c_uint, c_uint, c_void_p),
    "glGenerateMipmap": _ONE_NAME,
    "glTexBuffer": _p(None, c_uint, c_uint, c_uint),
    # framebuffers
    "glGenFramebuffers": _GENERATE,
    "glDeleteFramebuffers": _DELETE,
    "glBindFramebuffer": _TWO_NAMES,
    "glFramebufferTexture2D": _p(None, c_uint, c_uint, c_uint, c_uint, c_int),
    "glFramebufferTextureLayer": _p(None, c_uint, c_uint, c_uint, c_int, c_int),
    "glGenRenderbuffers": _GENERATE,
    "glDeleteRenderbuffers": _DELETE,
    "glBindRenderbuffer": _TWO_NAMES,
    "glRenderbufferStorage": _p(None, c_uint, c_uint, c_int, c_int),
    "glFramebufferRenderbuffer": _p(None, c_uint, c_uint, c_uint, c_uint),
    "glCheckFramebufferStatus": _p(c_uint, c_uint),
    "glDrawBuffers": _p(None, c_int, c_void_p),
    "glReadBuffer": _ONE_NAME,
    "glReadPixels": _p(None, c_int, c_int, c_int, c_int, c_uint, c_uint, c_void_p),
    "glBlitFramebuffer": _p(None, c_int, c_int, c_int, c_int, c_int, c_int, c_int, c_int, c_uint, c_uint),
    # shaders and programs
    "glCreateShader": _p(c_uint, c_uint),
    "glDeleteShader": _ONE_NAME,
    "glShaderSource": _p(None, c_uint, c_int, c_void_p, c_void_p),
    "glCompileShader": _ONE_NAME,
    "glGetShaderiv": _OBJECT_QUERY,
    "glGetShaderInfoLog": _INFO_LOG,
    "glCreateProgram": _p(c_uint),
    "glDeleteProgram": _ONE_NAME,
    "glAttachShader": _TWO_NAMES,
    "glDetachShader": _TWO_NAMES,
    "glLinkProgram": _ONE_NAME,
    "glGetProgramiv": _OBJECT_QUERY,
    "glGetProgramInfoLog": _INFO_LOG,
    "glUseProgram": _ONE_NAME,
    "glGetActiveAttrib": _ACTIVE,
    "glGetActiveUniform": _ACTIVE,
    "glGetActiveUniformsiv": _p(None, c_uint, c_int, c_void_p, c_uint, c_void_p),
    "glGetActiveUniformBlockName": _p(None, c_uint, c_uint, c_int, c_void_p, c_void_p),
    "glGetActiveUniformBlockiv": _p(None, c_uint, c_uint, c_uint, c_void_p),
    "glGetAttribLocation": _p(c_int, c_uint, c_char_p),
    "glGetUniformLocation": _p(c_int, c_uint, c_char_p),
    "glUniformBlockBinding": _p(None, c_uint, c_uint, c_uint),
    "glUniform1i": _p(None, c_int, c_int),
    "glUniform1f": _p(None, c_int, c_float),
    "glUniform4f": _p(None, c_int, c_float, c_float, c_float, c_float),
    "glUniform1fv": _UNIFORM_ARRAY,
    "glUniform2fv": _UNIFORM_ARRAY,
    "glUniform3fv": _UNIFORM_ARRAY,
    "glUniform4fv": _UNIFORM_ARRAY,
    # drawing
    "glDrawArrays": _p(None, c_uint, c_int, c_int),
    "glDrawArraysInstanced": _p(None, c_uint, c_int, c_int, c_int),
    "glDrawElements": _p(None, c_uint, c_int, c_uint, c_void_p),
    "glDrawElementsInstanced": _p(None, c_uint, c_int, c_uint, c_void_p, c_int),
    # synchronisation
    "glFenceSync": _p(c_size_t, c_uint, c_uint),
    "glClientWaitSync": _p(c_uint, c_size_t, c_uint, c_uint64),
    "glWaitSync": _p(None, c_size_t, c_uint, c_uint64),
    "glDeleteSync": _p(None, c_size_t),
    "glFlush": _p(None),
    "glFinish": _p(None),
    # timer queries
    "glGenQueries": _GENERATE,
    "glDeleteQueries": _DELETE,
    "glQueryCounter": _TWO_NAMES,
    "glGetQueryiv": _OBJECT_QUERY,
    "glGetQueryObjectiv": _OBJECT_QUERY,
    "glGetQueryObjectui64v": _OBJECT_QUERY,
    "glGetInteger64v": _p(None, c_uint, c_void_p),
    # debug output
    "glDebugMessageCallback": _p(None, c_void_p, c_void_p),
    "glDebugMessageControl": _p(None, c_uint, c_uint, c_uint, c_int, c_void_p, c_ubyte),
    "glObjectLabel": _p(None, c_uint, c_uint, c_int, c_char_p),
    "glPushDebugGroup": _p(None, c_uint, c_uint, c_int, c_char_p),
    "glPopDebugGroup": _p(None),
}

BLOCKING = frozenset(
    {
        "glFinish",
        "glClientWaitSync",
        "glReadPixels",
        "glGetTexImage",
        "glGetBufferSubData",
        "glCompileShader",
        "glLinkProgram",
    }
)
"""Functions that may wait for the GPU or the compiler: these let other Python threads run meanwhile.

All others keep Python's lock. They return within microseconds, and giving the lock away would let a busy
logic thread hold the render thread up for a whole switch interval at each of them.
"""
