"""How the tiles of maps are drawn."""

from __future__ import annotations

from ecs_engine.render.pipeline import PipelineSource, shader_text


def tile_source() -> PipelineSource:
    """The shaders of the drawable ``"tiles"``; texels are coloured as those of sprites are."""
    return PipelineSource(shader_text("tiles.vert.glsl"), shader_text("sprites.frag.glsl"))
