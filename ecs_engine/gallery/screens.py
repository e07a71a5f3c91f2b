"""The screens in front of the thumbnails: one demo, its source, that it runs, and how it failed."""

from __future__ import annotations

from collections.abc import Callable
from typing import SupportsIndex

from ecs_engine.assets.palette import CORAL, LEMON, MIST
from ecs_engine.demo_runner import Demo
from ecs_engine.gallery.home import SMALL
from ecs_engine.gallery.process import Ended
from ecs_engine.gallery.sources import source_lines
from ecs_engine.text import Font
from ecs_engine.ui import Button, Image, Label, List, Panel, Row, TextView

PICTURE = (640, 360)
"""Units of the large picture."""
CODE_SIZE = 15

Act = Callable[[], object]


class Screen(Panel):
    """A screen in front of the one that it was opened from."""

    def hide(self) -> None:
        """Go back to that."""
        self.visible = False


class DetailsScreen(Screen):
    """One demo: its picture in large, what it shows, and what can be done with it."""

    def __init__(self, on_start: Act, on_source: Act) -> None:
        width, height = PICTURE
        self.heading = Label("", size=32, color=LEMON)
        self.picture = Image(width=width, height=height)
        self.summary = Label("", wrap=width)
        self.facts = Label("", size=SMALL, color=MIST, wrap=width)
        self.start = Button("Start", on_start, accent=True, width=140)
        super().__init__(
            self.heading, self.picture, self.summary, self.facts,
            Row(
                self.start, Button("Source", on_source, width=140), Label("", grow=1), Button("Back", self.hide),
                width=width,
            ),
            gap=14, padding=28, visible=False,
        )  # fmt: skip

    def show(self, demo: Demo, picture: SupportsIndex) -> None:
        """Show a demo."""
        lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in demo.sources)
        files = f"{len(demo.sources)} files, " if len(demo.sources) > 1 else ""
        self.heading.text, self.picture.picture, self.summary.text = demo.name, int(picture), demo.sentence
        self.facts.text = (
            f"{files}{lines:,} lines    budget {demo.budget_ms:g} ms for a tick and a frame\n"
            f"In a terminal: ecs-engine demo {demo.name}    F3 in its window shows the times"
        )
        self.visible = True


class SourceScreen(Screen):
    """The files of a demo."""

    def __init__(self, font: Font) -> None:
        self.heading = Label("", size=26, color=LEMON, grow=1)
        self.files = List(on_change=self.turn, on_submit=lambda _: self.view.focus(), width=180)
        self.view = TextView(font=font, size=CODE_SIZE, grow=1)
        self.demo: Demo | None = None
        super().__init__(
            Row(self.heading, Button("Back", self.hide), align="center"),
            Row(self.files, self.view, align="stretch", grow=1),
            align="stretch", padding=20, gap=12, visible=False,
        )  # fmt: skip

    def show(self, demo: Demo) -> None:
        """Show the source of a demo, beginning with the file that has its ``build``."""
        self.demo = demo
        self.files.items = [path.name for path in demo.sources]
        self.files.selected, self.files.visible = 0, len(demo.sources) > 1
        self.turn(0)
        self.visible = True
        (self.files if self.files.visible else self.view).focus()

    def turn(self, number: int) -> None:
        """Show one of its files."""
        assert self.demo is not None
        path = self.demo.sources[number]
        self.view.lines, self.view.first = source_lines(path), 0
        name = path.name if len(self.demo.sources) == 1 else f"{path.parent.name}/{path.name}"
        self.heading.text = name


class RunningScreen(Screen):
    """Says that a demo runs, and how to come back."""

    def __init__(self, on_stop: Act) -> None:
        self.heading = Label("", size=32, color=LEMON)
        super().__init__(
            self.heading,
            Label("It has a window of its own: close that to come back here."),
            Label("F3 in it shows how long everything takes.", color=MIST),
            Button("Stop it", on_stop),
            align="center", gap=16, padding=36, visible=False,
        )  # fmt: skip

    def show(self, name: str) -> None:
        self.heading.text = f"{name} runs"
        self.visible = True


class FailureScreen(Screen):
    """What a demo said that ended with an error."""

    def __init__(self, font: Font) -> None:
        self.heading = Label("", size=26, color=CORAL)
        self.view = TextView(font=font, size=CODE_SIZE, grow=1)
        super().__init__(
            Row(self.heading, Label("", grow=1), Button("Back", self.hide), align="center"),
            self.view,
            align="stretch", padding=20, gap=12, visible=False,
        )  # fmt: skip

    def show(self, name: str, ended: Ended) -> None:
        """Show the end of what it said, which names the error."""
        self.heading.text = f"{name} ended with an error"
        said = list(ended.said)
        if ended.reason in said:  # it is the last line with words
            said = said[: -1 - said[::-1].index(ended.reason)]
        self.view.lines = [*said, [(ended.reason, CORAL)]]
        self.view.first = len(self.view.lines)
        self.visible = True
        self.view.focus()
