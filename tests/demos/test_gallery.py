"""The gallery: what it shows and finds, its screens, and what becomes of demos that fail."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ecs_engine import App, Key
from ecs_engine.core.events import Event, KeyEvent, TextEvent
from ecs_engine.core.keys import Action
from ecs_engine.demo_runner import Demo, find_demos
from ecs_engine.gallery import Gallery, build, show_gallery
from ecs_engine.gallery import gallery as module
from ecs_engine.gallery.draw_thumbnails import shrink
from ecs_engine.gallery.process import Ended, Run
from ecs_engine.gallery.sources import source_lines
from ecs_engine.gallery.thumbnails import FOLDER, SIZE, thumbnail
from ecs_engine.testing import compare_golden, stand_ins
from ecs_engine.ui import Button, TextView

GOLDEN = Path(__file__).parent / "golden"
NAMES = [demo.name for demo in find_demos()]
BREAKS = '"""Breaks: it raises."""\ndef build(**options):\n    raise ValueError("this demo is broken")\n'


class Visitor:
    """Goes through a gallery by events, tick by tick."""

    def __init__(self, app: App) -> None:
        self.app = app
        found = app.world.get_processor(Gallery)
        assert found is not None
        self.gallery = found
        app.step()

    def step(self, *events: Event) -> None:
        for event in events:
            self.app.events.push(event)
        self.app.step(2, draw=False)

    def tap(self, *keys: Key) -> None:
        for key in keys:
            self.step(KeyEvent(key, Action.PRESS), KeyEvent(key, Action.RELEASE))

    def type(self, text: str) -> None:
        self.step(*map(TextEvent, text))

    @property
    def found(self) -> list[str]:
        return [card.demo.name for card in self.gallery.home.found]

    @property
    def focus(self) -> str:
        focus = self.gallery.ui.focus
        return "" if focus is None else focus.name or focus.caption


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    with build(**stand_ins((1280, 720))) as app:
        yield Visitor(app)


# -- pictures ------------------------------------------------------------------------------------------------
def test_every_demo_has_its_picture_and_no_other_is_there() -> None:
    assert sorted(path.name for path in FOLDER.iterdir()) == [f"{name}.webp" for name in NAMES], "make thumbnails"
    for name in NAMES:
        path = thumbnail(name)
        assert path is not None
        with Image.open(path) as picture:
            assert picture.size == SIZE


def test_the_pictures_look_like_the_demos() -> None:
    """A demo's golden picture is of another moment; but among all of them its thumbnail is one of the nearest to it."""

    def blurred(path: Path) -> Any:
        with Image.open(path) as picture:
            return np.asarray(picture.convert("RGB").resize((16, 9), Image.Resampling.BOX), np.float64)

    golden = {name: blurred(GOLDEN / f"{name}.png") for name in NAMES}
    for name in NAMES:
        small = blurred(FOLDER / f"{name}.webp")
        apart = {other: np.abs(small - picture).mean() for other, picture in golden.items()}
        assert name in sorted(apart, key=apart.__getitem__)[:4]


@pytest.mark.parametrize(("size", "bars"), [((1280, 720), 0), ((1760, 720), 49)])
def test_a_picture_of_another_shape_has_bars(size: tuple[int, int], bars: int, tmp_path: Path) -> None:
    Image.new("RGB", size, (250, 120, 30)).save(tmp_path / "large.png")
    shrink(tmp_path / "large.png", tmp_path / "small.webp")
    with Image.open(tmp_path / "small.webp") as picture:
        assert picture.size == SIZE
        column = np.asarray(picture.convert("RGB"), np.int64)[:, 320]
    assert (np.abs(column - (250, 120, 30)).max(axis=1) > 60).sum() == 2 * bars


# -- the first screen ----------------------------------------------------------------------------------------
def test_all_demos_are_there(visitor: Visitor) -> None:
    assert visitor.found == NAMES
    assert visitor.gallery.home.count.text == str(len(NAMES))
    assert visitor.gallery.ui.focus is visitor.gallery.home.search


def test_the_list_is_filtered_as_one_types(visitor: Visitor) -> None:
    visitor.type("tiLED ")
    assert visitor.found == [demo.name for demo in find_demos() if "tiled" in demo.summary.lower()]
    assert 0 < len(visitor.found) < len(NAMES)
    assert visitor.gallery.home.count.text == f"{len(visitor.found)} of {len(NAMES)}"
    visitor.type("nothing like it")
    assert visitor.found == []
    assert visitor.gallery.home.nothing.shown
    visitor.tap(Key.ESCAPE)
    assert visitor.found == NAMES
    assert not visitor.gallery.home.nothing.shown


def test_arrows_and_pages_reach_every_demo(visitor: Visitor) -> None:
    visitor.tap(Key.PAGE_DOWN)
    first = visitor.gallery.home.grid.first
    assert first == visitor.gallery.home.grid.shown_rows
    visitor.tap(Key.PAGE_UP, Key.DOWN, Key.HOME)
    seen = [visitor.focus]
    row = Key.RIGHT
    while visitor.focus != NAMES[-1]:
        visitor.tap(row)
        if visitor.focus == seen[-1]:  # the end of a row: on in the next, the other way
            row = Key.LEFT if row is Key.RIGHT else Key.RIGHT
            visitor.tap(Key.DOWN)
        seen.append(visitor.focus)
        assert len(seen) <= len(NAMES)
        focus = visitor.gallery.ui.focus
        assert focus is not None
        assert focus.shown


# -- one demo, and its source --------------------------------------------------------------------------------
def test_one_demo_is_shown_and_left_again_where_one_was(visitor: Visitor) -> None:
    visitor.tap(Key.DOWN, Key.END)
    assert visitor.focus == NAMES[-1]
    first = visitor.gallery.home.grid.first
    visitor.tap(Key.ENTER)
    details = visitor.gallery.details
    demo = find_demos()[-1]
    assert (details.heading.text, details.shown) == (demo.name, True)
    assert details.summary.text == demo.sentence
    assert f"budget {demo.budget_ms:g} ms" in details.facts.text
    assert details.picture.picture == int(visitor.gallery.pictures[demo.name])
    visitor.tap(Key.RIGHT, Key.ENTER)
    assert visitor.gallery.source.shown
    visitor.tap(Key.ESCAPE)
    assert (visitor.gallery.source.shown, details.shown, visitor.focus) == (False, True, "Source")
    for _ in range(2):  # once more than is needed
        visitor.tap(Key.ESCAPE)
        assert (details.shown, visitor.focus, visitor.gallery.home.grid.first) == (False, NAMES[-1], first)


def test_enter_in_the_field_opens_the_first_that_was_found(visitor: Visitor) -> None:
    visitor.type("typewriter")
    visitor.tap(Key.ENTER)
    assert visitor.gallery.demo is not None
    assert visitor.gallery.demo.name == "typography"


def shown_lines(view: TextView) -> list[str]:
    return ["".join(text for text, _ in line) for line in view.lines]


def test_the_source_is_read_file_by_file(visitor: Visitor) -> None:
    demo = next(one for one in find_demos() if one.name == "asteroids")
    visitor.gallery.open(demo)
    visitor.step()
    visitor.gallery.read()
    visitor.step()
    source = visitor.gallery.source
    assert source.files.items == tuple(path.name for path in demo.sources)
    assert visitor.gallery.ui.focus is source.files
    for number, path in enumerate(demo.sources):
        assert source.files.selected == number
        assert source.heading.text == f"asteroids/{path.name}"
        written = path.read_text(encoding="utf-8").splitlines()
        for line, (shown, wanted) in enumerate(zip(shown_lines(source.view), written, strict=True), 1):
            assert shown == f"{line}".ljust(len(str(len(written))) + 2) + wanted
        visitor.tap(Key.DOWN)
    visitor.gallery.source.view.focus()
    visitor.tap(Key.END)
    assert source.view.first > 0


def test_one_file_needs_no_list(visitor: Visitor) -> None:
    visitor.type("slime on a meadow")
    visitor.tap(Key.ENTER, Key.RIGHT, Key.ENTER)
    source = visitor.gallery.source
    assert source.heading.text == "hello.py"
    assert not source.files.shown
    assert visitor.gallery.ui.focus is source.view


def test_sources_are_in_colour(tmp_path: Path) -> None:
    from ecs_engine.gallery.sources import COLOURS

    path = tmp_path / "x.py"
    path.write_text('\n\ndef one():  # two\n    """Three\n    lines."""\n    return 4\n\n', encoding="utf-8")
    lines = source_lines(path)
    assert ["".join(text for text, _ in line) for line in lines] == [
        "1  ", "2  ", "3  def one():  # two", '4      """Three', '5      lines."""', "6      return 4",
    ]  # fmt: skip
    assert ("def", COLOURS["keyword"]) in lines[2]
    assert ("one", COLOURS["definition"]) in lines[2]
    assert ("# two", COLOURS["comment"]) in lines[2]
    assert ('    lines."""', COLOURS["string"]) in lines[4]
    assert ("4", COLOURS["number"]) in lines[5]


# -- demos that fail -----------------------------------------------------------------------------------------
@pytest.fixture
def breaks(demos_of: Callable[..., None]) -> Iterator[Visitor]:
    """A gallery with a demo that raises, before that needs a display."""
    demos_of(breaks=BREAKS)
    with build(**stand_ins((1280, 720))) as app:
        yield Visitor(app)


def test_a_demo_that_raises_comes_back_with_its_traceback(breaks: Visitor) -> None:
    gallery = breaks.gallery
    breaks.tap(Key.ENTER, Key.ENTER)  # opens it, starts it
    assert gallery.running.shown
    assert gallery.run is not None
    gallery.run.wait()
    breaks.step()
    assert (gallery.run, gallery.running.shown, gallery.failure.shown) == (None, False, True)
    assert gallery.failure.heading.text == "breaks ended with an error"
    said = shown_lines(gallery.failure.view)
    assert "Traceback (most recent call last):" in said
    assert any('breaks.py", line 3, in build' in line for line in said)
    assert said[-1] == "ValueError: this demo is broken"
    assert gallery.ui.focus is gallery.failure.view
    breaks.tap(Key.ESCAPE)
    assert (gallery.failure.shown, gallery.details.shown, breaks.focus) == (False, True, "Start")
    breaks.tap(Key.ENTER)  # and once more
    assert gallery.run is not None
    gallery.run.wait()
    breaks.step()
    assert gallery.failure.shown


def test_a_demo_without_a_picture_is_shown_all_the_same(breaks: Visitor) -> None:
    assert breaks.found == ["breaks"]
    breaks.app.step()


def test_a_python_that_cannot_be_started_is_told(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    visitor.tap(Key.DOWN, Key.ENTER, Key.ENTER)
    assert visitor.gallery.failure.shown
    assert "/nowhere/python" in shown_lines(visitor.gallery.failure.view)[-1]


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("os._exit(7)", 7, "It ended with status 7."),
        ("os.kill(os.getpid(), 9)", -9, "It was ended by signal 9: Killed."),
        ("raise SystemExit('enough')", 1, "enough"),
        ("print('x' * 10, file=sys.stderr); sys.exit(0)", 0, "xxxxxxxxxx"),
    ],
)
def test_how_a_demo_ended(demos_of: Callable[..., None], body: str, status: int, reason: str) -> None:
    demos_of(ends=f'"""Ends: somehow."""\nimport os, sys\ndef build(**options):\n    {body}\n')
    run = Run("ends")
    run.wait()
    assert run.ended is not None
    assert (run.ended.status, run.ended.reason) == (status, reason)


def test_a_crash_has_a_traceback_too(demos_of: Callable[..., None]) -> None:
    demos_of(falls='"""Falls: in C."""\nimport ctypes\ndef build(**options):\n    ctypes.string_at(0)\n')
    run = Run("falls")
    run.wait()
    assert run.ended is not None
    assert run.ended.status < 0
    assert "Fatal Python error: Segmentation fault" in run.ended.said
    assert any("falls.py" in line and "in build" in line for line in run.ended.said)


def test_a_demo_that_hangs_is_stopped(demos_of: Callable[..., None]) -> None:
    demos_of(hangs='"""Hangs: it never ends."""\nimport threading\ndef build(**_):\n    threading.Event().wait()\n')
    with build(**stand_ins((1280, 720))) as app:
        visitor = Visitor(app)
        visitor.tap(Key.ENTER, Key.ENTER)
        run = visitor.gallery.run
        assert run is not None
        assert isinstance(visitor.gallery.ui.focus, Button)
        visitor.tap(Key.ESCAPE)  # does not stop it by mistake
        assert visitor.gallery.running.shown
        visitor.tap(Key.ENTER)
        run.wait()
        visitor.step()
        assert (visitor.gallery.run, visitor.gallery.failure.shown, visitor.focus) == (None, False, "Start")


# -- off screen ----------------------------------------------------------------------------------------------
@pytest.mark.gl
def test_a_picture_of_it_off_screen(tmp_path: Path) -> None:
    show_gallery(headless=True, screenshot=tmp_path / "gallery.png")
    with Image.open(tmp_path / "gallery.png") as picture:
        assert picture.size == (1280, 720)
        assert len(picture.getcolors(1 << 20) or ()) > 5000


SHOWN = ("animation", "asteroids", "fireworks", "hello", "isometric", "pixels", "shapes", "widgets")
"""Those in the golden pictures, which so stay as they are when demos are added."""
TRACEBACK = (
    "Traceback (most recent call last):",
    '  File "game.py", line 7, in build',
    "    raise ValueError(name)",
    "ValueError: there is no level of that name",
)


@pytest.fixture
def pictured(monkeypatch: pytest.MonkeyPatch) -> Iterator[Visitor]:
    def eight() -> list[Demo]:
        return [demo for demo in find_demos() if demo.name in SHOWN]

    monkeypatch.setattr(module, "find_demos", eight)
    with build(headless=True, size=(1280, 720)) as app:
        app.assets.wait()
        yield Visitor(app)


@pytest.mark.gl
def test_its_screens_look_as_they_did(pictured: Visitor, tmp_path: Path) -> None:
    app, gallery = pictured.app, pictured.gallery

    def look(name: str) -> None:
        app.step()
        pixels = app.read_pixels()
        small = pixels.reshape(360, 2, 640, 2, 4).mean(axis=(1, 3)).round().astype(np.uint8)
        compare_golden(name, small, GOLDEN, tolerance=24, max_different=0.01, output=tmp_path)

    pictured.tap(Key.DOWN, Key.LEFT, Key.DOWN)
    look("gallery-home")
    gallery.open(next(demo for demo in find_demos() if demo.name == "hello"))
    look("gallery-details")
    gallery.read()
    pictured.step()
    look("gallery-source")
    gallery.source.hide()
    gallery.failure.show("hello", Ended(1, TRACEBACK))
    pictured.step()
    look("gallery-failure")
