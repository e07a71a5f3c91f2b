"""The render system: a frame becomes as few draw calls as its states allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from ecs_engine.frame.keys import blend_of
from ecs_engine.frame.snapshot import DrawList, Frame, SetSpec, View
from ecs_engine.gpu import Device, QuadIndices, UniformBuffer
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.state import PREMULTIPLIED, Blend
from ecs_engine.gpu.texture import Filter
from ecs_engine.render.pages import PageSource, PictureArray
from ecs_engine.render.pipeline import FIRST_UNIT, ORDER_UNIT, PAGES_UNIT, VIEW_BINDING, Pipeline, PipelineSource
from ecs_engine.render.streams import OrderStream, SetStreams

Size = tuple[int, int]

# Pictures have their alpha multiplied in, so adding light is adding colour.
BLENDS = (PREMULTIPLIED, Blend(c.ONE, c.ONE, c.ZERO, c.ONE))
FULL = (0.0, 0.0, 1.0, 1.0)

_VIEW_DTYPE = np.dtype([("world_to_clip", "f4", (4, 4)), ("moment", "f4", 4), ("target", "f4", 4)])


class _Part(Protocol):
    def delete(self) -> None: ...


class RenderSystem:
    """Draws frames on the context thread. Override :meth:`draw_view` or :meth:`after_views` to draw more.

    Args:
        sets: each instance set of the frames, in their order, with its shaders.
        pictures: where texels come from.
        filter: ``"linear"`` or ``"nearest"``: how pictures are enlarged.

    Raises:
        ShaderError: a pipeline's shaders do not compile.
    """

    def __init__(
        self,
        device: Device,
        sets: Sequence[tuple[SetSpec, PipelineSource]],
        pictures: PageSource,
        *,
        filter: Filter = "linear",
    ) -> None:
        self.device = device
        self.spread_uploads = False
        """Whether large pictures that are added may take several frames to show, so that none of these is late."""
        self._pipelines: list[Pipeline] = []
        for spec, source in sets:
            unit = self._pipelines[-1].next_unit if self._pipelines else FIRST_UNIT
            self._pipelines.append(Pipeline(device, spec, source, unit))
        self._streams = [SetStreams(device, spec) for spec, _ in sets]
        self._order = OrderStream(device)
        self._quads = QuadIndices(device)
        self._views = UniformBuffer(device, _VIEW_DTYPE, label="views")
        self._uploaded_views = b""
        self._pictures = PictureArray(device, pictures, filter)
        self._arrays = {pictures: self._pictures}
        for spec, source in sets:
            if source.pages is not None and source.pages not in self._arrays:
                self._arrays[source.pages] = PictureArray(device, source.pages, "linear", label=spec.name)
        self._pages = [self._arrays[source.pages or pictures].texture for _, source in sets]
        for pipeline in self._pipelines:
            if "View" in pipeline.program.blocks:  # a shader need not look at it
                pipeline.program.blocks["View"].check(_VIEW_DTYPE)

    def render(self, frame: Frame, alpha: float, size: Size) -> None:
        """Draw a frame into the bound framebuffer.

        Args:
            alpha: 0 shows the tick before the frame's, 1 the frame's own, between them the way from one to the other.
            size: of the framebuffer, in pixels.
        """
        device = self.device
        device.begin_frame()
        for array in self._arrays.values():
            array.update(self.spread_uploads)
        for streams, snapshot in zip(self._streams, frame.sets, strict=True):
            streams.update(snapshot)
        capacity = max((snapshot.layout.capacity for snapshot in frame.sets), default=0)
        self._order.update(frame.draws, capacity)
        self._write_views(frame.views, alpha, size)
        device.state.scissor(None)
        device.state.viewport(0, 0, *size)
        device.state.clear((0.0, 0.0, 0.0, 1.0))
        draws = frame.draws.draws[: frame.draws.draw_count].tolist()
        for index, view in enumerate(frame.views):
            self.draw_view(index, view, [draw for draw in draws if draw[DrawList.VIEW] == index], frame, size)
        device.state.scissor(None)
        self.after_views(frame, size)
        device.end_frame()

    def draw_view(self, index: int, view: View, draws: list[list[int]], frame: Frame, size: Size) -> None:
        """Draw what one camera sees: ``draws`` are rows of the draw list."""
        state = self.device.state
        box = pixel_box(view.viewport, size)
        state.viewport(*box)
        state.scissor(None if view.viewport == FULL else box)
        if view.clear is not None:
            state.clear(view.clear)
        for _, set_index, key, first, count in draws:
            self._draw(index, set_index, key, first, count, frame)

    def after_views(self, frame: Frame, size: Size) -> None:
        """Called after the last view, before the frame's fence; does nothing here."""

    def _draw(self, view: int, set_index: int, key: int, first: int, count: int, frame: Frame) -> None:
        pipeline, streams = self._pipelines[set_index], self._streams[set_index]
        pipeline.program.use()
        self._views.bind(VIEW_BINDING, view)
        self.device.state.blend(BLENDS[min(blend_of(key), len(BLENDS) - 1)])
        self._pages[set_index].bind(PAGES_UNIT)
        capacity = frame.sets[set_index].layout.capacity
        for page, start, length in self._order.cut(frame.draws, first, count, capacity):
            streams.bind(page, pipeline.units)
            place = self._order.bind(ORDER_UNIT, start)
            self._quads.draw(length, place)

    def _write_views(self, views: Sequence[View], alpha: float, size: Size) -> None:
        if not views:
            return
        if len(views) > self._views.slots:
            self._views.delete()
            self._views = UniformBuffer(self.device, _VIEW_DTYPE, slots=2 * len(views), label="views")
        for slot, view in enumerate(views):
            matrix = view.previous + np.float32(alpha) * (view.current - view.previous)
            self._views.data["world_to_clip"][slot] = matrix.T  # GLSL keeps columns together
            eye = [before + alpha * (now - before) for before, now in zip(view.previous_eye, view.eye, strict=True)]
            self._views.data["moment"][slot] = (alpha, *eye)
            self._views.data["target"][slot, :2] = pixel_box(view.viewport, size)[2:]
        data = self._views.data[: len(views)].tobytes()
        if data != self._uploaded_views:
            self._views.upload(len(views))
            self._uploaded_views = data

    def close(self) -> None:
        """Delete every GL object of the renderer."""
        parts: list[_Part] = [*self._pipelines, *self._streams, self._order, self._quads, self._views]
        parts += self._arrays.values()
        for part in parts:
            part.delete()


def pixel_box(viewport: tuple[float, float, float, float], size: Size) -> tuple[int, int, int, int]:
    """A viewport given in parts of the target, in whole pixels, edges rounded so that neighbours meet."""
    left, bottom = round(viewport[0] * size[0]), round(viewport[1] * size[1])
    right, top = round((viewport[0] + viewport[2]) * size[0]), round((viewport[1] + viewport[3]) * size[1])
    return left, bottom, max(right - left, 0), max(top - bottom, 0)
