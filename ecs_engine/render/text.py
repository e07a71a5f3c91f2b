"""How labels are drawn."""

from __future__ import annotations

from ecs_engine.render.pages import PageSource
from ecs_engine.render.pipeline import PipelineSource, shader_text


def text_source(atlas: PageSource) -> PipelineSource:
    """The shaders of the drawable ``"texts"``, whose glyphs are in the pages of ``atlas``."""
    return PipelineSource(shader_text("text.vert.glsl"), shader_text("text.frag.glsl"), atlas)
