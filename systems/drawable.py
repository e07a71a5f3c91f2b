"""Drawables: which rows of the world are drawn, and which of their columns the GPU gets.

Every kind of picture (sprites are one) declares a :class:`Drawable`. Culling, batching and publishing work on any of
them; the renderer has a pipeline of the same name. Its rows are those of entities, one by one, or of pools, in chunks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ecs_engine.components import Parallax, Sprite, SpriteDraw, WorldPose2D
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.fields import Field
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.frame.snapshot import ColumnSpec, Layout, SetSpec
from ecs_engine.systems.pool import ChunkBounds, Pool


@dataclass(frozen=True)
class EntityRows:
    """Entities that are drawn, one row each, and the fields by which they are culled and sorted."""

    requires: tuple[type, ...]
    """Column components: the entities that have all of them are drawn."""
    pose: Field
    """(n, 4) float32 whose first two numbers are the place in the world."""
    radius: Field
    """(n,) float32: the row draws nothing outside this distance of its place."""
    key: Field
    """(n,) uint16: see ``ecs_engine.frame.keys``."""
    parallax: Field | None = None
    """(n, 2) float32: the factors of :class:`~ecs_engine.components.Parallax`, if the shaders draw rows by them; tables
    without this field have none."""
    previous: Field | None = None
    """As ``pose``, at the tick before: with it, a row that leaves the view is drawn to the end of its way out also in
    ticks that add or remove rows."""

    @cached_property
    def earlier(self) -> EntityRows | None:
        """The same rows where they were at the tick before, if that is known."""
        return None if self.previous is None else replace(self, pose=self.previous, previous=None)


@dataclass(frozen=True)
class Drawable:
    """One kind of drawn row: those of entities, those of pools (:class:`~ecs_engine.systems.pool.Pool`), or both."""

    name: str
    """The instance set, and the pipeline that draws it."""
    columns: Mapping[str, Field]
    """What is streamed of each row: column name -> the field it is a copy of."""
    entities: EntityRows | None = None
    """The entities that are drawn; None for none."""
    lookups: tuple[ColumnSpec, ...] = ()
    """Arrays that rows refer to by number, such as the pictures of a tile set; the shaders see them as buffer textures,
    too. Their contents are set by :attr:`Instances.lookups`."""
    lights: bool = False
    """Its rows are light: they are drawn into the light maps of all cameras, whatever layers these show."""

    @cached_property
    def spec(self) -> SetSpec:
        """What frames and the renderer need to know of it."""
        columns = tuple(
            # Fields of one component and one type may be exchanged: see Table.swap.
            ColumnSpec(name, f.type.dtype, max(f.type.width, 1), group=f"{f.owner} {f.type}")
            for name, f in self.columns.items()
        )
        return SetSpec(self.name, columns, self.lookups, self.lights)


SPRITES = Drawable(
    name="sprites",
    columns={
        "pose": field_of(WorldPose2D, "pose"),
        "prev": field_of(WorldPose2D, "previous"),
        "rect": field_of(SpriteDraw, "rect"),
        "look": field_of(SpriteDraw, "look"),
    },
    entities=EntityRows(
        requires=(Sprite, WorldPose2D),
        pose=field_of(WorldPose2D, "pose"),
        radius=field_of(SpriteDraw, "radius"),
        key=field_of(SpriteDraw, "key"),
        parallax=field_of(Parallax, "factor"),
        previous=field_of(WorldPose2D, "previous"),
    ),
)


class Lookup:
    """The contents of one of a drawable's lookups, (n, width)."""

    __slots__ = ("_room", "array", "spec", "version")

    def __init__(self, spec: ColumnSpec) -> None:
        self.spec = spec
        self.array: npt.NDArray[np.generic] = np.zeros((0, spec.width), spec.dtype)
        self._room = self.array
        self.version = 0

    def write(self, rows: int) -> npt.NDArray[np.generic]:
        """Replace the contents by so many rows, which the caller writes at once: (rows, width), with anything in it."""
        if rows > len(self._room):
            self._room = np.empty((rows + rows // 4, self.spec.width), self.spec.dtype)
        self.array = self._room[:rows]
        self.version += 1
        return self.array

    def set(self, array: npt.ArrayLike) -> None:
        """Replace the contents by a copy of ``array``: (n, width), or (n,) where the width is 1.

        Raises:
            EngineError: another dtype or shape.
        """
        given = np.asarray(array)
        rows = given.reshape(-1, 1) if given.ndim == 1 and self.spec.width == 1 else given
        if rows.dtype != self.spec.dtype or rows.shape[1:] != (self.spec.width,):
            raise EngineError(
                f"The lookup {self.spec.name!r} takes {self.spec.dtype} of shape (n, {self.spec.width}), not "
                f"{given.dtype} of shape {given.shape}: convert it."
            )
        np.copyto(self.write(len(rows)), rows)


@dataclass
class Instances:
    """The rows of one drawable in a world: which tables and pools hold them, and where the block of each begins.

    Blocks have room for the table's capacity, so that they move only when a table grows (by doubling) or appears.
    """

    drawable: Drawable
    tables: list[Table] = field(default_factory=list)
    """Of entities."""
    pools: list[Pool] = field(default_factory=list)
    """Of rows that no entity owns; systems append theirs before stage CULL."""
    blocks: list[Table] = field(default_factory=list)
    """Tables and pools at the last update."""
    bounds: ChunkBounds = field(default_factory=ChunkBounds)
    """Of the pools' chunks, at the last update."""
    lookups: dict[str, Lookup] = field(init=False)
    layout: Layout = field(default_factory=lambda: Layout(0, (), 0))
    layout_versions: list[int] = field(default_factory=list)
    """Of each block, at the last update."""
    _capacities: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lookups = {spec.name: Lookup(spec) for spec in self.drawable.lookups}

    def find_tables(self, world: World) -> None:
        """Look for the tables of entities that are drawn. They only come."""
        entities = self.drawable.entities
        if entities is not None:
            self.tables = [rows.table for rows in world.select(*entities.requires, include_empty=True)]

    def arrange(self) -> None:
        """Look at tables and pools again, and lay them out anew where one has grown, come or gone."""
        self.bounds.update(self.pools)
        self.blocks = [*self.tables, *self.pools]
        self.layout_versions = [block.layout_version for block in self.blocks]
        capacities = [block.capacity for block in self.blocks]
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
        self.drawn: list[int] = []
        """The numbers of those that have, or had, rows at the last update: systems need not look at others."""
        self._tables = 0

    def update(self, world: World) -> None:
        """Look at the world's tables and at the pools again; cheap when nothing has grown."""
        if world.table_count != self._tables:
            self._tables = world.table_count
            for instances in self.instances:
                instances.find_tables(world)
        for number, instances in enumerate(self.instances):
            if instances.tables or instances.pools or instances.blocks:
                instances.arrange()
                if number not in self.drawn:
                    self.drawn = sorted([*self.drawn, number])

    def __getitem__(self, name: str) -> Instances:
        """The rows of a drawable by its name.

        Raises:
            EngineError: the app has no such drawable.
        """
        for instances in self.instances:
            if instances.drawable.name == name:
                return instances
        known = ", ".join(repr(instances.drawable.name) for instances in self.instances)
        raise EngineError(f"The app has no drawable {name!r}, only {known}: give it to App(drawables=...).")
