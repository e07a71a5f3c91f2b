"""The summary and the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.trace.latency import END_TO_END, join
from ecs_engine.trace.recording import Recording, ThreadRecord
from ecs_engine.trace.report import summarise, write_reports, write_whole
from ecs_engine.trace.stages import EventKind
from tests.trace.recordings import ALL, EMPTY, one_input, simulated


def test_one_input() -> None:
    recording = one_input()
    marks = recording.threads[0].marks * np.array([100_000, 1, 1, 1])
    spans = np.array([[10, 2_000_010, 1, 0], [5, 4_000_005, 1, 0], [7, 3, 0, 0]], np.int64)
    pauses = np.array([[10, 500_010, 2, 1]], np.int64)
    thread = ThreadRecord("main", 1, marks, spans, 0, 9)
    summary = write_reports(replace(recording, threads=(thread,), names=("other", "tick"), pauses=pauses, title="t"))
    assert summary["end_to_end_ms"] == {"count": 1, "p50": 40.0, "p95": 40.0, "p99": 40.0, "max": 40.0}
    assert {name: entry["p50"] for name, entry in summary["legs_ms"].items()} == {
        "INPUT to UPDATE": 10.0,
        "UPDATE to RENDER": 10.0,
        "RENDER to GPU": 10.0,
        "RENDER to PRESENT": 20.0,
    }
    assert [entry["p99"] for entry in summary["since_input_ms"].values()] == [10.0, 20.0, 30.0, 40.0]
    assert (summary["title"], summary["seconds"]) == ("t", 1.0)
    assert summary["inputs"]["kinds"] == {kind.name: int(kind == EventKind.KEY) for kind in EventKind}
    assert (summary["inputs"]["shown"], summary["inputs"]["not_shown_yet"]) == (1, 0)
    tick = summary["spans_ms"]["main"]["tick"]
    assert (tick["count"], tick["p50"], tick["max"], tick["total"]) == (2, 3.0, 4.0, 6.0)
    assert summary["spans_ms"]["main"]["other"]["max"] == 0.0, "a span that ends before it begins took no time"
    assert summary["gc_ms"]["generation 2"]["total"] == 0.5
    assert summary["overwritten"] == {"marks": 0, "spans": 9, "messages": 0}


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_the_counts_add_up(make: Callable[[], Recording]) -> None:
    recording = make()
    latency = join(recording)
    summary = summarise(recording, latency)
    inputs = summary["inputs"]
    assert inputs["shown"] + inputs["not_shown_yet"] == inputs["count"] == sum(inputs["kinds"].values())
    assert summary["end_to_end_ms"]["count"] == len(latency.leg_ms(END_TO_END)) == inputs["shown"]
    for entry in (*summary["legs_ms"].values(), *summary["since_input_ms"].values(), summary["end_to_end_ms"]):
        assert 0 <= entry["p50"] <= entry["p95"] <= entry["p99"] <= entry["max"]
        assert entry["count"] <= inputs["count"]


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
def test_all_three_files(make: Callable[[], Recording], tmp_path: Path) -> None:
    paths = [tmp_path / "new" / name for name in ("trace.json", "perfetto.json", "page.html")]
    summary = write_reports(make(), json_path=paths[0], perfetto_path=paths[1], html_path=paths[2])
    assert json.loads(paths[0].read_text("utf-8")) == summary
    assert "traceEvents" in json.loads(paths[1].read_text("utf-8"))
    assert paths[2].read_text("utf-8").startswith("<!doctype html>")
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == sorted(path.name for path in paths)


def test_only_what_is_asked_for_is_written(tmp_path: Path) -> None:
    write_reports(simulated(), json_path=tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_path_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file" / "a.json"
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(EngineError, match=r"cannot be written to .*a\.json: .+; choose another path"):
        write_reports(simulated(), json_path=blocked)
    assert (tmp_path / "file").read_text() == "not a folder"


def test_a_folder_in_the_way_stays_and_no_part_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(EngineError, match=r"a\.json"):
        write_whole(tmp_path / "a.json", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    write_whole(path, "old")

    def full_disk(self: Path, text: str, encoding: str) -> int:
        with self.open("w") as file:
            file.write(text[:2])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full_disk)
    with pytest.raises(EngineError, match="No space left on device"):
        write_whole(path, "new text")
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["a.json"]


def test_pauses_before_the_beginning_do_not_count() -> None:
    pauses = np.array([[10, 20, 0, 1], [600, 700, 1, 1]], np.int64)
    recording = Recording((), ("other",), pauses, 500, 1000)
    assert list(summarise(recording, join(recording))["gc_ms"]) == ["generation 1"]
    assert recording.threads == ()
    assert EMPTY.shape == (0, 4)
