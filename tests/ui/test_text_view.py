"""Lines to read: broken where they are too long, scrolled, in colours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine import Key, Text
from ecs_engine.core.errors import ComponentError
from ecs_engine.testing.app import FakeApp
from ecs_engine.text import Font
from ecs_engine.ui import TextView
from ecs_engine.ui.fitting import broken, line_width

from .conftest import Player

LEMON = (255, 226, 122, 255)


@pytest.fixture(scope="module")
def pixels() -> Font:
    """The pixel font, whose characters are 6 dots wide; an em has 10."""
    with FakeApp() as app:
        return app.fonts.default


def rows(font: Font, text: str, columns: int) -> list[str]:
    return ["".join(piece for piece, _ in row) for row in broken(font, 10, ((text, None),), columns * 6.0)]


def test_long_lines_go_on_in_the_next_row(pixels: Font) -> None:
    assert rows(pixels, "short", 10) == ["short"]
    assert rows(pixels, "some longer words", 12) == ["some longer ", "    words"]
    assert rows(pixels, "  an indented line", 14) == ["  an indented ", "      line"]
    assert rows(pixels, "abcdefghijklmnopqrst", 12) == ["abcdefghijkl", "    mnopqrst"]
    assert rows(pixels, "", 10) == [""]


@given(
    text=st.text(alphabet="ab c\u00e9\u0301", max_size=60),
    columns=st.integers(1, 20),
    cut=st.integers(0, 60),
)
def test_nothing_is_lost_and_all_fits(pixels: Font, text: str, columns: int, cut: int) -> None:
    line = ((text[:cut], None), (text[cut:], LEMON))
    found = broken(pixels, 10, line, columns * 6.0)
    indent = len(text) - len(text.lstrip(" "))
    margin = " " * (indent + 4) if (indent + 4) * 2 <= columns else ""
    assert (
        "".join("".join(piece for piece, _ in row)[len(margin) if number else 0 :] for number, row in enumerate(found))
        == text
    )
    for row in found:
        words = "".join(piece for piece, _ in row)
        assert line_width(pixels, 10, words) <= columns * 6.0 + 1e-3 or len(words.strip(" ")) <= 2


def test_it_shows_whole_rows_and_scrolls(player: Player) -> None:
    view = TextView([f"line {number}" for number in range(50)], rows=5)
    player.ui.add(view)
    player.step()
    texts = [text for _, text in player.world.get_component(Text)]

    def first() -> str:
        return min((text.plain for text in texts if text.visible), key=lambda words: int(words.split()[1]))

    assert (view.row_count, view.shown_rows, len(texts)) == (50, 5, 5)
    player.scroll(view, -1.0)
    assert (view.first, first()) == (3, "line 3")
    view.focus()
    for key, row in (
        (Key.DOWN, 4), (Key.UP, 3), (Key.PAGE_DOWN, 8), (Key.END, 45), (Key.PAGE_DOWN, 45), (Key.PAGE_UP, 40),
        (Key.HOME, 0),
    ):  # fmt: skip
        player.tap(key)
        assert (view.first, first()) == (row, f"line {row}")
    view.first = 1000
    player.step()
    assert (view.first, first()) == (45, "line 45")
    view.lines = ["only line 0"]
    player.step()
    assert view.first == 0


def test_at_the_end_the_focus_goes_on(player: Player) -> None:
    from ecs_engine.ui import Button, Column

    view, button = TextView(["a", "b", "c"], rows=2), Button("Back")
    player.ui.add(Column(view, button), modal=True)
    player.step()
    assert view.focused
    for focus in (view, button):
        player.tap(Key.DOWN)
        assert player.ui.focus is focus


def test_pieces_have_their_own_colours(player: Player) -> None:
    view = TextView([["plain ", ("yellow", LEMON[:3])]], enabled=False)
    player.ui.add(view)
    player.step()
    (text,) = [text for _, text in player.world.get_component(Text)]
    dim = round(255 * player.ui.theme.disabled)
    assert text.text == (("plain ", None), ("yellow", (*LEMON[:3], dim)))
    with pytest.raises(ComponentError, match=r"TextView\.lines was set to 'one string': give a sequence of lines"):
        view.lines = "one string"
    with pytest.raises(ComponentError, match=r"TextView\.rows"):
        view.rows = 0


def test_a_narrower_view_has_more_rows(player: Player) -> None:
    view = TextView(["many words " * 20], width=600)
    player.ui.add(view)
    player.step()
    wide = view.row_count
    view.width = 300
    player.step()
    assert view.row_count > wide > 1
