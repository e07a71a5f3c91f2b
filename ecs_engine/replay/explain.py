"""Which entity it was: two replays up to the tick that differed, compared value by value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ecs_engine.app import App
from ecs_engine.core.component import spec_of
from ecs_engine.core.errors import DivergenceError
from ecs_engine.core.fields import shorten
from ecs_engine.core.world import World
from ecs_engine.files import FileName
from ecs_engine.replay.replay import replay_game
from ecs_engine.replay.world_hash import column_name, digest, object_values

State = dict[str, dict[Any, Any]]
"""Name, as in hashes -> entity -> value; of what belongs to no entity the value of ``None``."""


def explain(build: Callable[..., App], path: FileName, error: DivergenceError, shuffle: int | None = None) -> str:
    """What more can be said of a divergence, in sentences: the game is replayed twice up to that tick.

    Args:
        shuffle: of one of the two, where it was shuffled.
    """
    first, second = (_state_after(build, path, error.tick, order) for order in (None, shuffle))
    words = differences(first, second)
    if words:
        return "Two replays here differ, too: " + "; ".join(words) + "."
    if shuffle is not None:
        return "The values are the same, but rows lie in another order."
    return (
        "Two replays here are alike in that tick: so look for what is another in each process (hash(), id(), sets of "
        "strings), on each machine, or in another version of the game."
    )


def differences(first: State, second: State, most: int = 5) -> list[str]:
    """For each name with values that differ, the first entity: ``Rock.size of entity 7 is 1 and 2``."""
    words = []
    for name in (*first, *(name for name in second if name not in first)):
        one, other = first.get(name, {}), second.get(name, {})
        for key in (*one, *(key for key in other if key not in one)):
            if digest(one.get(key, "nothing")) != digest(other.get(key, "nothing")):
                of = "" if key is None else f" of entity {key}"
                values = (shorten(state.get(key, "nothing")) for state in (one, other))
                words.append(f"{name}{of} is {' and '.join(values)}")
                break
        if len(words) == most:
            break
    return words


def state_of(world: World) -> State:
    """A copy of everything that is hashed."""
    found: State = {"next entity": {None: world.next_entity}}
    for table in world.tables:
        entities = table.entities.tolist()
        for kind in table.types:
            spec = spec_of(kind)
            assert spec is not None
            for field in spec.fields:
                values = table.readable[field].tolist()
                found.setdefault(column_name(kind, field), {}).update(zip(entities, values, strict=True))
    for name, value in object_values(world):
        of_entities = isinstance(value, dict) and name.partition(".")[0] in {
            kind.__name__ for kind in world.component_types()
        }
        found[name] = {key: _kept(one) for key, one in value.items()} if of_entities else {None: _kept(value)}
    return found


def _kept(value: Any) -> Any:
    """A value that stays as it is now: plain ones as they are, others as words."""
    if isinstance(value, np.ndarray):
        return value.copy()
    return value if isinstance(value, (int, float, str, type(None))) else repr(value)


def _state_after(build: Callable[..., App], path: FileName, tick: int, shuffle: int | None) -> State:
    states: list[State] = []
    replay_game(
        build, path, verify=False, shuffle=shuffle, ticks=tick, watch=lambda app: states.append(state_of(app.world))
    )
    return states[0]
