"""The shaders of the stock kinds of picture that came after sprites."""

from __future__ import annotations

from ecs_engine.render.pipeline import PipelineSource, shader_text


def nine_slice_source() -> PipelineSource:
    return PipelineSource(shader_text("nine_slices.vert.glsl"), shader_text("nine_slices.frag.glsl"))
