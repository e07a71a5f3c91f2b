"""Pipelines: how the rows of one instance set become quads on the screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ecs_engine.frame.snapshot import SetSpec
from ecs_engine.gpu import Device, Program
from ecs_engine.render.pages import PageSource

VIEW_BINDING = 0
"""Uniform buffer binding of the View block."""
ORDER_UNIT = 0
"""Texture unit of the draw order."""


@dataclass(frozen=True)
class PipelineSource:
    """The shaders of one instance set: every column and every lookup is a buffer texture of its name."""

    vertex: str
    fragment: str
    pages: PageSource | None = None
    """Where the texels of ``pages`` come from, if not from the app's pictures; these are always filtered linearly."""


@cache
def shader_text(name: str) -> str:
    """A shader of this package by file name, read once in a process."""
    return (files("ecs_engine.render.shaders") / name).read_text("utf-8")


def sprite_source() -> PipelineSource:
    return PipelineSource(shader_text("sprites.vert.glsl"), shader_text("sprites.frag.glsl"))


class Pipeline:
    """A compiled :class:`PipelineSource` and the texture units of what it reads. Context thread only.

    Args:
        first_unit: of its columns and lookups; those of other pipelines are others, so that changing from one to the
            other binds nothing anew.
        pages_unit: of its pages.

    Raises:
        ShaderError: the shaders do not compile.
    """

    def __init__(self, device: Device, spec: SetSpec, source: PipelineSource, first_unit: int, pages_unit: int) -> None:
        self.units: Mapping[str, int] = {
            stream.name: first_unit + i for i, stream in enumerate((*spec.columns, *spec.lookups))
        }
        self.pages_unit = pages_unit
        self.program = Program(
            device,
            source.vertex,
            source.fragment,
            label=spec.name,
            includes={"view.glsl": shader_text("view.glsl")},
            samplers={"order_rows": ORDER_UNIT, "pages": self.pages_unit, **self.units},
            blocks={"View": VIEW_BINDING},
        )

    def delete(self) -> None:
        self.program.delete()
