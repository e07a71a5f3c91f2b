"""Recordings of games, and replays that hold each tick to them: docs/determinism.md."""

from __future__ import annotations

from ecs_engine.replay.events import RandomInput
from ecs_engine.replay.record import Script, record_game
from ecs_engine.replay.recording import Header, Recording, Tick
from ecs_engine.replay.replay import Replayed, replay_game
from ecs_engine.replay.world_hash import WorldHash

__all__ = [
    "Header",
    "RandomInput",
    "Recording",
    "Replayed",
    "Script",
    "Tick",
    "WorldHash",
    "record_game",
    "replay_game",
]
