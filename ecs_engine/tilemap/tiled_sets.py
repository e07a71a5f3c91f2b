"""Tile sets of Tiled's files."""

from __future__ import annotations

from pathlib import Path

from ecs_engine.tilemap.source import Files, Part
from ecs_engine.tilemap.tiled_objects import ObjectContext, read_object, read_properties
from ecs_engine.tilemap.tilesets import MAX_TILES, TileImage, TileInfo, TileSet

MAX_GID = (1 << 28) - 1
MAX_SIDE = 16384
"""Of a tile, in pixels."""
_ALIGNMENTS = (
    "unspecified", "topleft", "top", "topright", "left", "center", "right", "bottomleft", "bottom", "bottomright",
)  # fmt: skip


def read_tile_set(part: Part, first_gid: int, files: Files, source: Path | None) -> TileSet:
    """A tile set, from its own file or within a map.

    Raises:
        AssetError: it is broken, or has more than MAX_TILES tiles.
    """
    width = part.whole("tilewidth", low=1, high=MAX_SIDE)
    height = part.whole("tileheight", low=1, high=MAX_SIDE)
    offset = part.part("tileoffset")
    image = part.values.get("image")
    picture = image if isinstance(image, Part) else part
    keyed = "trans" if isinstance(image, Part) else "transparentcolor"
    tile_set = TileSet(
        name=part.text("name", ""),
        first_gid=first_gid,
        tile_size=(width, height),
        images={},
        offset=(offset.number("x", 0.0), -offset.number("y", 0.0)),
        fits_grid=part.choice("tilerendersize", ("tile", "grid"), "tile") == "grid",
        keeps_aspect=part.choice("fillmode", ("stretch", "preserve-aspect-fit"), "stretch") != "stretch",
        alignment=part.choice("objectalignment", _ALIGNMENTS, "unspecified"),
        transparent=picture.color(keyed) if picture.has(keyed) else None,
        properties=read_properties(part, files),
        source=source,
    )
    if image is not None:
        tile_set.images = _cut(part, picture, files, width, height)
    for tile in part.parts("tiles"):
        local = tile.whole("id", low=0, high=MAX_GID - first_gid)
        if tile.has("image"):
            tile_set.images[local] = _own_image(tile, files)
        if len(tile_set.images) > MAX_TILES:
            part.fail(f"it has more than {MAX_TILES} tiles; cut it into several maps' tile sets.")
        info = _read_info(tile, files, height)
        if info.kind or info.properties or info.shapes or info.frames:
            tile_set.tiles[local] = info
    for local, info in tile_set.tiles.items():
        for frame, _ in info.frames:
            if frame not in tile_set.images:
                part.fail(f"the animation of tile {local} shows tile {frame}, which the tile set does not have.")
    return tile_set


def _image_path(part: Part, files: Files) -> Path:
    if not part.has("source") and not part.has("image"):
        part.fail("its image lies within the map file; keep it in a file of its own.")
    return files.locate(part.text("source" if part.has("source") else "image"), part)


def _cut(part: Part, picture: Part, files: Files, width: int, height: int) -> dict[int, TileImage]:
    """The tiles of one image, row by row."""
    path = _image_path(picture, files)
    margin = part.whole("margin", 0, low=0, high=MAX_SIDE)
    spacing = part.whole("spacing", 0, low=0, high=MAX_SIDE)
    columns, count = part.whole("columns", 0, low=0), part.whole("tilecount", 0, low=0)
    in_map = not isinstance(part.values.get("image"), Part)
    across, down = ("imagewidth", "imageheight") if in_map else ("width", "height")
    if not columns:
        columns = max((picture.whole(across, low=1) - margin + spacing) // (width + spacing), 0)
    if not count:
        count = columns * max((picture.whole(down, low=1) - margin + spacing) // (height + spacing), 0)
    if count > MAX_TILES:
        part.fail(f"it has {count} tiles, and {MAX_TILES} are the most.")
    if count and not columns:
        part.fail("its image is narrower than a tile.")
    return {
        local: TileImage(
            path,
            (
                margin + local % columns * (width + spacing),
                margin + local // columns * (height + spacing),
                width,
                height,
            ),
        )
        for local in range(count)
    }


def _own_image(tile: Part, files: Files) -> TileImage:
    """The picture of a tile in a collection of images: all of a file, or a part of it."""
    image = tile.values["image"]
    path = _image_path(image if isinstance(image, Part) else tile, files)
    if not any(tile.has(name) for name in ("x", "y", "width", "height")):
        return TileImage(path)
    x, y = tile.whole("x", 0, low=0, high=1 << 16), tile.whole("y", 0, low=0, high=1 << 16)
    return TileImage(
        path, (x, y, tile.whole("width", low=1, high=MAX_SIDE), tile.whole("height", low=1, high=MAX_SIDE))
    )


def _read_info(tile: Part, files: Files, height: int) -> TileInfo:
    context = ObjectContext(
        files=files,
        convert=lambda x, y: (x, height - y),
        skewed=False,
        alignment_of=lambda gid: "bottomleft",
        template=_no_templates,
    )
    shapes = [read_object(one, context) for one in tile.part("objectgroup").parts("objects")]
    frames = [
        (one.whole("tileid", low=0, high=MAX_GID), one.whole("duration", low=1, high=10_000_000) / 1000)
        for one in tile.parts("animation")
    ]
    kind = tile.text("class", "") or tile.text("type", "")
    return TileInfo(kind, read_properties(tile, files), shapes, frames)


def _no_templates(part: Part) -> Part:
    part.fail("a collision shape is made from a template; detach it in the editor.")


class TileSetReader:
    """The tile sets of one map, those in files of their own included."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self.sets: list[TileSet] = []

    def add(self, part: Part) -> None:
        """Read a tile set that a map names."""
        first = part.whole("firstgid", low=1, high=MAX_GID)
        if part.has("source"):
            path = self._files.locate(part.text("source"), part)
            self._append(read_tile_set(self._files.read(path, part), first, self._files, path), part)
        else:
            self._append(read_tile_set(part, first, self._files, None), part)

    def _append(self, tile_set: TileSet, part: Part) -> None:
        self.sets.append(tile_set)
        if sum(len(one.images) for one in self.sets) > MAX_TILES:
            part.fail(f"its tile sets have more than {MAX_TILES} tiles together; cut the map into several.")

    def first_gid_of(self, part: Part, path: Path) -> int:
        """The first gid of the set in a file; one that the map does not have yet gets the next free ones."""
        for one in self.sets:
            if one.source == path:
                return one.first_gid
        first = max((one.first_gid + max(one.images, default=0) + 1 for one in self.sets), default=1)
        self._append(read_tile_set(self._files.read(path, part), first, self._files, path), part)
        return first

    def alignment_of(self, gid: int, default: str) -> str:
        """Which point of a tile object is its place."""
        owners = [one for one in self.sets if one.first_gid <= gid]
        found = max(owners, key=lambda one: one.first_gid).alignment if owners else "unspecified"
        return default if found == "unspecified" else found
