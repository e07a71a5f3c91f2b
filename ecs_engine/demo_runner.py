"""Shows the demos: one in a window or in memory, or all of them with a picture and the figures of each.

A demo is a module or package of ``ecs_engine.demos`` that has ``build(**options) -> App``; its docstring says what it
shows. One that also has ``showcase(app)`` brings itself to the moment worth a picture, and ``BUDGET_MS = 4.0`` says how
many milliseconds a tick and a frame of it may take the processor together.
"""

from __future__ import annotations

import ast
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ecs_engine.core.errors import EngineError

if TYPE_CHECKING:
    from ecs_engine.app import App

FRAMES = 300
"""How many frames a demo runs for its figures, unless told otherwise."""
SMALL_BUDGET_MS = 2.0
"""The budget of a demo that states none."""
MOST_SECONDS = 120.0
"""A demo that takes longer than this, and a second for each 5 of its frames, is stopped and reported."""
SHEET_COLUMNS = 2
SHEET_PICTURE = (640, 360)
SHEET_MARGIN = 24


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo, as its source tells: nothing of it was imported."""

    name: str
    summary: str
    """What it shows: the first line of its docstring, without the name."""
    budget_ms: float
    """Milliseconds of the processor that it allows itself for a tick and a frame together."""
    sources: tuple[Path, ...]
    """Its files of Python: the one that has ``build`` first, then the others by name."""

    @property
    def sentence(self) -> str:
        """The summary with a capital."""
        return self.summary[:1].upper() + self.summary[1:]


@dataclass(frozen=True, slots=True)
class Figures:
    """What one demo's run cost; times in milliseconds."""

    noop: bool
    """Whether the driver left out the drawing itself (Mesa's no-op driver), so that times are those of the engine."""
    frames: int
    tick_p50: float
    tick_p99: float
    render_p50: float
    render_p99: float
    draw_calls: int
    gl_calls: int
    entities: int

    def meets(self, budget_ms: float) -> bool:
        """Whether the median tick and the median frame fit into a budget together."""
        return self.tick_p50 + self.render_p50 <= budget_ms


def find_demos() -> list[Demo]:
    """Every demo, by name. No demo is imported."""
    import ecs_engine.demos

    found = []
    for folder in map(Path, ecs_engine.demos.__path__):
        for path in (*folder.glob("*.py"), *folder.glob("*/__init__.py")):
            name = path.stem if path.parent == folder else path.parent.name
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.FunctionDef) and node.name == "build" for node in tree.body):
                summary = (ast.get_docstring(tree) or "").partition("\n")[0]
                found.append(Demo(name, summary.partition(": ")[2] or summary, _budget(tree), _sources(path)))
    return sorted(found, key=lambda demo: demo.name)


def _budget(tree: ast.Module) -> float:
    """The value of ``BUDGET_MS`` in a demo's source."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "BUDGET_MS" for t in node.targets):
            return float(ast.literal_eval(node.value))
    return SMALL_BUDGET_MS


def _sources(path: Path) -> tuple[Path, ...]:
    """The files of the demo whose ``build`` is at ``path``; without ``__main__.py``, which only calls it."""
    if path.name != "__init__.py":
        return (path,)
    others = sorted(set(path.parent.glob("*.py")) - {path, path.with_name("__main__.py")})
    return (path, *others)


def list_demos() -> None:
    """Print the name of every demo and what it shows."""
    from rich.console import Console
    from rich.table import Table

    table = Table("demo", "what it shows", box=None, header_style="bold")
    for demo in find_demos():
        table.add_row(demo.name, demo.summary)
    Console().print(table)


def run_demo(
    name: str,
    headless: bool = False,
    frames: int | None = None,
    screenshot: Path | None = None,
    overlay: bool = False,
) -> None:
    """Run one demo on this thread until it ends. Main thread only.

    Args:
        headless: draw in memory; without ``frames`` it then ends after :data:`FRAMES`, as nobody could close it.
        frames: end after so many.
        screenshot: where the last picture goes, as PNG.
        overlay: show the live overlay from the first frame on.

    Raises:
        EngineError: there is no demo of that name, or it cannot run here.
    """
    module = load_demo(name)
    app: App = module.build(headless=headless, overlay=overlay)
    app.run(frames=frames or (FRAMES if headless else None), screenshot=screenshot)


def run_windows(frames: int | None = None, overlay: bool = False) -> None:
    """Show every demo in a window, one after the other: closing one opens the next."""
    for demo in find_demos():
        run_demo(demo.name, frames=frames, overlay=overlay)


def run_all(output: Path, frames: int | None = None) -> None:
    """Run every demo in memory and report: pictures, a contact sheet, a page (``index.html``), and a table.

    Each runs in two processes of its own: one draws its picture, the other, on Mesa's no-op driver, gives its figures.

    Args:
        output: the folder for all of it; it is made.
        frames: how many each runs for its figures; by default :data:`FRAMES`.

    Raises:
        EngineError: demos failed; the others have been run and reported all the same.
    """
    from rich.console import Console

    from ecs_engine.demo_page import write_page

    console = Console()
    output.mkdir(parents=True, exist_ok=True)
    results: dict[Demo, Figures | str] = {}
    for demo in find_demos():
        with console.status(f"{demo.name} runs"):
            results[demo] = _run_apart(demo.name, frames or FRAMES, output / f"{demo.name}.png")
    console.print(_table(results))
    failed = {demo.name: result for demo, result in results.items() if isinstance(result, str)}
    for name, said in failed.items():
        console.print(f"[bold red]{name} failed[/]:")
        console.print(said, markup=False, highlight=False, soft_wrap=True)
    shown = {demo: result for demo, result in results.items() if not isinstance(result, str)}
    if shown:
        pictures = {demo: output / f"{demo.name}.png" for demo in shown}
        sheet = output / "contact-sheet.png"
        contact_sheet(pictures, sheet)
        page = write_page(shown, output)
        console.print("Pictures, all of them together in the last but one, and on a page with their sources:")
        for path in (*pictures.values(), sheet, page):
            console.print(f"  {path}", soft_wrap=True)
    if failed:
        raise EngineError(f"Of {len(results)} demos, these failed: {', '.join(failed)}. What they said is above.")


def load_demo(name: str) -> Any:
    """The module of a demo.

    Raises:
        EngineError: there is none of that name.
    """
    names = [demo.name for demo in find_demos()]
    if name not in names:
        raise EngineError(f"There is no demo {name!r}: the demos are {', '.join(names)}.")
    return import_module(f"ecs_engine.demos.{name}")


def _run_apart(name: str, frames: int, picture: Path) -> Figures | str:
    """Draw the picture of one demo and return its figures; or what it said when it failed."""
    picture.unlink(missing_ok=True)  # a picture of an earlier run would hide that there is none of this one
    drawn = _run_process(["picture", name, str(picture)], MOST_SECONDS)
    if drawn.failure:
        return drawn.failure
    measured = _run_process(["measure", name, str(frames)], MOST_SECONDS + frames / 5, GALLIUM_NOOP="1")
    if measured.failure:
        return measured.failure
    for line in dict.fromkeys((drawn.remarks + measured.remarks).splitlines()):
        print(f"{name}: {line}", file=sys.stderr)
    return Figures(**json.loads(measured.output.splitlines()[-1]))


@dataclass(frozen=True, slots=True)
class _Ended:
    """What a process left behind."""

    output: str = ""
    remarks: str = ""
    failure: str = ""


def _run_process(arguments: list[str], seconds: float, **environment: str) -> _Ended:
    """Call :func:`main` in a process of its own."""
    command = [sys.executable, "-m", __name__, *arguments]
    env = {**os.environ, "PYTHONWARNINGS": "default", **environment}
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=seconds)
    except subprocess.TimeoutExpired as error:
        said = error.stderr.decode(errors="replace") if isinstance(error.stderr, bytes) else error.stderr or ""
        return _Ended(failure=f"It did not end within {error.timeout:.0f} s.\n{said}".strip())
    if done.returncode != 0:
        return _Ended(failure=done.stderr.strip() or f"It ended with status {done.returncode} and said nothing.")
    return _Ended(done.stdout, done.stderr)


def draw_picture(name: str, picture: Path) -> None:
    """Bring one demo to its best moment and take its picture. Main thread.

    Raises:
        EngineError: there is no such demo, or it cannot run here.
    """
    with _at_its_best(name) as app:
        app.screenshot(picture)


def measure(name: str, frames: int) -> Figures:
    """Bring one demo to its best moment, then run it on both threads for so many frames. Main thread.

    Raises:
        EngineError: there is no such demo, or it cannot run here.
    """
    with _at_its_best(name) as app:
        for samples in (app.tick_ms, app.render_ms):
            samples.clear()
        frames_before = app.frames
        app.run(frames=frames)
    return Figures(
        noop=app.device.capabilities.is_noop,
        frames=app.frames - frames_before,
        tick_p50=app.tick_ms.percentile(50),
        tick_p99=app.tick_ms.percentile(99),
        render_p50=app.render_ms.percentile(50),
        render_p99=app.render_ms.percentile(99),
        draw_calls=app.device.last_frame.draw_calls,
        gl_calls=app.device.last_frame.gl_calls,
        entities=app.world.entity_count,
    )


@contextmanager
def _at_its_best(name: str) -> Iterator[App]:
    """A demo in memory at the moment that it shows first."""
    module = load_demo(name)
    app: App = module.build(headless=True)
    with app:
        showcase = getattr(module, "showcase", None)
        if showcase is None:
            app.step(60)
        else:
            showcase(app)
        yield app


def _table(results: dict[Demo, Figures | str]) -> Any:
    from rich import box
    from rich.table import Table

    noop = all(result.noop for result in results.values() if not isinstance(result, str))
    title = "The demos: what they cost the processor" if noop else "The demos, with a driver that draws"
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("demo", no_wrap=True)
    headings = ("tick ms\np50/p99", "frame ms\np50/p99", "budget ms", "draws", "GL\ncalls", "entities")
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    for demo, result in results.items():
        if isinstance(result, str):
            table.add_row(demo.name, "[red]failed")
            continue
        table.add_row(
            demo.name,
            f"{result.tick_p50:.2f}/{result.tick_p99:.2f}",
            f"{result.render_p50:.2f}/{result.render_p99:.2f}",
            _judged(demo.budget_ms, result),
            str(result.draw_calls),
            str(result.gl_calls),
            f"{result.entities:,}",
        )
    return table


def _judged(budget_ms: float, figures: Figures) -> str:
    """A budget, and whether it was met, which is the no-op driver's to say."""
    if not figures.noop:
        return f"{budget_ms:g}"
    return f"{budget_ms:g} [green]met" if figures.meets(budget_ms) else f"{budget_ms:g} [red]missed"


def contact_sheet(pictures: dict[Demo, Path], path: Path) -> None:
    """Write one PNG with every picture, and under each the demo's name and what it shows."""
    from PIL import Image

    from ecs_engine.assets import font
    from ecs_engine.assets.palette import LEMON, MIST, NIGHT

    width, height = SHEET_PICTURE
    label = 64
    columns = min(SHEET_COLUMNS, len(pictures))
    rows = -(-len(pictures) // columns)
    step_x, step_y = width + SHEET_MARGIN, height + label + SHEET_MARGIN
    sheet = Image.new("RGB", (columns * step_x + SHEET_MARGIN, rows * step_y + SHEET_MARGIN), NIGHT)
    for index, (demo, source) in enumerate(pictures.items()):
        left = SHEET_MARGIN + index % columns * step_x
        top = SHEET_MARGIN + index // columns * step_y
        with Image.open(source) as picture:
            small = picture.convert("RGB")
            small.thumbnail(SHEET_PICTURE, Image.Resampling.LANCZOS)
        sheet.paste(small, (left + (width - small.width) // 2, top + (height - small.height) // 2))
        words = [(demo.name, 3, LEMON, 6), (_shortened(demo.summary, width // font.ADVANCE), 1, MIST, 42)]
        for text, scale, color, down in words:
            drawn = Image.fromarray(font.text_picture(text, scale, color))
            sheet.paste(drawn, (left, top + height + down), drawn)
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."


def main(arguments: list[str]) -> int:
    """The process of one demo: ``picture NAME PATH``, or ``measure NAME FRAMES``, which prints the figures as JSON.

    The exit status is not 0 when the demo failed; standard error then says why.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s: %(message)s")
    task, name, value = arguments
    try:
        if task == "picture":
            draw_picture(name, Path(value))
        else:
            print(json.dumps(asdict(measure(name, int(value)))))
    except EngineError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
