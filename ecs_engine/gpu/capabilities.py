"""What the driver at hand can do, read once."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.gl import GL

OLDEST = (3, 3)
SAFE_UNIFORM_ALIGNMENT = 256
"""The largest offset alignment any known driver asks for; software drivers ask for 16 and hide mistakes."""


@dataclass(frozen=True)
class Capabilities:
    """Version, extensions and limits of a context. Lower one with ``dataclasses.replace`` to test a fallback."""

    version: tuple[int, int]
    version_text: str
    glsl_version: str
    renderer: str
    vendor: str
    extensions: frozenset[str]
    max_texture_buffer_size: int
    """Texels in a buffer texture: rows in a streamed column. At least 65,536."""
    max_array_texture_layers: int
    max_texture_size: int
    max_texture_units: int
    """Of all shader stages together: at least 48."""
    max_uniform_block_size: int
    """Bytes."""
    max_uniform_buffer_bindings: int
    uniform_offset_alignment: int
    """Bytes; what the driver asks for, but at least 256."""
    buffer_storage: bool
    """Persistent mapping: OpenGL 4.4 or ARB_buffer_storage."""
    khr_debug: bool
    """Debug output and labels: OpenGL 4.3 or KHR_debug."""
    reset_notification: bool
    """Whether the driver says when it was reset: OpenGL 4.5 or KHR_robustness, in a context that was made for it."""

    @property
    def is_noop(self) -> bool:
        """Whether this is Mesa's no-op driver, which draws nothing."""
        return "NOOP" in self.renderer.upper()

    @property
    def times_last_tile(self) -> bool:
        """Whether timestamps within a frame tell when its last tile came to that place, so that the difference of two
        is the time of one tile and not of the picture: Mesa's llvmpipe, measured."""
        return "LLVMPIPE" in self.renderer.upper()


def read_capabilities(gl: GL) -> Capabilities:
    """Ask the current context.

    Raises :class:`~ecs_engine.core.errors.GLError` below OpenGL 3.3 core.
    """
    text = gl.glGetString(c.VERSION)
    renderer = gl.glGetString(c.RENDERER)
    version = _parse_version(text)
    if version < OLDEST:
        raise GLError(
            f"OpenGL {version[0]}.{version[1]} on {renderer!r} is too old: the engine needs 3.3 core or newer; update "
            "the graphics driver, or run headless on Mesa's software renderer"
        )
    count = _integer(gl, c.NUM_EXTENSIONS)
    extensions = frozenset(gl.glGetStringi(c.EXTENSIONS, i) for i in range(count))
    return Capabilities(
        version=version,
        version_text=text,
        glsl_version=gl.glGetString(c.SHADING_LANGUAGE_VERSION),
        renderer=renderer,
        vendor=gl.glGetString(c.VENDOR),
        extensions=extensions,
        max_texture_buffer_size=_integer(gl, c.MAX_TEXTURE_BUFFER_SIZE),
        max_array_texture_layers=_integer(gl, c.MAX_ARRAY_TEXTURE_LAYERS),
        max_texture_size=_integer(gl, c.MAX_TEXTURE_SIZE),
        max_texture_units=_integer(gl, c.MAX_COMBINED_TEXTURE_IMAGE_UNITS),
        max_uniform_block_size=_integer(gl, c.MAX_UNIFORM_BLOCK_SIZE),
        max_uniform_buffer_bindings=_integer(gl, c.MAX_UNIFORM_BUFFER_BINDINGS),
        uniform_offset_alignment=max(_integer(gl, c.UNIFORM_BUFFER_OFFSET_ALIGNMENT), SAFE_UNIFORM_ALIGNMENT),
        buffer_storage=version >= (4, 4) or "GL_ARB_buffer_storage" in extensions,
        khr_debug=version >= (4, 3) or "GL_KHR_debug" in extensions,
        reset_notification=(version >= (4, 5) or "GL_KHR_robustness" in extensions)
        and _integer(gl, c.RESET_NOTIFICATION_STRATEGY) == c.LOSE_CONTEXT_ON_RESET,
    )


def _parse_version(text: str) -> tuple[int, int]:
    """``"4.5 (Core Profile) Mesa 22.3.6"`` is (4, 5). OpenGL ES, which says so first, is refused."""
    found = re.match(r"(\d+)\.(\d+)", text)
    if found is None:
        raise GLError(
            f"the current context answers {text!r} for its OpenGL version; make a desktop OpenGL 3.3 core context "
            "current on this thread first"
        )
    return int(found[1]), int(found[2])


def _integer(gl: GL, name: int) -> int:
    value = gl.glGetIntegerv(name)
    return value if isinstance(value, int) else value[0]
