"""Drawables: which rows of the world are drawn, and which of their columns the GPU gets.

Every kind of picture (sprites are one) declares a :class:`Drawable`. Culling, batching and publishing work on any of
them; the renderer has a pipeline of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ecs_engine.components import Sprite, SpriteDraw, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.fields import Field
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.frame.snapshot import ColumnSpec, Layout


@dataclass(frozen=True)
class Drawable:
    """One kind of drawn row."""

    name: str
    """The instance set, and the pipeline that draws it."""
    requires: tuple[type, ...]
    """Column components: tables that have all of them hold such rows."""
    columns: Mapping[str, Field]
    """What is streamed: column name -> the field it is a copy of."""
    pose: Field
    """(n, 4) float32 whose first two numbers are the place in the world."""
    radius: Field
    """(n,) float32: the row draws nothing outside this distance of its place."""
    key: Field
    """(n,) uint16: see ``ecs_engine.frame.keys``."""
    previous: Field | None = None
    """As ``pose``, at the tick before: with it, a row that leaves the view is drawn to the end of its way out also in
    ticks that add or remove rows."""

    def column_specs(self) -> tuple[ColumnSpec, ...]:
        return tuple(ColumnSpec(name, f.type.dtype, max(f.type.width, 1)) for name, f in self.columns.items())


SPRITES = Drawable(
    name="sprites",
    requires=(Sprite, WorldPose2D),
    columns={
        "pose": field_of(WorldPose2D, "pose"),
        "prev": field_of(WorldPose2D, "previous"),
        "rect": field_of(SpriteDraw, "rect"),
        "look": field_of(SpriteDraw, "look"),
    },
    pose=field_of(WorldPose2D, "pose"),
    radius=field_of(SpriteDraw, "radius"),
    key=field_of(SpriteDraw, "key"),
    previous=field_of(WorldPose2D, "previous"),
)


@dataclass
class Instances:
    """The rows of one drawable in a world: which tables hold them, and where each table's block begins.

    Blocks have room for the table's capacity, so that they move only when a table grows (by doubling) or appears.
    """

    drawable: Drawable
    tables: list[Table] = field(default_factory=list)
    layout: Layout = field(default_factory=lambda: Layout(0, (), 0))
    layout_versions: list[int] = field(default_factory=list)
    """Of each table, at the last update."""
    earlier: Instances | None = None
    """The same rows with their poses of the tick before, if the drawable names them."""
    _capacities: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.drawable.previous is not None:
            self.earlier = Instances(replace(self.drawable, pose=self.drawable.previous, previous=None))

    def update(self, world: World) -> None:
        """Look at the world's tables again; cheap when nothing has grown."""
        self.tables = [rows.table for rows in world.select(*self.drawable.requires, include_empty=True)]
        self.layout_versions = [table.layout_version for table in self.tables]
        capacities = [table.capacity for table in self.tables]
        if capacities == self._capacities:
            return
        firsts, total = [], 0
        for capacity in capacities:
            firsts.append(total)
            total += capacity
        self.layout = Layout(self.layout.number + 1, tuple(firsts), total)
        self._capacities = capacities


class Drawables:
    """A world's drawables in the order of their instance sets; a resource that the stock systems share."""

    def __init__(self, *drawables: Drawable) -> None:
        self.instances = tuple(Instances(drawable) for drawable in drawables)
