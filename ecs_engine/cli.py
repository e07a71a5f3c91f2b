"""The command `ecs-engine`: show the demos, measure, and find out what is wrong with a machine.

Each command imports what it needs when it runs, so that `--help` and `--version` answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

# Where `demo --all` puts its pictures unless told otherwise.
PICTURES = Path("build") / "demo"


@contextmanager
def plain_errors() -> Iterator[None]:
    """Show an error of the engine, or of a file, as its one sentence; any other error keeps its traceback."""
    from ecs_engine.core.errors import EngineError

    try:
        yield
    except EngineError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        if error.filename is None:
            raise
        raise click.ClickException(f"{error.filename}: {error.strerror}. Name another place, or mend this.") from error


def has_display() -> bool:
    """Whether a window can be expected to open here; off Linux there always is a display."""
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ecs-engine", prog_name="ecs-engine")
def main() -> None:
    """Small games in plain Python and plain numpy."""


@main.command()
@click.argument("name", required=False)
@click.option("--list", "list_only", is_flag=True, help="Name the demos, each with what it shows.")
@click.option("--all", "all_of_them", is_flag=True, help="Every demo: in windows one by one, or a picture of each.")
@click.option("--headless", is_flag=True, help="Draw off screen, as happens anyway where there is no display.")
@click.option("--frames", type=click.IntRange(min=1), help="Stop after so many frames.")
@click.option("--screenshot", type=click.Path(dir_okay=False, path_type=Path), help="Write the last frame to this PNG.")
@click.option("--overlay", is_flag=True, help="Show times, counts and batch breaks over the picture, as F3 does.")
@click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=PICTURES,
    show_default=True,
    help="Where --all puts what it draws off screen.",
)
def demo(
    name: str | None,
    list_only: bool,
    all_of_them: bool,
    headless: bool,
    frames: int | None,
    screenshot: Path | None,
    overlay: bool,
    output: Path,
) -> None:
    """Run the demo NAME; without it open the gallery, where all of them are shown, read and started.

    Where there is no display, demos are drawn off screen; without NAME all of them are.
    """
    from ecs_engine import demo_runner

    headless = headless or not has_display()
    if all_of_them and (name is not None or screenshot is not None):
        raise click.UsageError("--all runs every demo and names the pictures itself: leave out NAME and --screenshot.")
    with plain_errors():
        if list_only:
            demo_runner.list_demos()
        elif headless and (all_of_them or (name is None and screenshot is None)):
            if overlay:
                raise click.UsageError("Off screen, --overlay is for one demo: give its NAME, and a --screenshot.")
            demo_runner.run_all(output, frames)
        elif all_of_them:
            demo_runner.run_windows(frames, overlay)
        elif name is None:
            from ecs_engine import gallery

            gallery.show_gallery(headless, frames, screenshot, overlay)
        else:
            demo_runner.run_demo(name, headless, frames, screenshot, overlay)


@main.command()
@click.argument("name")
@click.option("--frames", type=click.IntRange(min=1), default=600, show_default=True, help="How many frames to record.")
@click.option("--headless", is_flag=True, help="Draw off screen, as happens anyway where there is no display.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here.")
@click.option("--perfetto", type=click.Path(dir_okay=False, path_type=Path), help="Write a trace for Perfetto here.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), help="Write a page with pictures here.")
def trace(
    name: str, frames: int, headless: bool, json_path: Path | None, perfetto: Path | None, html: Path | None
) -> None:
    """Follow every input of a game to the screen; print where the time went, and what made frames late.

    NAME: a demo, or module:function of what builds a game of yours.
    """
    from ecs_engine import game_trace

    with plain_errors():
        off_screen = headless or not has_display()
        game_trace.show_trace(game_trace.trace_game(name, frames, off_screen, json_path, perfetto, html))


@main.command()
@click.argument("name", required=False)
@click.option(
    "--count",
    "--seconds",
    "count",
    type=click.IntRange(min=1),
    help="How many sprites (or entities, runs, or seconds of a soak); each benchmark has its own default.",
)
@click.option("--ticks", type=click.IntRange(min=1), help="How many ticks to measure: by default 300, with --all 120.")
@click.option("--json", "json_path", type=click.Path(dir_okay=False, path_type=Path), help="Write the figures here.")
@click.option("--headless/--window", default=None, help="Off screen or in a window; by default as there is a display.")
@click.option("--all", "all_of_them", is_flag=True, help="Every scenario, each in processes of its own.")
@click.option("--peers", is_flag=True, help="With --all: beside other engines, which make setup-peers installs.")
@click.option("--rounds", type=click.IntRange(min=1), default=3, show_default=True, help="With --all: runs of each.")
@click.option("--only", multiple=True, metavar="SCENARIO", help="With --all: this scenario, and others so named.")
@click.option(
    "--html", type=click.Path(dir_okay=False, path_type=Path), help="With --all, or scale: write a page with charts."
)
@click.option(
    "--pictures",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --all: keep the pictures that were checked.",
)
def bench(
    name: str | None,
    count: int | None,
    ticks: int | None,
    json_path: Path | None,
    headless: bool | None,
    all_of_them: bool,
    peers: bool,
    rounds: int,
    only: tuple[str, ...],
    html: Path | None,
    pictures: Path | None,
) -> None:
    """Run the benchmark NAME, or with --all those of docs/benchmarks.md.

    NAME is allocations, animation, bunnymark, churn, delta, ecs-churn, ecs-handles, ecs-join, ecs-move, exchange,
    frame, gil, handles, hierarchy, latency, lights, materials, memory, mock, pacing, particles, saves, scale, soak,
    spawn, spawn-bulk, startup, static, static-frame, text, tiles, trace, ui, upload or visible.
    """
    if all_of_them == (name is not None):
        raise click.UsageError("Give the NAME of one benchmark, or --all.")
    if not all_of_them and (peers or only or pictures):
        raise click.UsageError("--peers, --only and --pictures go with --all.")
    with plain_errors():
        if all_of_them:
            from ecs_engine.bench.suite import run_suite
            from ecs_engine.bench.suite.command import TICKS

            run_suite(
                peers=peers,
                rounds=rounds,
                ticks=ticks or TICKS,
                only=only,
                json_path=json_path,
                html_path=html,
                pictures=pictures,
            )
            return
        from ecs_engine import bench as benchmarks

        off_screen = not has_display() if headless is None else headless
        benchmarks.run(name or "", count, ticks or 300, json_path, html, headless=off_screen)


@main.command()
@click.argument("game")
@click.option("--to", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Write the recording here.")
@click.option("--ticks", type=click.IntRange(min=1), help="Stop after so many; without a window by default 600.")
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of the game's random numbers.")
@click.option("--random-input", type=int, metavar="SEED", help="Keys and the mouse at random instead of a player.")
@click.option("--tick-rate", type=click.FloatRange(0.01, 10_000), help="Ticks a second, instead of the game's own.")
@click.option("--time-scale", type=float, default=1.0, show_default=True, help="Seconds of game time in a second.")
@click.option("--headless", is_flag=True, help="Without a window, as happens anyway where there is no display.")
def record(
    game: str,
    to: Path,
    ticks: int | None,
    seed: int,
    random_input: int | None,
    tick_rate: float | None,
    time_scale: float,
    headless: bool,
) -> None:
    """Play GAME and record every tick: what the player did, and the hash of the world.

    GAME is a demo, or module:function of a game of yours; the function takes options and gives them to App.
    """
    from ecs_engine.replay import command

    window = has_display() and not headless
    with plain_errors():
        count = ticks or (None if window else 600)
        command.record(game, to, count, seed, random_input, tick_rate, time_scale, window=window)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--verify/--no-verify", default=True, show_default=True, help="Compare the hash of every tick.")
@click.option("--game", help="The game, where it is no demo: module:function.")
@click.option(
    "--shuffle", type=int, metavar="SEED", help="Run the game's systems in another order within their stages."
)
@click.option("--threads", is_flag=True, help="Run on both threads, drawing on the mocked OpenGL.")
@click.option("--frame-rate", type=click.FloatRange(min=0), help="Of drawing, with --threads; 0 for no limit.")
def replay(
    file: Path, verify: bool, game: str | None, shuffle: int | None, threads: bool, frame_rate: float | None
) -> None:
    """Play the recording FILE once more, without a window, and verify that every tick is as it was.

    Where one is not, the first such tick is told, with the components and fields that differ, and the exit status is 1.
    """
    if frame_rate is not None and not threads:
        raise click.UsageError("--frame-rate goes with --threads.")
    from ecs_engine.replay import command

    with plain_errors():
        command.replay(file, game, shuffle, frame_rate, verify=verify, threads=threads)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Look at this machine: versions, display, OpenGL, and what to install.

    The exit status is 0 when the engine can draw here, in a window or off screen.
    """
    from ecs_engine import doctor as examination

    report = examination.examine()
    if as_json:
        click.echo(examination.to_json(report))
    else:
        examination.show(report)
    sys.exit(0 if report.can_draw else 1)
