"""The overlay's own pipeline: plain quads and letters over the finished picture, all in one draw."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ecs_engine.assets.font import FIRST, GLYPHS
from ecs_engine.gpu import PREMULTIPLIED, Device, Program, QuadIndices, StreamBuffer, UniformBuffer
from ecs_engine.render.pipeline import shader_text

Array = np.ndarray[Any, Any]
Size = tuple[int, int]

QUAD = np.dtype([("place", "u2", 2), ("size", "u2", 2), ("color", "u1", 4), ("glyph", "u4")])
"""A quad of the overlay, lengths in dots: its upper left corner (y down) and size, colour (straight alpha), and the
ASCII code of the letter that it shows, or 0 for a plain one."""

PANEL_BINDING = 1
"""Uniform buffer binding of the Panel block; views have 0."""
QUADS_UNIT = 15
"""The last texture unit that every driver has, so that the bindings of the pictures' pipelines stay as they are."""
DESIGN_HEIGHT = 480
"""Pixels of height for which a dot is one pixel."""


def dot_pixels(height: int) -> int:
    """How many pixels a dot is wide and high in a framebuffer of this height: a whole number."""
    return max(1, round(height / DESIGN_HEIGHT))


def font_words() -> Array:
    """The font as the shader reads it: (48, 4) uint32, two letters a row, 45 bits each."""
    words = np.zeros((96, 2), np.uint64)
    for character, dots in GLYPHS.items():
        bits = np.flatnonzero(dots.reshape(-1)).tolist()
        for bit in bits:
            words[ord(character) - FIRST, bit >> 5] |= np.uint64(1 << (bit & 31))
    return words.astype(np.uint32).reshape(48, 4)


class OverlayPipeline:
    """Draws lists of :data:`QUAD`. Context thread only.

    Raises:
        ShaderError: the shaders do not compile.
    """

    def __init__(self, device: Device) -> None:
        self._device = device
        self._program = Program(
            device,
            shader_text("overlay.vert.glsl"),
            shader_text("overlay.frag.glsl"),
            label="overlay",
            samplers={"quads": QUADS_UNIT},
            blocks={"Panel": PANEL_BINDING},
        )
        self._panel = UniformBuffer(device, self._program.blocks["Panel"], slots=1, label="overlay panel")
        self._panel.data["font"][0] = font_words()
        self._stream = StreamBuffer(device, np.uint32, 4, label="overlay quads")
        self._indices = QuadIndices(device, label="overlay quads")
        self._placed: tuple[Size, int] | None = None

    def draw(self, quads: Array, changed: Sequence[tuple[int, int]], size: Size, width: int) -> None:
        """Draw over the bound framebuffer, in its upper right corner: one draw call.

        Args:
            quads: (n,) of :data:`QUAD`; the first of them are drawn first.
            changed: ranges (first, count) of them that are not as they were in the last call.
            size: of the framebuffer, in pixels.
            width: of the panel with its margin, in dots.
        """
        state = self._device.state
        with self._device.group("overlay"):
            if self._placed != (size, width):
                self._place(size, width)
                self._placed = size, width
            self._stream.write_blocks(quads.view(np.uint32).reshape(-1, 4), changed)
            state.scissor(None)
            state.viewport(0, 0, *size)
            state.depth(None)
            state.cull(None)
            state.blend(PREMULTIPLIED)
            self._program.use()
            self._panel.bind(PANEL_BINDING)
            self._stream.bind(QUADS_UNIT)
            self._indices.draw(len(quads))

    def _place(self, size: Size, width: int) -> None:
        dot = dot_pixels(size[1])
        left = max(size[0] - width * dot, 0)
        self._panel.set(0, "dot_size", (2 * dot / size[0], -2 * dot / size[1], 2 * left / size[0] - 1, 1.0))
        self._panel.upload()

    def delete(self) -> None:
        """Delete every GL object of it."""
        for part in (self._program, self._panel, self._stream, self._indices):
            part.delete()
