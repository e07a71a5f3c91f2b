"""The shaders of the stock kinds of picture that came after sprites."""

from __future__ import annotations

from ecs_engine.render.pipeline import PipelineSource, shader_text


def particle_source() -> PipelineSource:
    return PipelineSource(shader_text("particles.vert.glsl"), shader_text("particles.frag.glsl"))


def shape_source() -> PipelineSource:
    return PipelineSource(shader_text("shapes.vert.glsl"), shader_text("shapes.frag.glsl"))
