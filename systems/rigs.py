"""What moves cameras: targets to follow, bounds to keep to, and shakes."""

from __future__ import annotations

from math import floor, isfinite
from typing import Any, ClassVar

import numpy as np

from ecs_engine.components import (
    Camera2D,
    CameraFollow,
    CameraMotion,
    CameraShake,
    Parent,
    Transform2D,
    WorldPose2D,
)
from ecs_engine.core.component import field_of
from ecs_engine.core.errors import EngineError
from ecs_engine.core.screen import Screen
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table
from ecs_engine.core.world import World
from ecs_engine.systems.cameras import try_camera, view_height
from ecs_engine.systems.poses import world_pose
from ecs_engine.systems.transform import Teleported, teleport

_BOUNDS = field_of(Camera2D, "bounds")
_HEIGHT_INPUTS = [field_of(Camera2D, name) for name in ("height", "zoom", "viewport", "border")]
_SHAKE, _SHAKE_BEFORE = field_of(CameraMotion, "shake"), field_of(CameraMotion, "previous_shake")
_POSE = field_of(WorldPose2D, "pose")
_HEIGHT, _HEIGHT_BEFORE = field_of(CameraMotion, "height"), field_of(CameraMotion, "previous_height")


class CameraSystem(System):
    """Moves cameras as their :class:`CameraFollow`, ``bounds`` and :class:`CameraShake` say, and keeps what they showed
    at the tick before.

    It runs when all else has moved, and right before the TransformSystem: so targets are followed to where they are in
    this very tick, and a camera's own pose is drawn between two ticks like all others.
    """

    stage: ClassVar[Stage] = Stage.TRANSFORM
    priority = 110
    needs: ClassVar[tuple[type, ...]] = (Camera2D,)

    def on_add(self) -> None:
        self._seen: dict[Table, tuple[int, ...]] = {}
        self._zooming: set[Table] = set()

    def process(self, dt: float) -> None:
        if not self.world.select(Camera2D):
            return
        teleported = self.world.try_resource(Teleported)
        jumped = set(teleported.entities) if teleported else set()
        for entity, (_, follow) in self.world.get_components(Camera2D, CameraFollow):
            self.follow(entity, follow, dt, jumped)
        self._keep_within_bounds()
        self._remember(jumped)
        for rows in self.world.select(Camera2D, CameraMotion, CameraShake):
            table = rows.table
            for row, entity in enumerate(rows.entities.tolist()):
                height = float(table.readable[_HEIGHT][row])
                if isfinite(height):
                    shake = self.world.component_for_entity(entity, CameraShake)
                    table.writable[_SHAKE][row] = self.shake(shake, height, dt)
                    table.touch(_SHAKE)

    def follow(self, camera: int, follow: CameraFollow, dt: float, jumped: set[int]) -> None:
        """Move one camera after its target. Override to follow in another way.

        Args:
            jumped: the entities that were teleported in this tick.
        """
        world, target = self.world, follow.target
        if not world.entity_exists(target) or not world.has_component(target, Transform2D):
            return
        without_parent(world, camera, "CameraFollow belongs to")
        position = world.component_for_entity(camera, Transform2D).position
        x, y, _ = world_pose(world, target)
        if not (isfinite(x) and isfinite(y)):
            return
        if _last_place(world, camera) is None or (jumped and not jumped.isdisjoint(_line(world, target))):
            goal = self._inside(camera, x, y)
            teleport(world, camera, goal)
            jumped.add(camera)
            return
        if dt <= 0:
            return  # nothing moves while the game is paused
        if follow.look_ahead and (before := _last_place(world, target)) is not None:
            x, y = x + (x - before[0]) / dt * follow.look_ahead, y + (y - before[1]) / dt * follow.look_ahead
        room = follow.dead_zone
        goal = self._inside(
            camera,
            min(max(position.x, x - room.x / 2), x + room.x / 2),
            min(max(position.y, y - room.y / 2), y + room.y / 2),
        )
        share = 1.0 if follow.half_life <= 0 else 1.0 - 0.5 ** (dt / follow.half_life)
        _move(position, position.x + (goal[0] - position.x) * share, position.y + (goal[1] - position.y) * share)

    def shake(self, shake: CameraShake, height: float, dt: float) -> tuple[float, float, float]:
        """How far from its pose a camera is shaken by its trauma: x, y and angle; the trauma decays. Override to shake
        in another way.

        Args:
            height: of the camera's view, in world units.
        """
        trauma = min(max(shake.trauma, 0.0), 1.0)
        if trauma == 0.0:
            return 0.0, 0.0, 0.0
        place, strength = shake.time * shake.frequency, trauma * trauma
        right, up, turn = (strength * noise(shake.seed, channel, place) for channel in range(3))
        shake.time += dt
        shake.trauma = max(trauma - shake.decay * dt, 0.0)
        return right * shake.reach.x * height, up * shake.reach.y * height, turn * shake.turn

    def _keep_within_bounds(self) -> None:
        for rows in self.world.select(Camera2D, Transform2D):
            bounded = np.isfinite(rows.table.readable[_BOUNDS]).any(axis=1)
            for entity in rows.entities[bounded].tolist() if bounded.any() else ():
                without_parent(self.world, entity, "bounds belong to")
                position = self.world.component_for_entity(entity, Transform2D).position
                _move(position, *self._inside(entity, position.x, position.y))

    def _inside(self, camera: int, x: float, y: float) -> tuple[float, float]:
        """The place nearest to (x, y) from which the camera sees nothing outside of its bounds."""
        left, bottom, right, top = self.world.component_for_entity(camera, Camera2D).bounds
        if not any(map(isfinite, (left, bottom, right, top))):
            return x, y
        state = try_camera(self.world, camera, now=True)
        if state is None:
            return x, y
        return _between(x, left, right, state.reach[0]), _between(y, bottom, top, state.reach[1])

    def _remember(self, jumped: set[int]) -> None:
        """The heights and shakes of the tick before, and the heights of this one."""
        screen = self.world.resource(Screen)
        for rows in self.world.select(Camera2D, CameraMotion):
            table, entities = rows.table, rows.entities
            write = table.writable
            if write[_SHAKE].any() or write[_SHAKE_BEFORE].any():
                np.copyto(write[_SHAKE_BEFORE], write[_SHAKE])
                write[_SHAKE][:] = 0.0  # unless something shakes it, which comes next
                table.touch(_SHAKE)
                table.touch(_SHAKE_BEFORE)
            basis = (
                *(table.versions[field] for field in _HEIGHT_INPUTS),
                table.layout_version,
                screen.framebuffer_width,
                screen.framebuffer_height,
            )
            changed = basis != self._seen.get(table)
            if not changed and table not in self._zooming:
                continue
            np.copyto(write[_HEIGHT_BEFORE], write[_HEIGHT])
            table.touch(_HEIGHT_BEFORE)
            self._zooming.discard(table)
            if changed:
                self._seen[table] = basis
                self._zooming.add(table)
                with np.errstate(over="ignore"):  # what float32 does not hold is infinite
                    write[_HEIGHT][:] = [view_height(screen, table, row) for row in range(table.length)]
                sudden = np.isnan(write[_HEIGHT_BEFORE]) | np.isin(entities, list(jumped))
                np.copyto(write[_HEIGHT_BEFORE], write[_HEIGHT], where=sudden)
                table.touch(_HEIGHT)


def without_parent(world: World, camera: int, what: str) -> None:
    """Check that a camera stands for itself.

    Raises:
        EngineError: it has a Parent, so its position is not one in the world.
    """
    parent = world.try_component(camera, Parent)
    if parent is not None and parent.entity:
        raise EngineError(f"{what} camera {camera}, which moves with its Parent: take the Parent away, or do without.")


def noise(seed: int, channel: int, place: float) -> float:
    """A smooth random curve: -1 to 1 for each place, equal for equal arguments.

    Value noise: random numbers at whole places, joined by the smoothstep polynomial.
    """
    cell = floor(place)
    part = place - cell
    first, second = _random(seed, channel, cell), _random(seed, channel, cell + 1)
    return first + (second - first) * part * part * (3.0 - 2.0 * part)


def _random(*numbers: int) -> float:
    """-1 to 1 from whole numbers, by the finalizer of SplitMix64 (Steele, Lea and Flood, 2014)."""
    bits, mask = 0, 0xFFFFFFFFFFFFFFFF
    for number in numbers:
        bits = (bits + number + 0x9E3779B97F4A7C15) & mask
        bits = ((bits ^ bits >> 30) * 0xBF58476D1CE4E5B9) & mask
        bits = ((bits ^ bits >> 27) * 0x94D049BB133111EB) & mask
        bits ^= bits >> 31
    return bits / mask * 2.0 - 1.0


def _move(position: Any, x: float, y: float) -> None:
    """Write a position that differs; one that does not is left, as a write has the engine look at it again."""
    if (x, y) != tuple(position):
        position.x, position.y = x, y


def _between(value: float, low: float, high: float, reach: float) -> float:
    if high - low <= 2 * reach:
        return (low + high) / 2
    return min(max(value, low + reach), high - reach)


def _last_place(world: World, entity: int) -> tuple[float, float] | None:
    """Where an entity was at the tick before, if that is known."""
    location = world.location(entity)
    if location is None:
        return None
    x, y = location[0].readable[_POSE][location[1], :2].tolist()
    return (x, y) if isfinite(x) and isfinite(y) else None


def _line(world: World, entity: int) -> list[int]:
    """An entity and its ancestors."""
    line = [entity]
    while (parent := world.try_component(line[-1], Parent)) is not None and parent.entity:
        line.append(parent.entity)
        if not world.entity_exists(parent.entity):
            break
    return line
