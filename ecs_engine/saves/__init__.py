"""What a game keeps between its runs: worlds as files, small data, and the folder for them."""

from __future__ import annotations

from ecs_engine.saves.durable import Durable, durable_exists, previous_of, read_durable, write_durable
from ecs_engine.saves.saves import Loaded, Saves
from ecs_engine.saves.schema import Converter
from ecs_engine.saves.store import load_json, save_json, user_data_path

__all__ = [
    "Converter",
    "Durable",
    "Loaded",
    "Saves",
    "durable_exists",
    "load_json",
    "previous_of",
    "read_durable",
    "save_json",
    "user_data_path",
    "write_durable",
]
