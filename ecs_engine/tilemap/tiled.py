"""Maps of the Tiled editor, .tmx and .tmj: after its documentation of both formats (doc.mapeditor.org)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ecs_engine.tilemap.cells import CellBudget, Cells, read_cells
from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.layers import FLAGS, TURN_120, Color, ImageLayer, Layer, ObjectLayer, TileLayer
from ecs_engine.tilemap.map import TileMap
from ecs_engine.tilemap.source import Files, Part
from ecs_engine.tilemap.tiled_objects import ObjectContext, Templates, read_object, read_properties
from ecs_engine.tilemap.tiled_sets import MAX_SIDE, TileSetReader
from ecs_engine.tilemap.tilesets import TileTable

MAX_GROUPS = 32
"""How deep groups of layers may be nested."""
MAX_LAYERS = 512
_MAX_MAP = 1 << 24
_ORIENTATIONS = ("orthogonal", "isometric", "staggered", "hexagonal")
_ORDERS = {"right-down": (1, 1), "right-up": (1, -1), "left-down": (-1, 1), "left-up": (-1, -1)}


@dataclass(frozen=True)
class _Around:
    """What the groups around a layer do to it."""

    offset: tuple[float, float] = (0.0, 0.0)
    parallax: tuple[float, float] = (1.0, 1.0)
    tint: Color = (255, 255, 255, 255)
    opacity: float = 1.0
    visible: bool = True
    depth: int = 0


def read_tiled(part: Part, files: Files) -> TileMap:
    """The map of a parsed file.

    Raises:
        AssetError: it, or a file that it needs, is broken or too large.
    """
    return _Reader(part, files).map()


class _Reader:
    def __init__(self, part: Part, files: Files) -> None:
        self.part = part
        self.files = files
        self.grid = _grid(part)
        self.sets = TileSetReader(files)
        self.templates = Templates(files, self.sets.first_gid_of)
        self.budget = CellBudget()
        self.layers: list[Layer] = []
        self.places: list[Part] = []
        """Where each of the layers came from."""

    def map(self) -> TileMap:
        part = self.part
        for one in part.parts("tilesets"):
            self.sets.add(one)
        for child, around in self._flat(part, _Around()):
            if len(self.layers) >= MAX_LAYERS:
                child.fail(f"the map has more than {MAX_LAYERS} layers.")
            self.places.append(child)
            self.layers.append(self._layer(child, around))
        done = TileMap(
            grid=self.grid,
            layers=self.layers,
            tile_sets=self.sets.sets,
            parallax_origin=(part.number("parallaxoriginx", 0.0), -part.number("parallaxoriginy", 0.0)),
            background=part.color("backgroundcolor") if part.has("backgroundcolor") else None,
            properties=read_properties(part, self.files),
            path=part.file,
        )
        self._check(done.tiles)
        return done

    def _flat(self, part: Part, around: _Around) -> Iterator[tuple[Part, _Around]]:
        """The layers of a map or group, those of groups within in their place."""
        for child in part.parts("layers"):
            if child.text("type", "") != "group":
                yield child, around
                continue
            if around.depth >= MAX_GROUPS:
                child.fail(f"groups are nested more than {MAX_GROUPS} deep.")
            base = self._base(child, around)
            inner = _Around(base.offset, base.parallax, base.tint, base.opacity, base.visible, around.depth + 1)
            yield from self._flat(child, inner)

    def _base(self, part: Part, around: _Around) -> Layer:
        """What all layers have."""
        tint = part.color("tintcolor", (255, 255, 255, 255))
        properties = read_properties(part, self.files)
        draw_layer = properties.get("draw_layer")
        return Layer(
            name=part.text("name", ""),
            kind=part.text("class", ""),
            offset=(
                around.offset[0] + part.number("offsetx", 0.0),
                around.offset[1] - part.number("offsety", 0.0),
            ),
            parallax=(
                around.parallax[0] * part.number("parallaxx", 1.0),
                around.parallax[1] * part.number("parallaxy", 1.0),
            ),
            tint=tuple(round(a * b / 255) for a, b in zip(around.tint, tint, strict=True)),  # type: ignore[arg-type]
            opacity=around.opacity * min(max(part.number("opacity", 1.0), 0.0), 1.0),
            visible=around.visible and part.flag("visible", True),
            draw_layer=draw_layer if isinstance(draw_layer, int) else len(self.layers),
            properties=properties,
        )

    def _layer(self, part: Part, around: _Around) -> Layer:
        base = self._base(part, around)
        common = {name: getattr(base, name) for name in Layer.__slots__}
        kind = part.choice("type", ("tilelayer", "objectgroup", "imagelayer"))
        if kind == "objectgroup":
            context = ObjectContext(
                files=self.files,
                convert=self.grid.from_pixels,
                skewed=self.grid.orientation == "isometric",
                alignment_of=lambda gid: self.sets.alignment_of(
                    gid & ~FLAGS, "bottom" if self.grid.orientation == "isometric" else "bottomleft"
                ),
                template=self.templates.fill,
                layer=base.name,
                draw_layer=base.draw_layer,
                offset=base.offset,
            )
            return ObjectLayer(**common, objects=[read_object(one, context) for one in part.parts("objects")])
        if kind == "imagelayer":
            return self._image_layer(part, common)
        gids, origin = self._cells(part)
        if self.grid.orientation != "hexagonal":
            gids &= np.uint32(~TURN_120 & 0xFFFFFFFF)  # means nothing there
        return TileLayer(**common, gids=gids, origin=origin)

    def _image_layer(self, part: Part, common: dict[str, object]) -> ImageLayer:
        image = part.values.get("image")
        holder = image if isinstance(image, Part) else part
        name = holder.text("source" if isinstance(image, Part) else "image", "")
        if not name:
            part.fail("the image layer has no image; give it one, or delete it.")
        keyed = "trans" if isinstance(image, Part) else "transparentcolor"
        return ImageLayer(
            **common,  # type: ignore[arg-type]  # the fields of Layer
            image=self.files.locate(name, holder),
            transparent=holder.color(keyed) if holder.has(keyed) else None,
            repeat=(part.flag("repeatx", False), part.flag("repeaty", False)),
        )

    def _cells(self, part: Part) -> tuple[Cells, tuple[int, int]]:
        """The cells of a layer, and column and row of the first."""
        holder = part.part("data") if isinstance(part.values.get("data"), Part) else part
        encoding = holder.text("encoding", "csv")
        compression = holder.text("compression", "")
        if not holder.has("chunks") and not self.grid.infinite:
            columns = part.whole("width", low=0, high=_MAX_MAP)
            rows = part.whole("height", low=0, high=_MAX_MAP)
            self.budget.take(part, columns, rows)
            return read_cells(holder, columns, rows, encoding, compression), (0, 0)
        blocks = []
        for chunk in holder.parts("chunks"):
            x, y = (chunk.whole(name, low=-_MAX_MAP, high=_MAX_MAP) for name in ("x", "y"))
            columns, rows = (chunk.whole(name, low=1, high=_MAX_MAP) for name in ("width", "height"))
            self.budget.take(chunk, columns, rows)
            blocks.append((x, y, read_cells(chunk, columns, rows, encoding, compression)))
        if not blocks:
            return np.zeros((0, 0), np.uint32), (0, 0)
        left, top = min(x for x, _, _ in blocks), min(y for _, y, _ in blocks)
        columns = max(x + block.shape[1] for x, _, block in blocks) - left
        rows = max(y + block.shape[0] for _, y, block in blocks) - top
        self.budget.take(part, columns, rows)
        gids = np.zeros((rows, columns), np.uint32)
        for x, y, block in blocks:
            gids[y - top : y - top + block.shape[0], x - left : x - left + block.shape[1]] = block
        return gids, (left, top)

    def _check(self, tiles: TileTable) -> None:
        """Tile ids must not be shared by two sets, and every tile that is used must exist."""
        shared = np.flatnonzero(tiles.gids[1:] == tiles.gids[:-1])
        if len(shared):
            self.part.fail(f"two tile sets have a tile {tiles.gids[shared[0]]}: their firstgid are too close.")
        for part, layer in zip(self.places, self.layers, strict=True):
            used = np.empty(0, np.uint32)
            if isinstance(layer, TileLayer):
                used = np.unique(layer.gids & np.uint32(~FLAGS & 0xFFFFFFFF))
            elif isinstance(layer, ObjectLayer):
                used = np.unique(np.array([thing.gid & ~FLAGS for thing in layer.objects], np.uint32))
            used = used[used > 0]
            unknown = used[tiles.numbers(used) < 0]
            if len(unknown):
                part.fail(f"the layer {layer.name!r} uses tile {unknown[0]}, which no tile set of the map has.")


def _grid(part: Part) -> Grid:
    orientation = part.choice("orientation", _ORIENTATIONS)
    return Grid(
        orientation=orientation,  # type: ignore[arg-type]  # one of these words
        columns=part.whole("width", low=0, high=_MAX_MAP),
        rows=part.whole("height", low=0, high=_MAX_MAP),
        tile_width=part.whole("tilewidth", low=1, high=MAX_SIDE),
        tile_height=part.whole("tileheight", low=1, high=MAX_SIDE),
        infinite=part.flag("infinite", False),
        stagger_axis=part.choice("staggeraxis", ("x", "y"), "y"),  # type: ignore[arg-type]  # as above
        shifts_odd=part.choice("staggerindex", ("odd", "even"), "odd") == "odd",
        hex_side=part.whole("hexsidelength", 0, low=0, high=MAX_SIDE),
        order=_ORDERS[part.choice("renderorder", tuple(_ORDERS), "right-down")],
    )
