"""The render system: a frame becomes as few draw calls as its states allow."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import numpy as np

from ecs_engine.core.screen import Box, Resolution, Size, inset, pixel_box
from ecs_engine.frame.breaks import Break
from ecs_engine.frame.keys import blend_of
from ecs_engine.frame.snapshot import DrawList, Frame, SetSpec, View
from ecs_engine.gpu import Device, QuadIndices, Surface, UniformBuffer
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.state import PREMULTIPLIED, Blend
from ecs_engine.gpu.texture import Filter
from ecs_engine.render.canvas import Canvas
from ecs_engine.render.effects import Destination, PostProcess
from ecs_engine.render.lights import PIXEL, LightMap
from ecs_engine.render.note import Note
from ecs_engine.render.pages import PageSource, PictureArray
from ecs_engine.render.pipeline import ORDER_UNIT, VIEW_BINDING, Pipeline, PipelineSource
from ecs_engine.render.streams import OrderStream, SetStreams
from ecs_engine.render.targets import Targets

# Pictures have their alpha multiplied in, so adding light is adding colour.
BLENDS = (PREMULTIPLIED, Blend(c.ONE, c.ONE, c.ZERO, c.ONE))

WHITE = (1.0, 1.0, 1.0)
CLEAR = (0.0, 0.0, 0.0, 0.0)
"""What a view without a colour of its own is drawn on where it has effects: they see only what it shows."""

_VIEW_DTYPE = np.dtype([("world_to_clip", "f4", (4, 4)), ("moment", "f4", 4), ("target", "f4", 4)])


class _Part(Protocol):
    def delete(self) -> None: ...


class RenderSystem:
    """Draws frames on the context thread. Override :meth:`draw_view` or :meth:`after_views` to draw more, and
    :meth:`restore` if what you draw with has contents that only you know.

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
        self.surfaces: Mapping[int, Surface] = {}
        """What further windows show: number of the window -> its surface."""
        self._canvas = Canvas(device, resolution)
        self._further = Canvas(device, None)
        self._order = OrderStream(device)
        self._quads = QuadIndices(device)
        self._targets = Targets(device)
        self.effects = PostProcess(device, self._targets, self._quads)
        """What runs the effects of views and windows."""
        self._light_map = LightMap(device, self._targets, self._quads)
        self._is_light = [spec.lights for spec, _ in sets]
        self._note: Note | None = None
        self._views = UniformBuffer(device, _VIEW_DTYPE, label="views")
        self._uploaded_views = b""
        self._pictures = PictureArray(device, pictures, filter)
        self._arrays = {pictures: self._pictures}
        for spec, source in sets:
            if source.pages is not None and source.pages not in self._arrays:
                self._arrays[source.pages] = PictureArray(device, source.pages, "linear", label=spec.name)
        self._pages = [self._arrays[source.pages or pictures].texture for _, source in sets]
        self._streams = [SetStreams(device, spec) for spec, _ in sets]
        page_units = {source: ORDER_UNIT + 1 + i for i, source in enumerate(self._arrays)}
        first_units = allot_units(
            [len(spec.columns) + len(spec.lookups) for spec, _ in sets],
            ORDER_UNIT + 1 + len(page_units),
            device.capabilities.max_texture_units,
        )
        self._pipelines = [
            Pipeline(device, spec, source, first_unit, page_units[source.pages or pictures])
            for (spec, source), first_unit in zip(sets, first_units, strict=True)
        ]
        for pipeline in self._pipelines:
            if "View" in pipeline.program.blocks:  # a shader need not look at it
                pipeline.program.blocks["View"].check(_VIEW_DTYPE)

    def render(self, frame: Frame, alpha: float, size: Size) -> None:
        """Draw a frame: the first window's views into the bound framebuffer, those of others into their surfaces.

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
                if snapshot.counts:  # something is drawn of it
                    streams.update(snapshot)
            self._order.update(frame.draws, frame.sets)
            self._write_views(frame.views, alpha, size)
        draws = frame.draws.draws[: frame.draws.draw_count].tolist()
        self.effects.faults.clear()
        with device.group("draws"):
            self._draw_window(0, draws, frame, size)
            self.after_views(frame, size)
        if self.on_top is not None:
            self.on_top(frame, size)
        if self.effects.faults:
            self._show_faults(size)
        if self.surfaces:
            before = max(device.state.framebuffer, 0)
            with device.group("further windows"):
                for window, surface in self.surfaces.items():
                    if surface.begin():
                        self._draw_window(window, draws, frame, surface.size)
                        surface.end()
                device.state.bind_framebuffer(before)
        self._targets.end_frame()
        device.end_frame()

    def _draw_window(self, window: int, draws: list[list[int]], frame: Frame, size: Size) -> None:
        canvas = self._canvas_of(window)
        canvas.begin(size)
        for index, view in enumerate(frame.views):
            if view.window == window:
                self.draw_view(index, view, [draw for draw in draws if draw[DrawList.VIEW] == index], frame, size)
        canvas.finish(size)
        if effects := frame.effects.get(window):
            with self.device.group("effects"):
                self.effects.over_box(effects, canvas.shown(size), frame.seconds)
        self.device.state.scissor(None)

    def draw_view(self, index: int, view: View, draws: list[list[int]], frame: Frame, size: Size) -> None:
        """Draw what one camera sees: ``draws`` are rows of the draw list, ``size`` is that of its window, in pixels."""
        state = self.device.state
        outer = self._box(view, size)
        box = inset(outer, view.border)
        if view.border:
            state.scissor(outer)
            state.clear(view.border_color)
        scissor = None if self._canvas_of(view.window).is_whole(box, size) else box
        if not view.effects or 0 in box[2:]:
            state.viewport(*box)
            state.scissor(scissor)
            if view.clear is not None:
                state.clear(view.clear)
            self.draw_rows(index, view, draws, frame, Destination(max(state.framebuffer, 0), box, scissor, None))
            return
        effects = self.effects.prepare(view.effects)
        shown = Destination(max(state.framebuffer, 0), box, scissor, PREMULTIPLIED if view.clear is None else None)
        picture = self._targets.take(box[2:])
        picture.bind()
        state.scissor(None)
        state.clear(view.clear or CLEAR)
        self.draw_rows(index, view, draws, frame, Destination(picture.id, (0, 0, *box[2:]), None, None))
        with self.device.group("effects"):
            self.effects.over_view(effects, picture, frame.seconds, shown)
        self._targets.give(picture)

    def draw_rows(self, index: int, view: View, draws: list[list[int]], frame: Frame, to: Destination) -> None:
        """Draw rows of the draw list for one view to what is bound, which ``to`` names, and light them."""
        lights = [draw for draw in draws if self._is_light[draw[DrawList.SET]]]
        if not lights and view.ambient in (None, WHITE):
            self._draw_all(index, draws, frame)
            return
        pictures = [draw for draw in draws if not self._is_light[draw[DrawList.SET]]]
        lit = [draw for draw in pictures if draw[DrawList.KEY] < view.unlit_key]
        self._draw_all(index, lit, frame)
        if lit or view.clear is not None:  # else light would fall on what other views have drawn
            with self.device.group("lights"):
                pixel = PIXEL if self._canvas_of(view.window).pixels is None else 1
                self._light_map.shine(view.ambient or WHITE, lambda: self._draw_all(index, lights, frame), to, pixel)
        self._draw_all(index, [draw for draw in pictures if draw[DrawList.KEY] >= view.unlit_key], frame)

    def _draw_all(self, view: int, draws: list[list[int]], frame: Frame) -> None:
        for _, set_index, key, first, count in draws:
            self._draw(view, set_index, key, first, count, frame)

    def _show_faults(self, size: Size) -> None:
        """Words over the picture, of effects whose shaders do not compile."""
        if 0 in size:
            return
        if self._note is None:
            self._note = Note(self.device)
        self._note.draw("\n\n".join(self.effects.faults.values()), size)

    def after_views(self, frame: Frame, size: Size) -> None:
        """Called after the last view of the first window, before the frame's fence; does nothing here."""

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

    def _canvas_of(self, window: int) -> Canvas:
        return self._canvas if window == 0 else self._further

    def _box(self, view: View, size: Size) -> Box:
        """A view's viewport, in pixels of what is drawn to."""
        area = self._canvas_of(view.window).area(size)
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
            within = self.surfaces[view.window].size if view.window in self.surfaces else size
            pixels = inset(self._box(view, within), view.border)[2:]
            self._views.data["target"][slot, :3] = *pixels, self._canvas_of(view.window).pixels is not None
        data = self._views.data[: len(views)].tobytes()
        if data != self._uploaded_views:
            self._views.upload(len(views))
            self._uploaded_views = data

    def restore(self) -> None:
        """The context was lost and ``device.recreate`` made every object anew: write again what was in them."""
        for streams in self._streams:
            streams.restore()
        self._order.restore()
        for array in self._arrays.values():
            array.restore()
        self.effects.restore()
        if self._note is not None:
            self._note.restore()

    def close(self) -> None:
        """Delete every GL object of the renderer."""
        parts: list[_Part] = [*self._pipelines, *self._streams, self._canvas, self._order, self._quads, self._views]
        parts += [*self._arrays.values(), self._targets, self.effects, self._light_map]
        if self._note is not None:
            parts.append(self._note)
        for part in parts:
            part.delete()


def allot_units(counts: Sequence[int], first: int, limit: int) -> list[int]:
    """The first texture unit of each pipeline, of those from ``first`` to ``limit``. Where they do not suffice, some
    share theirs."""
    units, unit = [], first
    for count in counts:
        if unit + count > limit:
            unit = first
        units.append(unit)
        unit += count
    return units
