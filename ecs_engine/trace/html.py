"""The page of a trace."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np

from ecs_engine.trace import charts
from ecs_engine.trace.latency import END_TO_END, Latency
from ecs_engine.trace.page import both, page, section, table
from ecs_engine.trace.profile import Profile
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.rules import percent
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.svg import milliseconds
from ecs_engine.trace.timeline import frame_timeline, timeline
from ecs_engine.trace.words import bottleneck_heading, lost_words, message_words

PRESENT_MEANS = (
    "INPUT is the moment the window handed the event over; UPDATE, when the tick that drained it was published; "
    "RENDER, when the first frame that shows it was submitted; GPU, when that frame's fence was first seen signalled; "
    "PRESENT, when its swap returned. The screen lights up after that, at a moment that OpenGL does not tell."
)
NONE = "\N{EN DASH}"
COLUMNS = ("p50", "p95", "p99", "max")


def to_html(recording: Recording, latency: Latency, summary: dict[str, Any]) -> str:
    """The whole page. ``summary`` is what :func:`~ecs_engine.trace.report.summarise` makes of the other two."""
    title = f"Latency trace{': ' if recording.title else ''}{recording.title}"
    body = [f"<h1>{escape(title)}</h1>", f'<p class="quiet">{escape(_opening(summary))}</p>', _cards(summary)]
    body.append(section("What held it up", lost_words(summary), _bottlenecks(summary)))
    whole = latency.leg_ms(END_TO_END)
    if len(whole):
        body.append(section("From input to the screen", "", both(lambda w: charts.histogram(whole, w))))
        note = "Full colour reaches P50, the paler ones P95 and P99. GPU and PRESENT both count from RENDER."
        body.append(section("Stage by stage", note, both(lambda w: charts.legs(latency, w)) + _stage_table(summary)))
    else:
        body.append(section("From input to the screen", "No input reached the screen in this recording.", ""))
    intervals = latency.frames.intervals_ms()
    if len(intervals):
        picture = both(lambda w: charts.intervals(intervals, w))
        body.append(section("Frame by frame", "Milliseconds from one presented frame to the next.", picture))
    for name, begin, end in _frames(recording):
        draw = lambda w, begin=begin, end=end: frame_timeline(recording, latency, begin, end, w)  # noqa: E731
        note = f"The {milliseconds((end - begin) * 1e-6)} ms between two presents, which are the dashed lines."
        body.append(section(name, note, both(draw)))
    for name, row in _examples(latency):
        picture = both(lambda w, row=row: timeline(recording, latency, row, w))  # type: ignore[misc]
        note = "The black line follows the input. A bar is what a thread, or the GPU, was busy with."
        body.append(section(name, note, picture))
    body.append(_span_section(summary))
    if summary["messages"]:
        lines = "".join(f"<li>{escape(words)}</li>" for words in message_words(summary))
        body.append(section("Remarks of the driver on performance", "", f"<ul>{lines}</ul>"))
    body.append(section("How to read this", "", f"<p>{PRESENT_MEANS}</p>" + _remarks(summary)))
    return page(title, body)


def _opening(summary: dict[str, Any]) -> str:
    inputs, frames = summary["inputs"], summary["frames"]
    kinds = [f"{count} {kind.lower().replace('_', ' ')}" for kind, count in inputs["kinds"].items() if count]
    of_kinds = f" ({', '.join(kinds)})" if kinds else ""
    return f"Seconds: {summary['seconds']}. Frames: {frames['count']}. Inputs: {inputs['count']}{of_kinds}."


def _cards(summary: dict[str, Any]) -> str:
    whole, frames = summary["end_to_end_ms"], summary["frames"]
    cards = [(f"{milliseconds(whole[key])} ms" if whole["count"] else NONE, f"input to present, {key.upper()}")
             for key in ("p50", "p95", "p99")]  # fmt: skip
    interval = frames["interval_ms"]
    cards.append((f"{milliseconds(interval['p50'])} ms" if interval["count"] else NONE, "between frames, P50"))
    return '<div class="cards">' + "".join(
        f'<div class="card"><b>{value}</b><small>{escape(name)}</small></div>' for value, name in cards
    ) + "</div>"  # fmt: skip


def _bottlenecks(summary: dict[str, Any]) -> str:
    items = [
        f"<li><b>{escape(one['rule'])}</b>: {escape(bottleneck_heading(one))}."
        f'<progress value="{min(one["share"], 1.0)}">{percent(one["share"])}</progress>'
        f'{escape(one["evidence"])}.<br><span class="quiet">{escape(one["advice"])}</span></li>'
        for one in summary["profile"]["bottlenecks"]
    ]
    missing = [f'<p class="quiet">Not recorded here: {escape(words)}</p>' for words in summary["profile"]["missing"]]
    return (f'<ol class="found">{"".join(items)}</ol>' if items else "") + "".join(missing)


def _cells(entry: dict[str, float], keys: tuple[str, ...] = COLUMNS) -> tuple[str, ...]:
    return tuple(milliseconds(entry[key]) if entry["count"] else NONE for key in keys)


def _stage_table(summary: dict[str, Any]) -> str:
    rows = [(name, *_cells(entry), str(entry["count"])) for name, entry in summary["legs_ms"].items()]
    rows.append(("INPUT to PRESENT", *_cells(summary["end_to_end_ms"]), str(summary["end_to_end_ms"]["count"])))
    return table(("ms", "P50", "P95", "P99", "max", "inputs"), rows)


def _frames(recording: Recording) -> list[tuple[str, int, int]]:
    """The frames that are shown: name of the picture, beginning and end."""
    times = Profile(recording).frames.times
    times = times[times[:, 1] > times[:, 0]]
    if not len(times):
        return []
    by_length = times[np.argsort(times[:, 1] - times[:, 0], kind="stable")]
    typical, longest = by_length[(len(by_length) - 1) // 2].tolist(), by_length[-1].tolist()
    result = [("A typical frame", *typical), ("The longest frame", *longest)]
    return result if typical != longest else result[1:]


def _examples(latency: Latency) -> list[tuple[str, int]]:
    """The inputs whose way is shown: name of the picture, and row."""
    stamps = latency.inputs.stamps
    rows = np.flatnonzero(stamps[:, Stage.PRESENT] >= stamps[:, Stage.INPUT])
    if not len(rows):
        return []
    took = stamps[rows, Stage.PRESENT] - stamps[rows, Stage.INPUT]
    by_length = rows[np.argsort(took, kind="stable")]
    typical, slowest = int(by_length[(len(by_length) - 1) // 2]), int(by_length[-1])
    result = [("A typical input", typical), ("The slowest input", slowest)]
    return result if typical != slowest else result[1:]


def _span_section(summary: dict[str, Any]) -> str:
    rows = [
        (f"{thread}: {name}", *_cells(entry, ("p50", "p99", "max", "total")), str(entry["count"]))
        for thread, spans in (summary["spans_ms"] | summary["tracks_ms"]).items()
        for name, entry in sorted(spans.items(), key=lambda item: -item[1]["total"])
    ]
    rows += [
        (f"garbage collector: {name}", *_cells(entry, ("p50", "p99", "max", "total")), str(entry["count"]))
        for name, entry in summary["gc_ms"].items()
    ]
    if not rows:
        return ""
    head = ("ms", "P50", "P99", "max", "total", "count")
    return section("What the threads did", "Those that took the most time first.", table(head, rows))


def _remarks(summary: dict[str, Any]) -> str:
    inputs, frames, overwritten = summary["inputs"], summary["frames"], summary["overwritten"]
    legs = summary["legs_ms"]
    remarks = [
        ("Ticks never drawn, because a newer one came first (that one shows their inputs)", frames["ticks_not_shown"]),
        ("Frames that show no new tick, but a picture further between the last two", frames["repeats"]),
        ("Frames drawn and never presented, which no figure counts", frames["never_presented"]),
        ("Inputs that had not reached the screen when the recording ended", inputs["not_shown_yet"]),
        ("Inputs left out, because they are older than the recording or their marks are gone", inputs["left_out"]),
        ("Marks overwritten in full rings (give the tracer a larger capacity)", overwritten["marks"]),
        ("Spans overwritten in full rings", overwritten["spans"]),
        ("Durations below zero, because the clock jumped, which no figure counts", summary["clock_went_back"]),
    ]
    items = [f"<li>{words}: {count}.</li>" for words, count in remarks if count]
    if inputs["count"] and not legs["RENDER to GPU"]["count"]:
        items.append("<li>There are no marks of the GPU: the driver has no fences, or none was looked at.</li>")
    return f"<ul>{''.join(items)}</ul>" if items else ""
