"""Lines, shapes and words drawn at once, by any system, to see what goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from ecs_engine.components import ColliderShape, Text, WorldPose2D
from ecs_engine.components.shapes import ShapeDraw, ShapeKind
from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.frame.keys import FIRST_UI_LAYER
from ecs_engine.systems.collision.shapes import read_shapes
from ecs_engine.systems.drawable import Drawables
from ecs_engine.systems.physics import Contacts
from ecs_engine.systems.pool import Pool
from ecs_engine.systems.registries import resource_or_new
from ecs_engine.systems.shapes.paths import Polygon, checked_points, checked_width, distinct, packed_color, sort_key
from ecs_engine.systems.shapes.rows import (
    EXTRA,
    FORM,
    GRADIENT,
    JOIN_SHIFT,
    PAINT,
    PIXELS,
    POSE,
    PREVIOUS,
    Join,
    Rows,
    blank,
    line_rows,
    path_rows,
)
from ecs_engine.text import Font

Array = np.ndarray[Any, Any]

LEMON = (255, 226, 122)
MINT, CORAL = (98, 230, 190), (255, 104, 92)
DARK = (13, 11, 33, 220)
_MOMENT = 1e-9
"""Seconds by which a difference of ticks may be off."""
DEBUG_LAYER = FIRST_UI_LAYER - 1
"""The highest that cameras show, also in a game with a UI."""
HEAD = 0.5
"""Radians between an arrow's shaft and each side of its head."""


@dataclass(slots=True)
class _Drawn:
    """What one call drew."""

    rows: Rows
    pose: Array
    """(n, 4) float32."""
    key: int
    left: float
    """Seconds for which it stays; one that is over goes at the next tick."""


@dataclass(slots=True)
class _Words:
    """A label that no entity has."""

    text: Text
    place: tuple[float, float]
    left: float


class DebugDraw:
    """A resource: draws lines, shapes and words over everything, for this tick or for some seconds. Logic thread only.

    Call it from any system of stage TRANSFORM or before; what later ones draw shows at the next tick. All functions
    take arrays, so that one call draws any number of things. Common arguments:

    * ``color``: red, green, blue and perhaps alpha, 0 to 255, (3,) or (4,), or one for each thing, (n, 3) or (n, 4).
    * ``width``: of the lines, in pixels whatever the zoom.
    * ``seconds``: of game time for which it stays; 0 is this tick.
    * ``layer``: by default the highest that cameras show in any game.

    Things at places that are infinite or NaN are left out. All functions raise EngineError for arrays whose shapes do
    not fit, a width or seconds below 0 or not finite, and colours that are none.

    Example, in a system::

        draw = self.world.resource(DebugDraw)
        draw.line(transform.position, transform.position + velocity.linear)  # of all entities at once
        draw.circle((0, 0), 40, color=(255, 0, 0), seconds=2)
    """

    def __init__(self) -> None:
        self.show_colliders = False
        """Draw every collider, and a line between those that touch."""
        self.drawn: list[_Drawn] = []
        """For the DebugDrawSystem."""
        self.words: list[_Words] = []
        """For the TextSystem."""

    def line(
        self, start: npt.ArrayLike, end: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """Straight lines from ``start`` to ``end``: each (2,) or (n, 2)."""
        begins, ends = _places("line", start, end)
        self._add(line_rows(begins, ends, _width("line", width), PIXELS), None, color, seconds, layer)

    def path(
        self, points: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, closed: bool = False, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """One line through points, (n, 2), n of 2 or more."""
        corners = distinct(checked_points("path", points, least=2), closed=closed)
        if len(corners) < 2:
            return
        flags = PIXELS | int(Join.ROUND) << JOIN_SHIFT
        self._add(path_rows(corners, _width("path", width), flags, closed=closed), None, color, seconds, layer)

    def polygon(
        self, points: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, filled: bool = False, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """A polygon with these corners, (n, 2), n of 3 or more: its outline, or its inside."""
        if filled:
            rows = Polygon(points).rows
            self._add(rows, None, color, seconds, layer)
        else:
            self.path(
                checked_points("polygon", points, least=3), color, width, closed=True, seconds=seconds, layer=layer
            )

    def circle(
        self, center: npt.ArrayLike, radius: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, filled: bool = False, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """Circles around centres, (2,) or (n, 2), of radius: a number or (n,), world units."""
        radii = np.asarray(radius, np.float64)[..., None]
        self._shapes("circle", ShapeKind.ELLIPSE, center, radii, 0.0, color, width, filled, seconds, layer)

    def rectangle(
        self, center: npt.ArrayLike, size: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, angle: npt.ArrayLike = 0.0, filled: bool = False, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """Rectangles around centres, (2,) or (n, 2), of width and height: (2,) or (n, 2); turned by ``angle``, a number
        or (n,), radians."""
        half = np.asarray(size, np.float64) / 2
        self._shapes("rectangle", ShapeKind.RECTANGLE, center, half, angle, color, width, filled, seconds, layer)

    def arrow(
        self, start: npt.ArrayLike, end: npt.ArrayLike, color: npt.ArrayLike = LEMON, width: float = 2.0,
        *, head: float = 12.0, seconds: float = 0.0, layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """Arrows from ``start`` to ``end``, each (2,) or (n, 2), with heads of ``head`` world units, but no longer than
        half of the arrow."""
        begins, ends = _places("arrow", start, end)
        with np.errstate(all="ignore"):
            way = begins - ends
            length = np.hypot(*way.T)
            scale = np.minimum(head / length, 0.5)[:, None]
            sides = [
                ends + scale * np.stack([way[:, 0] * c - way[:, 1] * s, way[:, 0] * s + way[:, 1] * c], axis=1)
                for c, s in ((np.cos(turn), np.sin(turn)) for turn in (-HEAD, HEAD))
            ]
        sides = [np.where(np.isfinite(side), side, ends) for side in sides]
        froms, tos = np.concatenate([begins, *sides]), np.concatenate([ends, ends, ends])
        rows = line_rows(froms, tos, _width("arrow", width), PIXELS)
        self._add(rows, None, _repeated(color, 3), seconds, layer)

    def text(
        self, place: npt.ArrayLike, words: str | Sequence[str], color: npt.ArrayLike = LEMON, size: float = 20.0,
        *, anchor: tuple[float, float] = (0.5, 0.5), font: Font | None = None, seconds: float = 0.0,
        layer: int = DEBUG_LAYER,
    ) -> None:  # fmt: skip
        """Words at places, (2,) or (n, 2): a string, or n of them. ``size`` is in world units; it, ``anchor`` and
        ``font`` are as of a ``Text``. They have a dark outline, if the font can. Each call costs as much as making
        labels, some twenty microseconds a string."""
        (places,) = _places("text", place)
        each = isinstance(words, Iterable) and not isinstance(words, str)
        strings = list(words) if each else [words] * len(places)
        if len(strings) != len(places):
            raise EngineError(
                f"DebugDraw.text was given {len(places)} places and {len(strings)} strings: give one string for all "
                "places, or as many."
            )
        left = _seconds(seconds)
        colors = np.empty(len(places), np.uint32)
        colors[:] = _packed(color, len(places))
        outline = size / 12 if font is None or font.spread else 0.0
        texts = [
            Text(one, font, size, color=rgba, anchor=anchor, outline=outline, outline_color=DARK, layer=layer)
            for one, rgba in zip(strings, colors.view(np.uint8).reshape(-1, 4).tolist(), strict=True)
        ]
        self.words += [
            _Words(text, (x, y), left)
            for text, (x, y) in zip(texts, places.tolist(), strict=True)
            if isfinite(x) and isfinite(y)
        ]

    def clear(self) -> None:
        """Take everything away, also what was to stay for longer."""
        self.drawn.clear()
        self.words.clear()

    def take_words(self, dt: float) -> list[_Words]:
        """The words to be shown in this tick, which takes ``dt`` seconds. For the TextSystem, once a tick."""
        words = self.words
        if words:
            for one in words:
                one.left -= dt
            self.words = [one for one in words if one.left > _MOMENT]
        return words

    # -- rows ----------------------------------------------------------------------------------------
    def _shapes(
        self, name: str, kind: int, center: npt.ArrayLike, half: Array, angle: npt.ArrayLike, color: npt.ArrayLike,
        width: float, filled: bool, seconds: float, layer: int,
    ) -> None:  # fmt: skip
        (places,) = _places(name, center)
        pose = np.zeros((len(places), 4), np.float32)
        rows = blank(len(places))
        try:
            with np.errstate(over="ignore"):
                rows.form[:, :2] = np.abs(half)
                pose[:, :2], pose[:, 2] = places, angle
        except ValueError:
            raise EngineError(
                f"DebugDraw.{name} was given {len(places)} centres, sizes of shape {half.shape} and angles of shape "
                f"{np.shape(angle)}: give one of each, or as many."
            ) from None
        if not filled:
            rows.extra[:, 0] = _width(name, width)
        rows.paint[:, 3] = kind | PIXELS
        self._add(rows, pose, color, seconds, layer, outline=not filled)

    def _add(
        self, rows: Rows, pose: Array | None, color: npt.ArrayLike, seconds: float, layer: int, outline: bool = False
    ) -> None:
        left = _seconds(seconds)
        rows.paint[:, 2 if outline else 0] = _packed(color, len(rows))
        if pose is None:
            pose = np.zeros((len(rows), 4), np.float32)
        with np.errstate(all="ignore"):
            sound = np.isfinite(rows.form).all(axis=1) & np.isfinite(pose).all(axis=1)
        if not sound.all():
            rows = Rows(*(getattr(rows, name)[sound] for name in Rows.__slots__))
            pose = pose[sound]
        if len(rows):
            self.drawn.append(_Drawn(rows, pose, sort_key(layer, 0), left))


class DebugDrawSystem(System):
    """Brings what was drawn by :class:`DebugDraw` since the last tick, or is to stay, to the screen."""

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = -100

    def on_add(self) -> None:
        self.draw = resource_or_new(self.world, DebugDraw)
        self._pool = Pool(WorldPose2D, ShapeDraw)

    def on_remove(self) -> None:
        drawables = self.world.try_resource(Drawables)
        if drawables is not None and self._pool in drawables["shapes"].pools:
            drawables["shapes"].pools.remove(self._pool)

    def process(self, dt: float) -> None:
        if self.draw.show_colliders:
            self.draw_colliders()
        drawn = self.draw.drawn
        if drawn or self._pool.length:
            self._fill(drawn)
            for one in drawn:
                one.left -= dt
            self.draw.drawn = [one for one in drawn if one.left > _MOMENT]

    def draw_colliders(self) -> None:
        """Draw all colliders, and between the middles of those that touch a line."""
        draw, shapes = self.draw, read_shapes(self.world)
        if not len(shapes.entities):
            return
        middle = np.stack([shapes.x, shapes.y], axis=1)
        touching = self.world.resource(Contacts).touching
        colors = np.where(np.isin(shapes.entities, touching)[:, None], CORAL, MINT)
        round_ = shapes.shape == ColliderShape.CIRCLE
        size = 2 * np.stack([shapes.half_width, shapes.half_height], axis=1)
        draw.circle(middle[round_], shapes.half_width[round_], colors[round_])
        draw.rectangle(middle[~round_], size[~round_], colors[~round_])
        by_id = np.argsort(shapes.entities)
        ids = shapes.entities[by_id]
        known = np.isin(touching, ids).all(axis=1)
        pairs = by_id[np.searchsorted(ids, touching[known])]
        draw.line(middle[pairs[:, 0]], middle[pairs[:, 1]], CORAL)

    def _fill(self, drawn: list[_Drawn]) -> None:
        pools = self.world.resource(Drawables)["shapes"].pools
        if self._pool not in pools:
            pools.append(self._pool)
        counts = np.array([len(one.rows) for one in drawn], np.int64)
        self._pool.resize(int(counts.sum()))
        first = 0
        columns = self._pool.writable
        for one in drawn:
            rows = slice(first, first + len(one.rows))
            for field in (FORM, EXTRA, PAINT, GRADIENT):
                columns[field][rows] = getattr(one.rows, field.name)
            columns[POSE][rows] = columns[PREVIOUS][rows] = one.pose
            first = rows.stop
        self._pool.chunks.cut(np.cumsum(counts) - counts, counts, [one.key for one in drawn])


def _places(name: str, *places: npt.ArrayLike) -> list[Array]:
    """Arrays of one length, (n, 2) float32 each.

    Raises:
        EngineError: they are none.
    """
    try:
        arrays = [np.asarray(place, np.float64) for place in places]
        if any(array.shape[-1:] != (2,) or array.ndim > 2 for array in arrays):
            raise ValueError
        with np.errstate(over="ignore"):
            return [np.atleast_2d(array).astype(np.float32) for array in np.broadcast_arrays(*arrays)]
    except (TypeError, ValueError):
        shapes = " and ".join(str(np.shape(place)) for place in places)
        raise EngineError(f"DebugDraw.{name} was given places of shape {shapes}: give (2,) or (n, 2).") from None


def _seconds(seconds: float) -> float:
    if not 0.0 <= seconds < np.inf:
        raise EngineError(f"DebugDraw was told to draw for {seconds!r} seconds: give a finite number of 0 or more.")
    return seconds


def _width(name: str, width: float) -> float:
    return checked_width(f"DebugDraw.{name}", width)


def _repeated(color: npt.ArrayLike, times: int) -> npt.ArrayLike:
    return np.tile(color, (times, 1)) if np.ndim(color) == 2 else color


def _packed(color: npt.ArrayLike, count: int) -> Array | int:
    """RGBA8 of one colour for all, or (count,) of them."""
    if np.ndim(color) == 1:
        return packed_color("DebugDraw", color)
    colors = np.asarray(color)
    if colors.shape not in ((count, 3), (count, 4)) or not ((colors >= 0) & (colors <= 255)).all():
        raise EngineError(
            f"DebugDraw was given colours of shape {colors.shape} for {count} things: give (3,), (4,), ({count}, 3) or "
            f"({count}, 4) numbers from 0 to 255."
        )
    packed = np.full((count, 4), 255, np.uint8)
    packed[:, : colors.shape[1]] = colors
    return packed.view(np.uint32)[:, 0]
