"""Text fields: any Unicode, never cut within a character."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine import Key, PasteEvent, Text
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.keys import Modifier
from ecs_engine.ui import TextField
from ecs_engine.ui.graphemes import boundaries

from .conftest import Player

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
SCOTLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
WHOLE = [
    "a", "e\u0301", "o\u0308\u0323", FAMILY, "\U0001f44d\U0001f3fd", "\U0001f1e9\U0001f1ea", SCOTLAND, "\u2764\ufe0f",
    "\uac01", "\u1100\u1161\u11a8", "\u0915\u093f", "\u05e9\u05c1", "x", " ", "\u4e2d",
]  # fmt: skip
"""What a reader takes for one character each."""
EDITS = [Key.LEFT, Key.RIGHT, Key.HOME, Key.END, Key.BACKSPACE, Key.DELETE]


def pieces(text: str) -> list[str]:
    cuts = boundaries(text)
    return [text[begin:end] for begin, end in pairwise(cuts)]


@pytest.mark.parametrize("whole", WHOLE)
def test_a_character_is_whole(whole: str) -> None:
    assert pieces(f"a{whole}b") == ["a", whole, "b"]


def test_neighbours_are_told_apart() -> None:
    flags = "\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7"
    assert pieces(flags) == [flags[:2], flags[2:]]
    assert pieces("a\r\n\u0301b") == ["a", "\r\n", "\u0301", "b"]
    assert pieces("") == []
    assert boundaries("") == [0]


@given(st.text())
def test_no_cut_comes_before_a_mark(text: str) -> None:
    cuts = boundaries(text)
    assert cuts == sorted(set(cuts))
    assert "".join(pieces(text)) == text
    for cut in cuts[1:-1]:
        if text[cut - 1] not in "\r\n\t":
            assert unicodedata.combining(text[cut]) == 0
        assert not ("\ud800" <= text[cut - 1] <= "\udbff" and "\udc00" <= text[cut] <= "\udfff")


@given(
    steps=st.lists(st.sampled_from(EDITS) | st.sampled_from(WHOLE) | st.text(max_size=4), max_size=12),
    most=st.integers(0, 8),
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_writing_and_deleting_keep_characters_whole(player: Player, steps: list[Key | str], most: int) -> None:
    """The caret is always between two characters, there are never too many, and what goes goes as one."""
    said: list[str] = []
    field = player.ui.add(TextField(most=most, on_change=said.append, width=80))
    player.step()
    field.focus()
    for step in steps:
        before = pieces(field.text)
        if isinstance(step, Key):
            player.tap(step)
            if step in (Key.BACKSPACE, Key.DELETE):
                assert len(pieces(field.text)) >= len(before) - 1
            else:
                assert pieces(field.text) == before
        else:
            player.type(step)
        assert field.caret in boundaries(field.text)
        assert len(pieces(field.text)) <= most
        assert not any("\ud800" <= one <= "\udfff" or one in "\n\r\t\0" for one in field.text)
        shown = [label.plain for _, label in player.world.get_component(Text) if label.visible]
        assert all(one in field.text for one in shown)
    if said:
        assert said[-1] == field.text
    field.remove()
    assert player.world.entity_count == 0


def test_the_caret_moves_and_deletes_by_character(player: Player) -> None:
    field = player.ui.add(TextField("".join(WHOLE)))
    player.step()
    field.focus()
    assert field.caret == len(field.text)
    left = list(WHOLE)
    while left:
        player.tap(Key.BACKSPACE)
        left.pop()
        assert field.text == "".join(left)
    player.tap(Key.BACKSPACE)
    assert field.text == ""


def test_writing_in_the_middle(player: Player) -> None:
    said: list[str] = []
    submitted: list[str] = []
    field = player.ui.add(TextField("Zo", on_change=said.append, on_submit=submitted.append))
    player.step()
    player.click(field)
    player.tap(Key.HOME)
    player.type("Ä ")
    assert player.input.text == ""  # the game does not see what is typed
    player.tap(Key.RIGHT)
    player.tap(Key.DELETE)
    player.type("e\u0308")
    assert field.text == "Ä Ze\u0308"
    assert said == ["ÄZo", "Ä Zo", "Ä Z", "Ä Ze", "Ä Ze\u0308"]
    player.tap(Key.ENTER)
    assert submitted == ["Ä Ze\u0308"]
    player.type("a\ud800b\n")
    assert field.text == "Ä Ze\u0308ab"


def test_a_click_puts_the_caret_where_it_is(player: Player) -> None:
    field = player.ui.add(TextField("Some words here", width=300))
    player.step()
    size = player.ui.theme.text_size
    font = player.ui.font
    for count in (0, 4, 8, 15):
        x = field.rect[0] + size * 0.6 + font.measure(field.text[:count] + ".", size)[0] - font.measure(".", size)[0]
        player.click((x, field.rect[1] + 10))
        assert field.caret == count


def test_a_long_text_shows_its_caret(player: Player) -> None:
    field = player.ui.add(TextField("abcdefghij " * 20, width=120))
    player.step()

    def shown() -> str:
        return next(label.plain for _, label in player.world.get_component(Text))

    assert field.text.startswith(shown())  # read from its beginning until it is written in
    player.click(field)
    player.tap(Key.END)
    assert field.text.endswith(shown())
    assert len(shown()) < 20
    player.tap(Key.HOME)
    assert field.text.startswith(shown())


def test_what_is_pasted_is_written(player: Player) -> None:
    field = player.ui.add(TextField("<>"))
    player.app.window.clipboard = "two\nlines\u0301"
    player.step()
    field.focus()
    player.tap(Key.LEFT)
    player.tap(Key.V, Modifier.CONTROL)
    player.step()  # the main thread reads the clipboard before the tick
    player.step()
    assert field.text == "<twolines\u0301>"
    player.ui.focus = None
    player.step(PasteEvent("nobody asked"))
    assert field.text == "<twolines\u0301>"


def test_keys_for_writing_do_not_reach_the_game(player: Player) -> None:
    from ecs_engine.core.events import KeyEvent
    from ecs_engine.core.keys import Action

    field = player.ui.add(TextField())
    player.step()
    player.click(field)
    player.step(*[KeyEvent(key, Action.PRESS) for key in (Key.W, Key.SPACE, Key.F5, Key.ESCAPE)])
    assert [player.input.down(key) for key in (Key.W, Key.SPACE, Key.F5)] == [False, False, True]
    assert not field.focused  # Escape


def test_the_game_sets_the_text(player: Player) -> None:
    said: list[str] = []
    field = player.ui.add(TextField("a long text", on_change=said.append, placeholder="Name"))
    player.step()
    field.focus()
    field.text = "e\u0301"
    player.step()
    assert field.caret == 2
    player.type("x")
    assert (field.text, said) == ("e\u0301x", ["e\u0301x"])
    with pytest.raises(ComponentError, match=r"TextField\.text was set to 5: give a string"):
        field.text = 5  # type: ignore[assignment]
