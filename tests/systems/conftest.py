"""Worlds with the stock systems, without an app."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import esper
import numpy as np
import pytest

from ecs_engine.core.screen import Screen
from ecs_engine.core.world import World
from ecs_engine.pictures import Pictures
from ecs_engine.systems import SPRITES, Drawables


@pytest.fixture
def make_world() -> Iterator[Callable[..., World]]:
    """A world with the resources of a 640 x 360 app, and the given systems."""
    worlds: list[World] = []

    def make(*systems: esper.Processor, drawables: Drawables | None = None) -> World:
        world = World()
        worlds.append(world)
        world.add_resource(Pictures(256))
        world.add_resource(Screen(640, 360, 640, 360, 360))
        world.add_resource(drawables or Drawables(SPRITES))
        for system in systems:
            world.add_processor(system)
        return world

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20)


@pytest.fixture(autouse=True)
def warnings_are_errors() -> Iterator[None]:
    """numpy must have nothing to say, whatever numbers it meets."""
    with np.errstate(all="raise", under="ignore"):
        yield
