"""Rendering, on the context thread: frames become draw calls."""

from ecs_engine.render.pipeline import Pipeline, PipelineSource, shader_text, sprite_source
from ecs_engine.render.system import RenderSystem
from ecs_engine.render.text import text_source

__all__ = ["Pipeline", "PipelineSource", "RenderSystem", "shader_text", "sprite_source", "text_source"]
