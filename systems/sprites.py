"""Sprites become what the GPU and the draw list need."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Sprite, SpriteDraw, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.scratch import Scratch
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Part, Table
from ecs_engine.frame.keys import pack_keys
from ecs_engine.pictures import Pictures, PictureTable
from ecs_engine.systems.registries import resource_or_new

Array = np.ndarray[Any, Any]

_WORLD_SCALE = field_of(WorldPose2D, "scale")
_SPRITE = {name: field_of(Sprite, name) for name in ("picture", "tint", "size", "anchor", "layer", "blend", "visible")}
_FLIP_X, _FLIP_Y = field_of(Sprite, "flip_x"), field_of(Sprite, "flip_y")
_RECT_INPUTS = (*(_SPRITE[name] for name in ("picture", "size", "anchor", "visible")), _WORLD_SCALE)
_LOOK_INPUTS = (_SPRITE["picture"], _SPRITE["tint"], _FLIP_X, _FLIP_Y)
_KEY_INPUTS = (_SPRITE["layer"], _SPRITE["blend"])
_versions = itemgetter(*dict.fromkeys((*_RECT_INPUTS, *_LOOK_INPUTS, *_KEY_INPUTS)))
_RECT, _LOOK = field_of(SpriteDraw, "rect"), field_of(SpriteDraw, "look")
_RADIUS, _KEY = field_of(SpriteDraw, "radius"), field_of(SpriteDraw, "key")

_Derived = tuple[int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]
"""The layout's version, and those of the last writes to what rects, looks and keys are derived from."""
_Seen = tuple[tuple[int, tuple[int, ...]], _Derived]
"""The version of the pictures and of all inputs, and what was derived from them."""
_UNSEEN: _Seen = ((-1, ()), (-1, (), (), ()))

_ALL_SHARE = 8
"""Where more than one row in so many is new, all are derived."""

SPRITE_SHADER = 0
"""The shader bits of a sprite's sort key."""


class SpriteSystem(System):
    """Derives :class:`SpriteDraw` from :class:`Sprite` and the world scale: of each table only what depends on a column
    that changed, so that a new tint neither culls nor sorts anything again. Where rows only came or went, it derives
    that of the new ones.

    Override :meth:`write_rects`, :meth:`write_looks` or :meth:`write_keys` to draw sprites otherwise.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM

    def on_add(self) -> None:
        self._seen: dict[Table, _Seen] = {}
        self.scratch = resource_or_new(self.world, Scratch)
        """Room for what the writing methods work out."""

    def process(self, dt: float) -> None:
        pictures = self.world.resource(Pictures).table
        for rows in self.world.select(Sprite, WorldPose2D):
            table = rows.table
            quick = pictures.version, _versions(table.versions)
            known, before = self._seen.get(table, _UNSEEN)
            if quick == known:
                continue
            written = table.written
            now = (
                table.layout_version,
                (pictures.version, *[written(field) for field in _RECT_INPUTS]),
                (pictures.version, *[written(field) for field in _LOOK_INPUTS]),
                tuple([written(field) for field in _KEY_INPUTS]),
            )
            self._seen[table] = quick, now
            changed = [new != old for new, old in zip(now[1:], before[1:], strict=True)]
            if now[0] != before[0] and not all(changed):
                new = np.flatnonzero(np.isnan(table.readable[_RECT][:, 0]))
                if len(new) * _ALL_SHARE > table.length:
                    changed = [True] * 3
                elif len(new):
                    part = Part(table, new)
                    self._derive(part, pictures, True, True, True)
                    part.finish()
            if any(changed):
                self._derive(table, pictures, *changed)

    def _derive(self, table: Table | Part, pictures: PictureTable, rects: bool, looks: bool, keys: bool) -> None:
        self.scratch.begin()
        sprite = {name: table.readable[field] for name, field in _SPRITE.items()}
        picture = self.scratch.take(table.length, np.intp)
        np.copyto(picture, sprite["picture"])
        # An id that no picture has would read past the table: it shows as the white pixel.
        unknown = np.greater_equal(picture, len(pictures.page), out=self.scratch.take(table.length, np.bool_))
        np.copyto(picture, 0, where=unknown)
        if rects:
            self.write_rects(table, pictures, picture)
            table.touch(_RECT)
            table.touch(_RADIUS)
        if looks:
            self.write_looks(table, pictures, picture)
            table.touch(_LOOK)
        if keys:
            self.write_keys(table, sprite)
            table.touch(_KEY)

    def write_rects(self, table: Table | Part, pictures: PictureTable, picture: Array) -> None:
        """Write ``rect`` (n, 4) and ``radius`` (n,) from size, anchor and scale. A sprite that is invisible, or of a
        size that is infinite or NaN, has radius -inf, which no camera sees."""
        size = table.readable[_SPRITE["size"]]
        rect, radius = table.writable[_RECT], table.writable[_RADIUS]
        anchor = table.readable[_SPRITE["anchor"]]
        scale = table.readable[_WORLD_SCALE]
        take, count = self.scratch.take, table.length
        own, other = take(count, np.bool_), take(count, np.bool_)
        np.logical_and(np.equal(size[:, 0], 0, out=own), np.equal(size[:, 1], 0, out=other), out=own)
        natural = np.take(pictures.size, picture, axis=0, out=take((count, 2), np.float32), mode="clip")
        extent, reaches = take(count, np.float32), (take(count, np.float32), take(count, np.float32))
        with np.errstate(over="ignore", invalid="ignore"):
            # One axis at a time: numpy is slow where the innermost loop has only two rounds.
            for axis, reach in enumerate(reaches):
                low, high = rect[:, axis], rect[:, 2 + axis]
                np.copyto(extent, size[:, axis])
                np.copyto(extent, natural[:, axis], where=own)
                np.multiply(extent, scale[:, axis], out=extent)
                np.multiply(anchor[:, axis], extent, out=reach)
                np.subtract(0.0, reach, out=reach)
                np.copyto(low, reach)
                np.add(reach, extent, out=extent)
                np.copyto(high, extent)
                np.maximum(np.abs(reach, out=reach), np.abs(extent, out=extent), out=reach)
            np.hypot(*reaches, out=radius)
        np.logical_and(table.readable[_SPRITE["visible"]], np.isfinite(radius, out=other), out=own)
        np.copyto(radius, -np.inf, where=np.logical_not(own, out=own))

    def write_looks(self, table: Table | Part, pictures: PictureTable, picture: Array) -> None:
        """Write ``look`` (n, 4): texels of the corners (flips swap them), tint, page."""
        look = table.writable[_LOOK]
        take, count = self.scratch.take, table.length
        uv = np.take(pictures.uv, picture, axis=0, out=take((count, 2), np.uint32), mode="clip")
        flip_x, flip_y = table.readable[_FLIP_X], table.readable[_FLIP_Y]
        x, y = take(count, np.uint32), take(count, np.uint32)
        for corner, flipped in ((0, 1), (1, 0)):
            for half, part, flip in ((0x0000FFFF, x, flip_x), (0xFFFF0000, y, flip_y)):
                np.copyto(part, uv[:, corner])
                np.copyto(part, uv[:, flipped], where=flip)
                np.bitwise_and(part, np.uint32(half), out=part)
            np.bitwise_or(x, y, out=look[:, corner])
        look[:, 2] = table.readable[_SPRITE["tint"]].view(np.uint32)[:, 0]
        look[:, 3] = np.take(pictures.page, picture, out=x, mode="clip")

    def write_keys(self, table: Table | Part, sprite: dict[str, Array]) -> None:
        """Write ``key`` (n,): see ``ecs_engine.frame.keys``."""
        pack_keys(sprite["layer"], sprite["blend"], SPRITE_SHADER, 0, out=table.writable[_KEY])
