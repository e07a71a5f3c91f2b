"""The render system: a frame becomes as few draw calls as its states allow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from ecs_engine.core.screen import Box, Resolution, Size, inset, pixel_box
from ecs_engine.frame.breaks import Break
from ecs_engine.frame.keys import blend_of
from ecs_engine.frame.snapshot import DrawList, Frame, SetSpec, View
from ecs_engine.gpu import Device, QuadIndices, UniformBuffer
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.state import PREMULTIPLIED, Blend
from ecs_engine.gpu.texture import Filter
from ecs_engine.render.canvas import Canvas
from ecs_engine.render.pages import PageSource, PictureArray
from ecs_engine.render.pipeline import ORDER_UNIT, VIEW_BINDING, Pipeline, PipelineSource
from ecs_engine.render.streams import OrderStream, SetStreams

# Pictures have their alpha multiplied in, so adding light is adding colour.
BLENDS = (PREMULTIPLIED, Blend(c.ONE, c.ONE, c.ZERO, c.ONE))

_VIEW_DTYPE = np.dtype({"names": ["world_to_clip", "moment", "grid"],
                        "formats": [("f4", (4, 4)), ("f4", 4), ("f4", 4)],
                        "offsets": [0, 64, 80], "itemsize": 96})  # fmt: skip


class _Part(Protocol):
    def delete(self) -> None: ...


class RenderSystem:
    """Draws frames on the context thread. Override :meth:`draw_view` or :meth:`after_views` to draw more.

    Args:
        sets: each instance set of the frames, in their order, with its shaders.
        pictures: where texels come from.
        filter: ``"linear"`` or ``"nearest"``: how pictures are enlarged.
        resolution: of the picture that is drawn; None for that of the window.

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
        resolution: Resolution | None = None,
    ) -> None:
        self.device = device
        self.spread_uploads = False
        """Whether large pictures that are added may take several frames to show, so that none of these is late."""
        self.on_top: Callable[[Frame, Size], None] | None = None
        """Called after :meth:`after_views` with the same arguments; the app's overlay."""
        self._pipelines = [Pipeline(device, spec, source) for spec, source in sets]
        self._streams = [SetStreams(device, spec) for spec, _ in sets]
        self._canvas = Canvas(device, resolution)
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
        with device.group("pictures"):
            for array in self._arrays.values():
                array.update(self.spread_uploads)
        with device.group("columns"):
            for streams, snapshot in zip(self._streams, frame.sets, strict=True):
                streams.update(snapshot)
            capacity = max((snapshot.layout.capacity for snapshot in frame.sets), default=0)
            self._order.update(frame.draws, capacity)
            self._write_views(frame.views, alpha, size)
        with device.group("draws"):
            self._canvas.begin(size)
            draws = frame.draws.draws[: frame.draws.draw_count].tolist()
            for index, view in enumerate(frame.views):
                self.draw_view(index, view, [draw for draw in draws if draw[DrawList.VIEW] == index], frame, size)
            self._canvas.finish(size)
            device.state.scissor(None)
            self.after_views(frame, size)
        if self.on_top is not None:
            self.on_top(frame, size)
        device.end_frame()

    def draw_view(self, index: int, view: View, draws: list[list[int]], frame: Frame, size: Size) -> None:
        """Draw what one camera sees: ``draws`` are rows of the draw list, ``size`` is as in :meth:`render`."""
        state = self.device.state
        outer = self._box(view, size)
        box = inset(outer, view.border)
        if view.border:
            state.scissor(outer)
            state.clear(view.border_color)
        state.viewport(*box)
        state.scissor(None if self._canvas.is_whole(box, size) else box)
        if view.clear is not None:
            state.clear(view.clear)
        for _, set_index, key, first, count in draws:
            self._draw(index, set_index, key, first, count, frame)

    def after_views(self, frame: Frame, size: Size) -> None:
        """Called after the last view, before the frame's fence; does nothing here."""

    def breaks(self, frame: Frame) -> list[Break]:
        """Why each draw of a frame after the first began anew: as :meth:`DrawList.breaks`, and with the draws that this
        driver's limits add. Context thread only; ask for the frame that was drawn last."""
        return frame.draws.breaks(self._order.pieces(frame.draws, [each.layout.capacity for each in frame.sets]))

    def _draw(self, view: int, set_index: int, key: int, first: int, count: int, frame: Frame) -> None:
        pipeline, streams = self._pipelines[set_index], self._streams[set_index]
        pipeline.program.use()
        self._views.bind(VIEW_BINDING, view)
        self.device.state.blend(BLENDS[min(blend_of(key), len(BLENDS) - 1)])
        self._pages[set_index].bind(pipeline.pages_unit)
        capacity = frame.sets[set_index].layout.capacity
        for page, start, length in self._order.cut(frame.draws, first, count, capacity):
            streams.bind(page, pipeline.units)
            place = self._order.bind(ORDER_UNIT, start)
            self._quads.draw(length, place)

    def _box(self, view: View, size: Size) -> Box:
        """A view's viewport, in pixels of what is drawn to."""
        area = self._canvas.area(size)
        left, bottom, width, height = pixel_box(view.viewport, area[2:])
        return area[0] + left, area[1] + bottom, width, height

    def _write_views(self, views: Sequence[View], alpha: float, size: Size) -> None:
        if not views:
            return
        if len(views) > self._views.slots:
            self._views.delete()
            self._views = UniformBuffer(self.device, _VIEW_DTYPE, slots=2 * len(views), label="views")
        for slot, view in enumerate(views):
            self._views.data["world_to_clip"][slot] = view.at(alpha).T  # GLSL keeps columns together
            eye = [before + alpha * (now - before) for before, now in zip(view.previous_eye, view.eye, strict=True)]
            self._views.data["moment"][slot] = (alpha, *eye)
            if self._canvas.pixels is not None:
                _, _, width, height = inset(self._box(view, size), view.border)
                self._views.data["grid"][slot, :2] = width / 2, height / 2
        data = self._views.data[: len(views)].tobytes()
        if data != self._uploaded_views:
            self._views.upload(len(views))
            self._uploaded_views = data

    def close(self) -> None:
        """Delete every GL object of the renderer."""
        parts: list[_Part] = [*self._pipelines, *self._streams, self._canvas, self._order, self._quads, self._views]
        parts += self._arrays.values()
        for part in parts:
            part.delete()
