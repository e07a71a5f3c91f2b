"""Light maps: all light that falls on a view, drawn small, then multiplied with what the view shows."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from ecs_engine.frame.passes import Pass, Shader
from ecs_engine.gpu import Blend, Device, Framebuffer, QuadIndices
from ecs_engine.gpu import enums as c
from ecs_engine.render.effect_program import PICTURE_UNIT, EffectProgram
from ecs_engine.render.effects import Destination
from ecs_engine.render.pipeline import PipelineSource, shader_text
from ecs_engine.render.targets import Targets

PIXEL = 2
"""Pixels of a view that one of its light map is wide and high: light is smooth, and this is a quarter of the work."""

TWICE_BOTH = Blend(c.DST_COLOR, c.SRC_COLOR, c.ZERO, c.ONE)
"""2 * source * destination; the alpha stays."""
_LIGHT_MAP = Pass(Shader("light_map"))


def light_source() -> PipelineSource:
    return PipelineSource(shader_text("lights.vert.glsl"), shader_text("lights.frag.glsl"))


class LightMap:
    """Lights views. Context thread only. Nothing is made before the first view that is lit."""

    def __init__(self, device: Device, targets: Targets, quads: QuadIndices) -> None:
        self._device = device
        self._targets = targets
        self._quads = quads
        self._program: EffectProgram | None = None

    def shine(
        self, ambient: tuple[float, float, float], draw_lights: Callable[[], None], to: Destination, pixel: int
    ) -> None:
        """Light what is drawn in a box of a framebuffer, which is bound again afterwards.

        Args:
            ambient: red, green and blue of the light that is everywhere.
            draw_lights: draws the lights of the view to what is bound.
            pixel: how many of the view's pixels one of the light map stands for.

        Raises:
            GLError: the driver cannot draw to a picture of that size.
        """
        if 0 in to.box[2:]:
            return
        state = self._device.state
        light = self._draw(ambient, draw_lights, to.box[2:], pixel)
        state.bind_framebuffer(to.framebuffer)
        state.viewport(*to.box)
        state.scissor(to.scissor)
        state.blend(TWICE_BOTH)
        if self._program is None:
            self._program = EffectProgram(self._device, _LIGHT_MAP.shader, _LIGHT_MAP)
        self._program.use(_LIGHT_MAP, 0.0)
        light.color.bind(PICTURE_UNIT)
        self._quads.draw(1)
        self._targets.give(light)

    def _draw(
        self, ambient: tuple[float, float, float], draw_lights: Callable[[], None], size: tuple[int, int], pixel: int
    ) -> Framebuffer:
        state = self._device.state
        light = self._targets.take((ceil(size[0] / pixel), ceil(size[1] / pixel)))
        light.bind()
        state.scissor(None)
        state.clear((*ambient, 1.0))
        draw_lights()
        return light

    def delete(self) -> None:
        if self._program is not None:
            self._program.delete()
