"""Labels become rows of glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import Text, WorldPose2D
from ecs_engine.components.text import LAYOUT, STYLE, WORDS, Runs, plain
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.stretches import stretches
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.frame.keys import pack_keys
from ecs_engine.systems.drawable import Drawables
from ecs_engine.systems.labels import FILL, LOOK, OUTLINE, PASSES, QUAD, SHADOW, TEXTS, Labels
from ecs_engine.systems.registries import resource_or_new
from ecs_engine.systems.shapes.debug import DebugDraw
from ecs_engine.text import Font, Fonts
from ecs_engine.text.compose import Placed, layout_of, place

Array = np.ndarray[Any, Any]

_POSE, _PREVIOUS = field_of(WorldPose2D, "pose"), field_of(WorldPose2D, "previous")
_SCALE = field_of(WorldPose2D, "scale")


@dataclass(eq=False, slots=True)
class _Label:
    """One entity's text, its number, and the font in which it is laid out."""

    text: Text
    entity: int
    """Of words of debug drawing, which no entity has: -1, -2 and so on."""
    number: int
    font: Font

    @property
    def name(self) -> str:
        return f"The Text of entity {self.entity}" if self.entity >= 0 else "DebugDraw.text"


class TextSystem(System):
    """Lays out the labels that changed, all of them in one go, and poses those that moved.

    A tick in which no label changed and none moved costs a few comparisons. Override :meth:`lay_out` to place glyphs
    otherwise.

    Raises:
        EngineError: a label has an outline or a blurred shadow in a font that was loaded with ``pixels``, or a font of
            another app. It is raised at every tick until the label is mended; no change of other labels is lost.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = -100  # as the DebugDrawSystem: after all systems of the stage that change labels, or draw words

    def on_add(self) -> None:
        self._fonts = self.world.resource(Fonts)
        self._draw = resource_or_new(self.world, DebugDraw)
        self._instances = self.world.resource(Drawables)[TEXTS.name]
        self._labels = Labels(self._instances)
        self._known: dict[int, _Label] = {}
        self._found: list[tuple[int, Text]] = []
        self._changed: list[Text] = []
        self._by_text: dict[Text, list[_Label]] = {}
        self._tables: dict[Table, tuple[tuple[int, ...], Array, Array]] = {}
        """Where poses are: table -> its versions when they were last copied, numbers of labels, and their rows."""
        self._homeless = False
        """Whether a label's entity has no Transform2D."""
        self._words: dict[int, tuple[float, float]] = {}
        """Where words of debug drawing are, by the numbers below 0 that stand for their entities."""

    def on_remove(self) -> None:
        for text in self._by_text:
            text._queue = None
        self._labels.close()

    def process(self, dt: float) -> None:
        labels = self._labels
        found = self._find(dt)
        for text in self._changed:
            if text._stale & LAYOUT:
                for label in self._by_text.get(text, ()):
                    self._read_settings(label)  # if this raises, no change of any label is lost
        changed, self._changed[:] = self._changed.copy(), []
        if changed:
            self._refresh(changed)
        found |= any(seen[0] != table.layout_version for table, (seen, _, _) in self._tables.items())
        if found:
            self._locate()
        moved = self._pose()
        if labels.cut:
            labels.pool.chunks.cut(labels.first, labels.room, labels.key)
        if changed or found or moved or labels.cut:
            labels.cut = False
            self._bound()

    def _find(self, dt: float) -> bool:
        """Follow the labels that came and went; whether one may have its pose elsewhere now."""
        found, words = self.world.get_component(Text), self._draw.take_words(dt)
        # esper keeps the list until a component of any entity comes or goes
        if found is self._found and not words and not self._words:
            return False
        self._found = found
        now = dict(found)
        now.update({~index: one.text for index, one in enumerate(words)})
        self._words = {~index: one.place for index, one in enumerate(words)}
        gone = [label for entity, label in self._known.items() if now.get(entity) is not label.text]
        for label in gone:
            del self._known[label.entity]
            self._forget(label)
        new = [(entity, text) for entity, text in now.items() if entity not in self._known]
        for entity, text in new:
            label = self._known[entity] = _Label(text, entity, self._labels.add(), self._fonts.default)
            self._by_text.setdefault(text, []).append(label)
            text._stale = WORDS | LAYOUT | STYLE
            text._queue = self._changed
            self._changed.append(text)
        return bool(gone or new or self._homeless)

    def _forget(self, label: _Label) -> None:
        self._labels.remove(label.number)
        sharing = self._by_text[label.text]
        sharing.remove(label)
        if not sharing:
            del self._by_text[label.text]
            label.text._queue = None

    # -- what changed ----------------------------------------------------------------------------------
    def _refresh(self, changed: list[Text]) -> None:
        moved, looks = [], []
        for text in changed:
            stale, text._stale = text._stale, 0
            for label in self._by_text.get(text, ()):
                if stale & (WORDS | LAYOUT):
                    moved.append(label)
                if stale & STYLE:
                    looks.append(label)
        if looks:
            self._write_styles(looks)
        if moved:
            self.lay_out(moved)

    def _read_settings(self, label: _Label) -> None:
        """Note what of a label's settings is looked at whenever its words change."""
        text, number, labels = label.text, label.number, self._labels
        font = label.font = text.font or self._fonts.default
        self._check(label, font)
        labels.layout[number] = layout_of(font, text.size, text.wrap, text.align, text.anchor, text.line_spacing)
        labels.passes[number, [FILL, OUTLINE, SHADOW]] = True, text.outline > 0.0, text.has_shadow
        labels.shadow[number] = text.shadow

    def lay_out(self, changed: list[_Label]) -> None:
        """Place the glyphs of labels anew."""
        numbers = np.array([label.number for label in changed], np.int64)
        texts = [label.text.text for label in changed]
        placed = place(
            self._fonts.blocks,
            [plain(text) for text in texts],
            [label.font for label in changed],
            self._labels.layout.take(numbers, axis=0),
        )
        shown = [label.text.shown for label in changed]
        if shown.count(None) < len(shown):
            most = np.array([np.iinfo(np.int64).max if count is None else count for count in shown], np.int64)
            placed = placed.only(placed.character < most[placed.label])
        counts = np.bincount(placed.label, minlength=len(changed))
        self._write_rows(numbers, placed, counts, self._run_colours(texts, placed, counts))
        self._write_reach(numbers, placed, counts)

    def _check(self, label: _Label, font: Font) -> None:
        if font.atlas is not self._fonts.atlas:
            raise EngineError(f"{label.name} has the font {font.name!r} of another App: load it with this app's fonts.")
        if (label.text.outline or label.text.shadow_blur) and not font.spread:
            what = "an outline" if label.text.outline else "a blurred shadow"
            raise EngineError(
                f"{label.name} has {what}, and its font {font.name!r} was loaded with `pixels`, "
                "which keeps no distances: load it without."
            )

    def _write_rows(self, numbers: Array, placed: Placed, counts: Array, colours: Array) -> None:
        """Write the glyphs of labels, of which each has ``counts``."""
        labels = self._labels
        has = labels.passes.take(numbers, axis=0)
        needed = counts * has.sum(axis=1)
        for number in np.flatnonzero(needed > labels.room[numbers]).tolist():
            labels.make_room(int(numbers[number]), int(needed[number]))
        labels.settle()
        quads, looks = labels.pool.writable[QUAD], labels.pool.writable[LOOK]
        atlas = self._fonts.atlas
        look = np.empty((len(placed.entry), 4), np.uint32)
        look[:, :2] = atlas.corners.take(placed.entry, axis=0)
        look[:, 2] = colours
        base = ((numbers * len(PASSES) << 8).take(placed.label)) | atlas.page.take(placed.entry)
        to = stretches(labels.first[numbers], counts)
        for one in (SHADOW, OUTLINE, FILL):  # the order in which they cover each other
            mine = has[:, one]
            if not mine.any():
                continue
            look[:, 3] = base + (one << 8)
            rows, rect, values = to, placed.rect, look
            if one == SHADOW:
                rect = rect + np.tile(labels.shadow.take(numbers, axis=0), 2).take(placed.label, axis=0)
            if not mine.all():
                these = np.flatnonzero(mine.take(placed.label))
                rows, rect, values = to.take(these), rect.take(these, axis=0), look.take(these, axis=0)
            looks[rows], quads[rows] = values, rect
            to = to + (counts * mine).take(placed.label)
        quads[stretches(labels.first[numbers] + needed, labels.room[numbers] - needed)] = 0.0
        labels.pool.touch(QUAD)
        labels.pool.touch(LOOK)

    @staticmethod
    def _run_colours(texts: list[str | Runs], placed: Placed, counts: Array) -> Array:
        """Of each glyph the colour of its run, packed; 0 where it has the label's."""
        colours = np.zeros(len(placed.entry), np.uint32)
        ends = np.cumsum(counts)
        for index, runs in enumerate(texts):
            if not isinstance(runs, str) and counts[index]:
                # A colour of all zeros is as invisible as one with a little red.
                packed = [0 if colour is None else max(_packed(colour), 1) for _, colour in runs]
                by_character = np.repeat(np.array(packed, np.uint32), [len(words) for words, _ in runs])
                mine = slice(ends[index] - counts[index], ends[index])
                colours[mine] = by_character[placed.character[mine]]
        return colours

    def _write_reach(self, numbers: Array, placed: Placed, counts: Array) -> None:
        corners = np.maximum(-placed.rect[:, :2], placed.rect[:, 2:])
        corners *= corners
        reach = np.zeros(len(numbers), np.float32)
        drawn = np.flatnonzero(counts)
        if len(drawn):
            firsts = (np.cumsum(counts) - counts).take(drawn)
            reach[drawn] = np.sqrt(np.maximum.reduceat(corners[:, 0] + corners[:, 1], firsts))
        offset = self._labels.shadow.take(numbers, axis=0)
        self._labels.reach[numbers] = reach + np.hypot(offset[:, 0], offset[:, 1])

    def _write_styles(self, changed: list[_Label]) -> None:
        """Write what all glyphs of a label share."""
        labels = self._labels
        layers = np.array([label.text.layer for label in changed], np.int16)
        keys = np.empty(len(changed), np.uint16)
        pack_keys(layers, 0 * layers, 0, 0, out=keys)
        for label, key in zip(changed, keys.tolist(), strict=True):
            text, number = label.text, label.number
            if labels.key[number] != key:
                labels.key[number] = key
                labels.cut = True
            labels.shown[number] = text.visible
            labels.tints[number] = _packed(text.color), _packed(text.outline_color), _packed(text.shadow_color)
            font = text.font or self._fonts.default
            texels, told = font.texels / text.size, font.spread
            grown, blurred = min(text.outline * texels, told), min(text.shadow_blur * texels, told)
            labels.edges[number, :, 0] = 2.0 * told
            labels.edges[number, :, 1] = 0.0, grown, min(grown, told - blurred)
            labels.edges[number, :, 2] = 0.0, 0.0, blurred
            labels.edges[number, :, 3] = font.sharpness
        self._instances.lookups["tints"].set(labels.tints.reshape(-1, 1))
        self._instances.lookups["edges"].set(labels.edges.reshape(-1, 4))

    # -- where they are --------------------------------------------------------------------------------
    def _locate(self) -> None:
        """Find the rows in which the poses of labels are; an entity without a Transform2D has none, and is hidden."""
        labels = [label for label in self._known.values() if label.entity >= 0]
        numbers = np.array([label.number for label in labels], np.int64)
        self._labels.pose[:] = np.nan
        self._tables = {
            table: ((table.layout_version, -1), numbers[which], rows)
            for table, rows, which in self.world.locate(np.array([label.entity for label in labels], np.int64))
            if _POSE in table.arrays
        }
        self._homeless = sum(len(rows) for _, _, rows in self._tables.values()) < len(labels)

    def _pose(self) -> bool:
        """Copy the poses of labels from the tables that were written; whether one differs."""
        pose, previous = self._labels.pose, self._labels.previous
        moved = bool(self._words)
        for entity, (x, y) in self._words.items():
            number = self._known[entity].number
            pose[number] = previous[number] = x, y, 0.0, 1.0
        for table, (seen, numbers, rows) in self._tables.items():
            versions = table.versions
            now = (table.layout_version, versions[_POSE], versions[_PREVIOUS], versions[_SCALE])
            if now == seen:
                continue
            self._tables[table] = (now, numbers, rows)
            scale = table.readable[_SCALE][rows]
            for kept, field, axis in ((pose, _POSE, 0), (previous, _PREVIOUS, 1)):
                fresh = np.column_stack((table.readable[field][rows, :3], scale[:, axis]))
                if not np.array_equal(kept[numbers], fresh, equal_nan=True):  # else others in the table moved
                    kept[numbers] = fresh
                    moved = True
        if moved:
            self._instances.lookups["label_pose"].set(pose)
            self._instances.lookups["label_prev"].set(previous)
        return moved

    def _bound(self) -> None:
        """Tell where labels are, from the tick before to this one."""
        labels = self._labels
        with np.errstate(invalid="ignore", over="ignore"):
            way = (labels.pose[:, :2] - labels.previous[:, :2]) / 2
            scale = np.maximum(np.abs(labels.pose[:, 3]), np.abs(labels.previous[:, 3]))
            radius = labels.reach * scale + np.hypot(way[:, 0], way[:, 1])
            radius[~(labels.shown & (radius < np.inf))] = -np.inf  # also NaN: a label at no place
            labels.pool.chunks.bound(labels.previous[:, :2] + way, radius)


def _packed(colour: tuple[int, int, int, int]) -> int:
    return int.from_bytes(bytes(colour), "little")
