"""The trace of a game: every input followed to the screen. Behind the command ``ecs-engine trace``."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecs_engine.app import App
from ecs_engine.core.events import MouseMoveEvent
from ecs_engine.games import find_game, find_showcase, open_game
from ecs_engine.trace import Tracer
from ecs_engine.trace.report import write_reports
from ecs_engine.window.base import SimulatedWindow

MARKS_PER_FRAME = 64
"""Room in the rings: about ten spans a tick, and ticks may be several to a frame."""
PAUSES_S = (0.004, 0.03)
"""Shortest and longest time between the moves of a mouse that nobody holds."""


def trace_game(
    name: str,
    frames: int,
    headless: bool,
    json_path: Path | None = None,
    perfetto_path: Path | None = None,
    html_path: Path | None = None,
) -> dict[str, Any]:
    """Run a game for so many frames with tracing on, write the reports asked for, and return the summary.

    A demo that has a ``showcase`` is brought there first, and what happens until then is left out. Without a display
    nobody can press a key: the mouse is moved at random times instead. Main thread only.

    Raises:
        EngineError: there is no game of that name, it cannot run here, or a file cannot be written.
    """
    build, showcase = find_game(name), find_showcase(name)
    tracer = Tracer(max(1 << 16, MARKS_PER_FRAME * frames), title=f"{name}, {frames} frames")
    app = open_game(build, headless=headless, tracer=tracer)
    try:
        if showcase is not None:
            showcase(app)
        tracer.restart()
        with _moving_mouse(app):
            app.run(frames=frames)
    finally:
        app.close()
    return write_reports(tracer.recording(), json_path=json_path, perfetto_path=perfetto_path, html_path=html_path)


@contextmanager
def _moving_mouse(app: App) -> Iterator[None]:
    window = app.window
    if not isinstance(window, SimulatedWindow):
        yield
        return
    done, times = threading.Event(), random.Random(1)

    def move() -> None:
        while not done.wait(times.uniform(*PAUSES_S)) and not window.closed:
            window.inject(MouseMoveEvent(times.random(), times.random()))

    mouse = threading.Thread(target=move, name="mouse")
    mouse.start()
    try:
        yield
    finally:
        done.set()
        mouse.join()


def show_trace(summary: dict[str, Any]) -> None:
    """Print the latency of a summary as a table, and what held it up."""
    from rich.console import Console
    from rich.markup import escape
    from rich.padding import Padding
    from rich.table import Table

    from ecs_engine.trace.words import bottleneck_heading, lost_words, message_words

    table = Table("from the input to", "P50 ms", "P95 ms", "P99 ms", "max ms", title=summary["title"])
    for stage, spread in summary["since_input_ms"].items():
        figures = (f"{spread[name]:.2f}" if spread["count"] else "none" for name in ("p50", "p95", "p99", "max"))
        table.add_row(stage, *figures)
    console = Console()
    console.print(table)
    inputs, frames = summary["inputs"], summary["frames"]
    console.print(f"{inputs['shown']} of {inputs['count']} inputs were shown, in {frames['count']} frames.")
    console.print(f"\n[bold]What held it up[/]\n{lost_words(summary)}", highlight=False)
    for number, one in enumerate(summary["profile"]["bottlenecks"], 1):
        console.print(f"{number}. [bold]{one['rule']}[/]: {bottleneck_heading(one)}", highlight=False)
        for words in (one["evidence"] + ".", one["advice"]):
            console.print(Padding(escape(words), (0, 0, 0, 3)), highlight=False)
    if summary["messages"]:
        console.print("\n[bold]Remarks of the driver on performance[/]")
        for words in message_words(summary):
            console.print(escape(words), highlight=False)
    for sentence in summary["profile"]["missing"]:
        console.print(f"\nNot recorded here: {escape(sentence)}", highlight=False)
