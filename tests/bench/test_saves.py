"""The benchmark of saves measures what it says."""

from __future__ import annotations

import json
from pathlib import Path

from ecs_engine.bench import run


def test_the_bench_tells_what_saves_and_hashes_cost(tmp_path: Path) -> None:
    run("saves", 50, 4, tmp_path / "saves.json", headless=True)
    result = json.loads((tmp_path / "saves.json").read_text(encoding="utf-8"))
    assert (result["name"], result["count"], result["ticks"]) == ("saves", 50, 4)
    assert result["bytes"] > 50 * 80
    for figure in ("save_ms", "pack_ms", "load_ms", "hash_still_ms"):
        assert 0 < result[figure]["p50"] <= result[figure]["p99"]
    assert result["hash_moving_ms"].keys() == {"p50"}
