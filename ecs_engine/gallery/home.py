"""The first screen: all demos, and a field that finds some of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import SupportsIndex

from ecs_engine.assets.palette import LEMON, MIST
from ecs_engine.demo_runner import Demo
from ecs_engine.ui import Button, Column, Command, Grid, Image, Label, Row, TextField

PICTURE = (272, 153)
"""Units of a small picture: four of them fit side by side on a screen of 16 to 9, three on one of 4 to 3."""
SMALL = 15
"""Size of the words below a picture."""


def matches(demo: Demo, asked: str) -> bool:
    """Whether a demo has all the words in its name or its line.

    >>> from ecs_engine.demo_runner import find_demos
    >>> [demo.name for demo in find_demos() if matches(demo, "Hello win")]
    []
    >>> [demo.name for demo in find_demos() if matches(demo, "hello butt")]
    ['hello_ui']
    """
    told = f"{demo.name} {demo.summary}".casefold()
    return all(word in told for word in asked.casefold().split())


class Card(Button):
    """One demo among the others."""

    def __init__(self, demo: Demo, picture: SupportsIndex, on_press: Callable[[], object]) -> None:
        width, height = PICTURE
        content = Column(
            Image(picture, width=width, height=height),
            Row(
                Label(demo.name, color=LEMON, size=19, grow=1),
                Label(f"{demo.budget_ms:g} ms", color=MIST, size=SMALL),
                width=width,
                align="center",
            ),
            Column(Label(demo.sentence, size=SMALL, wrap=width), height=4.8 * SMALL),  # four lines
            gap=5,
        )
        super().__init__(content, on_press, name=demo.name, flat=True)
        self.demo = demo


class Home(Column):
    """Thumbnails of all demos.

    Args:
        demos: each with its picture.
        on_open: called with the demo that the player chooses.
    """

    def __init__(self, demos: Sequence[tuple[Demo, SupportsIndex]], on_open: Callable[[Demo], object]) -> None:
        self.cards = [Card(demo, picture, partial(on_open, demo)) for demo, picture in demos]
        self.count = Label("", color=MIST)
        self.search = TextField(
            placeholder="Find a demo", width=300, on_change=self.filter, on_submit=lambda _: self.open_first()
        )
        self.grid = Grid(*self.cards, gap=14, justify="space_between", grow=1)
        self.nothing = Label("No demo has all these words. Escape shows all.", color=MIST, visible=False)
        super().__init__(
            Row(
                Label("The demos of ecs-engine", size=32), self.count, Label("", grow=1), self.search,
                align="center", gap=18, padding=6,
            ),
            self.nothing,
            self.grid,
            Label(
                "Arrows or stick move    Enter or A opens    Escape or B goes back    ms: its budget for a tick and a "
                "frame",
                size=SMALL, color=MIST, align="center",
            ),
            align="stretch",
            gap=10,
        )  # fmt: skip
        self.filter("")

    @property
    def found(self) -> list[Card]:
        """The cards that are shown, by name."""
        return [card for card in self.cards if card.visible]

    def filter(self, asked: str) -> None:
        """Show the demos that have all words."""
        for card in self.cards:
            card.visible = matches(card.demo, asked)
        self.grid.first = 0
        found, all_of_them = len(self.found), len(self.cards)
        self.nothing.visible = not found
        self.count.text = f"{found} of {all_of_them}" if found < all_of_them else f"{all_of_them}"

    def clear_search(self) -> None:
        """Show all demos again."""
        if self.search.text:
            self.search.text = ""
            self.filter("")

    def open_first(self) -> None:
        """Open the first of those that are shown."""
        if self.found:
            self.found[0].press()

    def on_command(self, command: Command) -> bool:
        """Turn pages also while the field has the focus."""
        if command not in (Command.PAGE_UP, Command.PAGE_DOWN):
            return False
        self.grid.first = self.grid.row_after(command, self.grid.first) or 0
        return True
