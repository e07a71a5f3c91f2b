"""The tracks of a profile, and the spans of a frame, by name: who records them and who reads them agree here."""

from __future__ import annotations

GL_CALLS = "OpenGL calls"
"""The track of calls that took long."""
GPU = "GPU time"
"""The track of what the GPU did when."""
DRAWING = ("draw", "swap", "pictures", "columns", "draws")
"""Spans of the context thread, which are no systems also where one thread does it all."""
WAITING_CALLS = (
    "glClientWaitSync",
    "glFinish",
    "glFlush",
    "glFenceSync",
    "glReadPixels",
    "glGetTexImage",
    "glGetBufferSubData",
    "glMapBufferRange",
)
"""Calls that take long because they wait for the GPU, or for the driver to send it work."""
LOCK_FREE_CALLS = (
    "glFinish",
    "glClientWaitSync",
    "glReadPixels",
    "glGetTexImage",
    "glGetBufferSubData",
    "glCompileShader",
    "glLinkProgram",
)
"""Calls during which other Python threads can run: ``ecs_engine.gpu.prototypes.BLOCKING``."""
COMPILE_CALLS = ("glCompileShader", "glLinkProgram", "glGetShaderiv", "glGetProgramiv", "glShaderSource")
TEXTURE_UPLOADS = (
    "pictures",
    "glTexImage2D",
    "glTexImage3D",
    "glTexSubImage2D",
    "glTexSubImage3D",
    "glGenerateMipmap",
)
"""The section of a frame in which pictures are sent, and calls that send them at other times."""
COLUMN_UPLOADS = ("columns", "glBufferData", "glBufferSubData", "glBufferStorage", "glUnmapBuffer")
DRAW_CALLS = ("glDrawElements", "glDrawElementsInstanced", "glDrawArrays", "glDrawArraysInstanced", "glClear")
