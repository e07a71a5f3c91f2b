"""The figures of a recording as plain data, and the files that a trace is written to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from ecs_engine.core.errors import EngineError
from ecs_engine.trace.latency import END_TO_END, LEGS, MISSING, Latency, Percentiles, join
from ecs_engine.trace.recording import Pause, Recording, Span, ThreadRecord, TrackRecord
from ecs_engine.trace.ring import Records
from ecs_engine.trace.rules import diagnose
from ecs_engine.trace.stages import EventKind, Stage

Summary = dict[str, Any]
VERSION = 2


def leg_name(leg: tuple[Stage, Stage]) -> str:
    """``"INPUT to UPDATE"``."""
    return f"{leg[0].name} to {leg[1].name}"


def spread(percentiles: Percentiles) -> dict[str, float]:
    """For JSON: count, p50, p95, p99, max; milliseconds to the microsecond."""
    return {name: round(value, 3) for name, value in asdict(percentiles).items()}


def summarise(recording: Recording, latency: Latency) -> Summary:
    """Everything a reader of the trace asks first, as plain data for JSON; durations in milliseconds.

    A ``count`` of 0 means that the marks are missing, as those of the GPU are where a driver has no fences.
    """
    inputs, frames = latency.inputs, latency.frames
    shown = inputs.stamps[:, Stage.PRESENT] != MISSING
    return {
        "version": VERSION,
        "title": recording.title,
        "seconds": round((recording.end_ns - recording.begin_ns) * 1e-9, 3),
        "end_to_end_ms": spread(Percentiles.of(latency.leg_ms(END_TO_END))),
        "legs_ms": {leg_name(leg): spread(Percentiles.of(latency.leg_ms(leg))) for leg in LEGS},
        "since_input_ms": {
            stage.name: spread(Percentiles.of(latency.leg_ms((Stage.INPUT, stage)))) for stage in list(Stage)[1:]
        },
        "inputs": {
            "count": len(inputs.tick),
            "shown": int(np.count_nonzero(shown)),
            "not_shown_yet": int(np.count_nonzero(~shown)),
            "left_out": latency.left_out,
            "kinds": {kind.name: int(np.count_nonzero(inputs.kind == kind)) for kind in EventKind},
        },
        "frames": {
            "count": len(frames.number),
            "never_presented": frames.never_presented,
            "repeats": int(np.count_nonzero(~frames.fresh)),
            "ticks_not_shown": latency.ticks_not_shown,
            "interval_ms": spread(Percentiles.of(frames.intervals_ms())),
        },
        "profile": _profile(recording),
        "spans_ms": _spans(recording.spans(), recording.names),
        "tracks_ms": _spans(recording.track_spans(), recording.names),
        "gc_ms": _pauses(recording),
        "messages": _messages(recording),
        "overwritten": {
            "marks": sum(thread.marks_overwritten for thread in recording.threads),
            "spans": sum(thread.spans_overwritten for thread in recording.threads)
            + sum(track.spans_overwritten for track in recording.tracks),
            "messages": recording.messages_overwritten,
        },
        "clock_went_back": latency.went_back,
    }


def _profile(recording: Recording) -> dict[str, Any]:
    """What held it up, for JSON."""
    diagnosis = diagnose(recording)
    lost = {"frames": diagnosis.frames, "ticks": diagnosis.ticks}
    return {
        "lost": {kind: {name: round(value, 3) for name, value in asdict(one).items()} for kind, one in lost.items()},
        "bottlenecks": [
            {
                "rule": finding.rule.name,
                "of": finding.kind,
                "explained_ms": round(finding.explained_ms, 3),
                "share": round(finding.share, 3),
                "evidence": finding.evidence,
                "advice": finding.rule.advice,
            }
            for finding in diagnosis.findings
        ],
        "missing": list(recording.missing),
    }


def _spans(
    tracks: Iterable[tuple[ThreadRecord | TrackRecord, Records]], names: tuple[str, ...]
) -> dict[str, dict[str, dict[str, float]]]:
    """thread or track -> span name -> spread and total."""
    result: dict[str, dict[str, dict[str, float]]] = {}
    for track, spans in tracks:
        lengths = np.maximum(spans[:, Span.END] - spans[:, Span.BEGIN], 0) * 1e-6
        for key in np.unique(spans[:, Span.NAME]).tolist():
            mine = lengths[spans[:, Span.NAME] == key]
            entry = spread(Percentiles.of(mine)) | {"total": round(float(mine.sum()), 3)}
            result.setdefault(track.name, {})[names[key]] = entry
    return result


def _messages(recording: Recording) -> list[dict[str, Any]]:
    """Each text once, with how often it came and when first, in seconds from the beginning."""
    result: dict[str, dict[str, Any]] = {}
    for message in recording.messages:
        first = round((message.time_ns - recording.begin_ns) * 1e-9, 3)
        result.setdefault(message.text, {"text": message.text, "count": 0, "first_s": first})["count"] += 1
    return list(result.values())


def _pauses(recording: Recording) -> dict[str, dict[str, float]]:
    """generation -> spread and total."""
    pauses = recording.pauses[recording.pauses[:, Pause.BEGIN] >= recording.begin_ns]
    lengths = np.maximum(pauses[:, Pause.END] - pauses[:, Pause.BEGIN], 0) * 1e-6
    result = {}
    for generation in np.unique(pauses[:, Pause.GENERATION]).tolist():
        mine = lengths[pauses[:, Pause.GENERATION] == generation]
        result[f"generation {generation}"] = spread(Percentiles.of(mine)) | {"total": round(float(mine.sum()), 3)}
    return result


def write_reports(
    recording: Recording,
    *,
    json_path: Path | None = None,
    perfetto_path: Path | None = None,
    html_path: Path | None = None,
) -> Summary:
    """Write the files that are asked for, making their folders, and return the summary.

    A file appears whole or not at all: one that was there stays as it was if this fails.

    Raises:
        EngineError: a file cannot be written; the message names it and the reason.
    """
    latency = join(recording)
    summary = summarise(recording, latency)
    if json_path is not None:
        write_whole(json_path, json.dumps(summary, indent=2) + "\n")
    if perfetto_path is not None:
        from ecs_engine.trace.perfetto import to_perfetto

        write_whole(perfetto_path, json.dumps(to_perfetto(recording, latency), separators=(",", ":")))
    if html_path is not None:
        from ecs_engine.trace.html import to_html

        write_whole(html_path, to_html(recording, latency, summary))
    return summary


def write_whole(path: Path, text: str) -> None:
    """Write a UTF-8 file by way of another beside it, so that no half of it is ever seen.

    Raises:
        EngineError: it cannot be written.
    """
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            part.write_text(text, "utf-8")
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise EngineError(f"The trace cannot be written to {path}: {reason}; choose another path.") from error
