"""The tick is handed to the context thread as one frame."""

from __future__ import annotations

from typing import ClassVar

from ecs_engine.core.errors import EngineError
from ecs_engine.core.system import Stage, System
from ecs_engine.core.world import World
from ecs_engine.frame.exchange import Exchange
from ecs_engine.frame.snapshot import DrawList, Frame, SetPools, SetSnapshot
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.drawable import Drawables, Instances


def make_exchange(drawables: Drawables) -> Exchange[Frame]:
    """An exchange whose three slots have room for the columns of these drawables."""
    pools = [SetPools(instances.drawable.spec) for instances in drawables.instances]
    return Exchange(lambda: Frame(pools))


class PublishSystem(System):
    """Copies what changed into the back slot. The App publishes that slot when the whole tick has succeeded."""

    stage: ClassVar[Stage] = Stage.PUBLISH

    def __init__(self, exchange: Exchange[Frame]) -> None:
        self.exchange = exchange
        self.seconds = 0.0
        """Game time so far."""

    def process(self, dt: float) -> None:
        frame = self.exchange.back
        fill_frame(frame, self.world)
        self.seconds += dt
        frame.dt, frame.seconds = dt, self.seconds


def fill_frame(frame: Frame, world: World) -> None:
    """Bring one slot up to date with the world."""
    drawables = world.resource(Drawables)
    for number in drawables.drawn:
        fill_set(frame.sets[number], drawables.instances[number])
    frame.draws.copy_from(world.resource(DrawList))
    sets = world.resource(VisibleSets)
    frame.views = [camera.view for camera in sets.cameras]
    frame.effects = sets.effects


def fill_set(snapshot: SetSnapshot, instances: Instances) -> None:
    """Bring the columns and lookups of one slot up to date.

    Raises:
        EngineError: rows came, went or moved after culling, so the draw list no longer fits them.
    """
    layout, blocks = instances.layout, instances.blocks
    if not blocks:  # nothing is drawn of it any more
        snapshot.layout, snapshot.counts = layout, []
        return
    if instances.layout_versions != [block.layout_version for block in blocks]:
        raise EngineError(
            f"A system of stage CULL or later created, deleted or changed rows of {instances.drawable.name!r}, and "
            "the draw list points at rows that have moved: do that in stage TRANSFORM or earlier."
        )
    snapshot.layout, snapshot.counts = layout, [block.length for block in blocks]
    for name, field in instances.drawable.columns.items():
        versions, column = [block.versions[field] for block in blocks], snapshot.columns[name]
        if not column.holds(layout, versions):
            column.put(layout, [block.readable[field] for block in blocks], versions)
    for name, lookup in instances.lookups.items():
        snapshot.lookups[name].put(lookup.array, lookup.version)
