"""A line that the player writes in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from operator import index
from typing import TYPE_CHECKING, Any

from ecs_engine.core.clipboard import Clipboard
from ecs_engine.core.setting import Setting
from ecs_engine.text import Font
from ecs_engine.ui.controls import Phase
from ecs_engine.ui.fitting import fitting, line_width
from ecs_engine.ui.graphemes import boundaries
from ecs_engine.ui.keys import Command
from ecs_engine.ui.painter import Painter
from ecs_engine.ui.widget import FUNCTION, PAINT, WORDS, Widget, callback, words

if TYPE_CHECKING:
    from ecs_engine.ui.ui import UI


def _most(value: int) -> int:
    if index(value) < 0:
        raise ValueError(value)
    return index(value)


def _line(value: str) -> str:
    """A text without what would end the line or is no character: control characters and half surrogate pairs."""
    return "".join([c for c in words(value) if c.isprintable() or _joins(c)])


_SILENT = "\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000"


def _joins(character: str) -> bool:
    """Whether a character that is not printed by itself has a say in how others are: joiners, marks of direction."""
    return (
        character in "\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000"
        or "\U000e0020" <= character <= "\U000e007f"
    )


class TextField(Widget):
    """A line of text to write in, of any Unicode. The caret moves by what a reader takes for one character.

    Args:
        text: what is in it; control characters and line ends are left out.
        placeholder: shown dimmed while it is empty.
        most: how many characters (grapheme clusters) it takes.
        on_change: called with the text when the player changes it, not when the game sets it.
        on_submit: called with the text when the player presses Enter.
        settings: as of :class:`~ecs_engine.ui.Widget`; it is twelve times as wide as words are high unless told
            otherwise.
    """

    text = Setting(_line, PAINT, WORDS)
    placeholder = Setting(_line, PAINT, WORDS)
    most = Setting(_most, 0, "a whole number from 0")
    on_change = Setting(callback, 0, FUNCTION)
    on_submit = Setting(callback, 0, FUNCTION)
    focusable = True
    levels = 2
    takes_keys = True
    takes_text = True

    def __init__(
        self,
        text: str = "",
        *,
        placeholder: str = "",
        most: int = 1000,
        on_change: Callable[[str], object] | None = None,
        on_submit: Callable[[str], object] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self.text, self.placeholder, self.most = text, placeholder, most
        self.on_change, self.on_submit = on_change, on_submit
        self._caret = len(self.text)
        self._first = 0
        """Where what is shown begins: a text that is too long is cut at whole characters."""

    @property
    def caption(self) -> str:
        return self.placeholder

    @property
    def caret(self) -> int:
        """Before which of the text's code points the caret stands; never within a character."""
        cuts = boundaries(self.text)
        return cuts[max(bisect_right(cuts, self._caret) - 1, 0)] if self._caret < len(self.text) else len(self.text)

    @caret.setter
    def caret(self, caret: int) -> None:
        self._caret = min(max(caret, 0), len(self.text))
        self._caret = self.caret
        self.repaint()

    def write(self, text: str) -> None:
        """Do what happens when the player types or pastes something."""
        caret = self.caret
        before, after = self.text[:caret], self.text[caret:]
        for character in _line(text):
            if len(boundaries(before + character + after)) - 1 > self.most:
                break
            before += character
        self._edit(before, after)

    def _edit(self, before: str, after: str) -> None:
        if before + after == self.text and len(before) == self.caret:
            return
        changed = before + after != self.text
        self.text = before + after
        self.caret = len(before)
        if changed:
            self.call(self.on_change, self.text)

    # -- what the player does --------------------------------------------------------------------------
    def on_text(self, text: str) -> bool:
        self.write(text)
        return True

    def on_command(self, command: Command) -> bool:
        cuts, caret, text = boundaries(self.text), self.caret, self.text
        before = cuts[max(bisect_left(cuts, caret) - 1, 0)]
        after = cuts[min(bisect_right(cuts, caret), len(cuts) - 1)]
        match command:
            case Command.LEFT:
                self.caret = before
            case Command.RIGHT:
                self.caret = after
            case Command.HOME:
                self.caret = 0
            case Command.END:
                self.caret = len(text)
            case Command.BACKSPACE:
                self._edit(text[:before], text[caret:])
            case Command.DELETE:
                self._edit(text[:caret], text[after:])
            case Command.ACCEPT:
                self.call(self.on_submit, text)
            case Command.SPACE:
                pass  # it comes as text, too
            case Command.PASTE if self.ui is not None:
                self.ui.world.resource(Clipboard).ask()  # the answer comes as text
            case _:
                return False
        return True

    def on_focus(self, focused: bool) -> None:
        if focused:
            self.caret = len(self.text)

    def on_point(self, x: float, y: float, phase: Phase) -> None:
        if phase == "release" or self.ui is None:
            return
        font, size = self.ui.font, self.ui.theme.text_size
        at = x - self.rect[0] - self._padding(size)
        cuts = [cut for cut in boundaries(self.text) if cut >= self._first]
        ends = [line_width(font, size, self.text[self._first : cut]) for cut in cuts]
        self.caret = cuts[min(range(len(cuts)), key=lambda number: abs(ends[number] - at))]

    # -- its picture -----------------------------------------------------------------------------------
    def measure(self, ui: UI) -> tuple[float, float]:
        return ui.theme.text_size * 12.0, ui.theme.text_size * 2.0

    @staticmethod
    def _padding(size: float) -> float:
        return size * 0.6

    def paint(self, painter: Painter) -> None:
        theme, font, size = painter.theme, painter.font, painter.theme.text_size
        x, y, width, height = self.rect
        writing = self.focused
        edge = theme.accent if writing else theme.control_edge
        painter.box(x, y, width, height, theme.field, corner=theme.corner, edge=theme.edge, edge_color=edge)
        left, room = x + self._padding(size), max(width - 2 * self._padding(size), 0.0)
        line = font.measure("", size)[1]
        top = y + (height - line) / 2
        shown = self._cut(font, size, room)
        if shown:
            painter.words(left, top, shown, theme.text)
        elif self.placeholder and not self.text:
            painter.words(left, top, fitting(font, size, self.placeholder, room), theme.text_dim)
        if writing:
            at = left + line_width(font, size, self.text[self._first : self.caret])
            painter.box(at - 1, top, max(theme.edge, 2.0), line, theme.accent, level=1)

    def _cut(self, font: Font, size: float, room: float) -> str:
        """The part of the text that is shown: with the caret, and as much before and behind it as fits."""
        caret, cuts = self.caret if self.focused else 0, boundaries(self.text)
        if self._first not in cuts:
            self._first = 0
        self._first = min(self._first, caret)
        for cut in cuts:
            if cut >= self._first and (cut == caret or line_width(font, size, self.text[cut:caret]) <= room):
                self._first = cut
                break
        while self._first > 0:  # more of it fits, now that there is less behind
            sooner = cuts[bisect_left(cuts, self._first) - 1]
            if line_width(font, size, self.text[sooner:]) > room:
                break
            self._first = sooner
        return fitting(font, size, self.text[self._first :], room)
