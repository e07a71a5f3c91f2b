"""What of a map is solid, in few boxes.

Cells side by side that hold the same box become one, and so do such runs of the same extent in rows that follow each
other: a greedy choice, which is not always the smallest number of boxes, and a fast one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ecs_engine.core.errors import EngineError
from ecs_engine.tilemap.grid import Grid
from ecs_engine.tilemap.layers import FLIP_DIAGONAL, FLIP_X, FLIP_Y, Layer, MapObject, Properties, TileLayer
from ecs_engine.tilemap.tilesets import TileTable

Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""
Boxes = npt.NDArray[np.float32]


def solid_boxes(grid: Grid, layers: Sequence[Layer], tiles: TileTable, name: str) -> Boxes:
    """See :meth:`ecs_engine.tilemap.TileMap.solids`."""
    if grid.orientation != "orthogonal":
        raise EngineError(
            f"The cells of a map that is {grid.orientation} are no boxes, and colliders are: test its cells instead, "
            "with grid.cell_at and map.tile."
        )
    found: list[Box] = []
    for layer in layers:
        if isinstance(layer, TileLayer):
            for box, cells in _masks(grid, layer, tiles, name).items():
                found += _merge(grid, layer, box, cells)
    return np.array(found, np.float32).reshape(-1, 4)


def _masks(grid: Grid, layer: TileLayer, tiles: TileTable, name: str) -> dict[Box, npt.NDArray[np.bool_]]:
    """Each different box within a cell (relative to its lower left corner), and the cells that hold it."""
    whole = (0.0, 0.0, float(grid.tile_width), float(grid.tile_height))
    masks: dict[Box, npt.NDArray[np.bool_]] = defaultdict(lambda: np.zeros(layer.gids.shape, np.bool_))
    if layer.values is not None:
        for value, called in layer.value_names.items():
            if called == name:
                masks[whole] |= layer.values == value
    all_solid = _is_called(layer.kind, layer.properties, name)
    kinds, places = np.unique(layer.gids, return_inverse=True)
    by_box: dict[Box, list[int]] = defaultdict(list)
    for index, gid in enumerate(kinds.tolist()):
        found = tiles.find(gid) if gid else None
        if found is None:
            continue
        tile_set, local = found
        info = tile_set.tiles.get(local)
        if info is not None and info.shapes:
            for shape in info.shapes:
                by_box[_flipped(_box_around(shape), gid, tile_set.tile_size)].append(index)
        elif all_solid or (info is not None and _is_called(info.kind, info.properties, name)):
            by_box[whole].append(index)
    places = places.reshape(layer.gids.shape)
    for box, indices in by_box.items():
        if box[0] < box[2] and box[1] < box[3]:
            masks[box] |= np.isin(places, indices)
    return masks


def _is_called(kind: str, properties: Properties, name: str) -> bool:
    return kind == name or properties.get(name) is True


def _box_around(shape: MapObject) -> Box:
    x, y = shape.position
    if len(shape.points):
        turned = _turned(shape.points, shape.rotation)
        (left, bottom), (right, top) = turned.min(axis=0).tolist(), turned.max(axis=0).tolist()
        return x + left, y + bottom, x + right, y + top
    width, height = shape.size
    half = np.array([(width, height), (width, -height)]) / 2
    reach_x, reach_y = np.abs(_turned(half, shape.rotation)).max(axis=0).tolist()
    # Rounded, as a quarter turn must not lose the last bits of what lies side by side.
    return round(x - reach_x, 3), round(y - reach_y, 3), round(x + reach_x, 3), round(y + reach_y, 3)


def _turned(points: npt.NDArray[np.floating], angle: float) -> npt.NDArray[np.floating]:
    c, s = np.cos(angle), np.sin(angle)
    return np.asarray(points @ np.array([(c, s), (-s, c)]))


def _flipped(box: Box, gid: int, size: tuple[int, int]) -> Box:
    """The box where the tile is flipped, as its picture is."""
    (left, bottom, right, top), (width, height) = box, size
    if gid & FLIP_DIAGONAL:  # along the diagonal from the upper left
        left, bottom, right, top = height - top, width - right, height - bottom, width - left
        width, height = height, width
    if gid & FLIP_X:
        left, right = width - right, width - left
    if gid & FLIP_Y:
        bottom, top = height - top, height - bottom
    return left, bottom, right, top


def _merge(grid: Grid, layer: TileLayer, box: Box, cells: npt.NDArray[np.bool_]) -> list[Box]:
    left, bottom, right, top = box
    width, height = float(grid.tile_width), float(grid.tile_height)
    # Only boxes that reach from edge to edge meet those of the cells next to them.
    spans = greedy_spans(cells, across=left <= 0 and right >= width, down=bottom <= 0 and top >= height)
    first_column, first_row = layer.origin
    shift_x, shift_y = layer.offset
    found = []
    for row, column, rows, columns in spans:
        x, y = (first_column + column) * width + shift_x, -(first_row + row) * height + shift_y
        found.append((x + left, y - rows * height + bottom, x + (columns - 1) * width + right, y - height + top))
    return found


def greedy_spans(cells: npt.NDArray[np.bool_], *, across: bool, down: bool) -> list[tuple[int, int, int, int]]:
    """Cover the cells that are True with rectangles that do not overlap: (row, column, rows, columns) of each.

    Runs of each row are found first, then joined with the run of the same extent in the row above.

    Args:
        across, down: whether cells side by side, and one above the other, may be joined.
    """
    rows, columns = cells.shape
    if not across:
        return _columns_of(cells, down)
    padded = np.zeros((rows, columns + 2), np.int8)
    padded[:, 1:-1] = cells
    steps = np.diff(padded, axis=1)
    begin_row, begin = np.nonzero(steps == 1)
    _, end = np.nonzero(steps == -1)
    found: list[tuple[int, int, int, int]] = []
    open_runs: dict[tuple[int, int], int] = {}
    row_of_open = -1
    for row, first, last in zip(begin_row.tolist(), begin.tolist(), end.tolist(), strict=True):
        if row != row_of_open:
            previous, open_runs = (open_runs if row == row_of_open + 1 else {}), {}
            row_of_open = row
        place = previous.get((first, last)) if down else None
        if place is None:
            place = len(found)
            found.append((row, first, 1, last - first))
        else:
            at, column, high, wide = found[place]
            found[place] = (at, column, high + 1, wide)
        open_runs[first, last] = place
    return found


def _columns_of(cells: npt.NDArray[np.bool_], down: bool) -> list[tuple[int, int, int, int]]:
    if not down:
        return [(row, column, 1, 1) for row, column in np.argwhere(cells).tolist()]
    turned = greedy_spans(cells.T, across=True, down=False)
    return [(column, row, columns, rows) for row, column, rows, columns in turned]
