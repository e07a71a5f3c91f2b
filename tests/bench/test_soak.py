"""The short form of the soak, and that it catches what is wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from ecs_engine.bench import soak
from ecs_engine.bench.soak_pairs import Counts, TwoSlots, UncheckedRing
from ecs_engine.cli import main


def test_the_exchange_and_the_ring_stand_a_second_and_the_controls_are_caught() -> None:
    result = soak.measure_soak(1.0, 1, True)
    assert result["faults"] == []
    assert set(result["control_faults"]) == {"two slots", "unchecked ring"}
    assert all(result["control_faults"].values())
    for name in ("exchange", "ring"):
        assert result[name]["read"] > 10
        assert result[name]["torn"] == result[name]["went_back"] == 0
    assert result["exchange"]["written"] > result["exchange"]["read"]
    assert result["ring"]["written"] > soak.RING_RECORDS
    assert result["resident_mb"]["start"] > 10


@pytest.mark.parametrize(("name", "wrong", "said"), [("Exchange", TwoSlots, "The exchange gave .* torn"),
                                                     ("StalledRing", UncheckedRing, "The ring went back")])  # fmt: skip
def test_it_ends_with_an_error_and_its_figures_when_something_is_wrong(
    name: str, wrong: type, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(soak, name, wrong)
    done = CliRunner().invoke(main, ["bench", "soak", "--seconds", "1", "--json", str(tmp_path / "soak.json")])
    assert done.exit_code != 0
    faults = json.loads((tmp_path / "soak.json").read_text("utf-8"))["faults"]
    assert re.search(said, " ".join(faults))
    assert faults[0] in done.output.replace("\n", " ")


def test_what_counts_as_a_fault() -> None:
    read = {"exchange": Counts(written=9, read=5)}
    assert soak.find_faults(read, {"two slots": 1}, 1.0) == []
    assert "not caught" in soak.find_faults(read, {"two slots": 0}, 1.0)[0]
    assert soak.find_faults(read, {}, 50.0) == ["Memory grew by 50 MB."]
    assert "Nothing was read" in soak.find_faults({"ring": Counts(written=9)}, {}, 1.0)[0]
