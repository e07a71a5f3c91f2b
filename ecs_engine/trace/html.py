"""The page of a trace: one HTML file that needs nothing else, neither a script nor a connection."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import numpy as np

from ecs_engine.trace import charts
from ecs_engine.trace.latency import END_TO_END, Latency
from ecs_engine.trace.profile import Profile
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.rules import percent
from ecs_engine.trace.stages import Stage
from ecs_engine.trace.svg import Picture, milliseconds
from ecs_engine.trace.timeline import frame_timeline, timeline
from ecs_engine.trace.words import bottleneck_heading, lost_words, message_words

WIDE, NARROW = 1080.0, 340.0
"""Widths of each picture, in pixels: for a screen, and for a phone."""

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: #1b2530; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1144px; margin: 0 auto; padding: 24px 12px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 19px; margin: 0 0 6px; }
p { margin: 0 0 12px; max-width: 78ch; } .quiet { color: #52606d; }
section { background: #fff; border: 1px solid #d5dbe1; border-radius: 8px; padding: 18px 20px; margin: 16px 0 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 16px; }
.card { background: #fff; border: 1px solid #d5dbe1; border-radius: 8px; padding: 10px 16px; }
.card b { display: block; font-size: 27px; line-height: 1.25; font-weight: 600; }
.card small { font-size: 14px; color: #52606d; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 15px; }
th, td { text-align: right; padding: 5px 8px; border-bottom: 1px solid #e6eaee; white-space: nowrap; }
th { color: #52606d; font-weight: 600; } th:first-child, td:first-child { text-align: left; }
svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.narrow { display: none; }
ul, ol { margin: 0; padding-left: 20px; } .found li { margin: 0 0 14px; max-width: 90ch; overflow-wrap: anywhere; }
progress { display: block; width: 100%; max-width: 320px; height: 10px; margin: 4px 0; accent-color: #0072b2; }
@media (max-width: 800px) {
  .wide { display: none; } .narrow { display: block; }
  section { padding: 14px 10px; } h1 { font-size: 22px; }
  .cards { grid-template-columns: repeat(2, 1fr); } th, td { padding: 5px 3px; font-size: 13.5px; }
  th:first-child, td:first-child { white-space: normal; overflow-wrap: anywhere; }
}
"""

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
    body.append(_section("What held it up", lost_words(summary), _bottlenecks(summary)))
    whole = latency.leg_ms(END_TO_END)
    if len(whole):
        body.append(_section("From input to the screen", "", _both(lambda w: charts.histogram(whole, w))))
        note = "Full colour reaches P50, the paler ones P95 and P99. GPU and PRESENT both count from RENDER."
        body.append(_section("Stage by stage", note, _both(lambda w: charts.legs(latency, w)) + _stage_table(summary)))
    else:
        body.append(_section("From input to the screen", "No input reached the screen in this recording.", ""))
    intervals = latency.frames.intervals_ms()
    if len(intervals):
        picture = _both(lambda w: charts.intervals(intervals, w))
        body.append(_section("Frame by frame", "Milliseconds from one presented frame to the next.", picture))
    for name, begin, end in _frames(recording):
        draw = lambda w, begin=begin, end=end: frame_timeline(recording, latency, begin, end, w)  # noqa: E731
        note = f"The {milliseconds((end - begin) * 1e-6)} ms between two presents, which are the dashed lines."
        body.append(_section(name, note, _both(draw)))
    for name, row in _examples(latency):
        picture = _both(lambda w, row=row: timeline(recording, latency, row, w))  # type: ignore[misc]
        note = "The black line follows the input. A bar is what a thread, or the GPU, was busy with."
        body.append(_section(name, note, picture))
    body.append(_span_section(summary))
    if summary["messages"]:
        lines = "".join(f"<li>{escape(words)}</li>" for words in message_words(summary))
        body.append(_section("Remarks of the driver on performance", "", f"<ul>{lines}</ul>"))
    body.append(_section("How to read this", "", f"<p>{PRESENT_MEANS}</p>" + _remarks(summary)))
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


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


def _section(name: str, note: str, content: str) -> str:
    quiet = f'<p class="quiet">{escape(note)}</p>' if note else ""
    return f"<section><h2>{escape(name)}</h2>{quiet}{content}</section>"


def _both(draw: Callable[[float], Picture]) -> str:
    return f'<div class="wide">{draw(WIDE).to_svg()}</div><div class="narrow">{draw(NARROW).to_svg()}</div>'


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return '<div class="scroll"><table>' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"


def _cells(entry: dict[str, float], keys: tuple[str, ...] = COLUMNS) -> tuple[str, ...]:
    return tuple(milliseconds(entry[key]) if entry["count"] else NONE for key in keys)


def _stage_table(summary: dict[str, Any]) -> str:
    rows = [(name, *_cells(entry), str(entry["count"])) for name, entry in summary["legs_ms"].items()]
    rows.append(("INPUT to PRESENT", *_cells(summary["end_to_end_ms"]), str(summary["end_to_end_ms"]["count"])))
    return _table(("ms", "P50", "P95", "P99", "max", "inputs"), rows)


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
    return _section("What the threads did", "Those that took the most time first.", _table(head, rows))


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
