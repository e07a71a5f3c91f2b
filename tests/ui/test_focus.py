"""Where the focus goes: by keys, by gamepads, and with modal screens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine import EngineError, GamepadAxis, GamepadButton, Key
from ecs_engine.core.events import GamepadAxisEvent, GamepadEvent
from ecs_engine.core.keys import Modifier
from ecs_engine.ui import Button, Column, Label, Panel, Row, Slider, TextField, Toggle, Widget
from ecs_engine.ui.focus import nearest, next_of

from .conftest import Player


def test_tab_goes_round_in_the_order_of_the_tree(player: Player) -> None:
    a, b, c, d = Button("a"), Toggle("b"), Slider(0.5), TextField()
    player.ui.add(Column(a, Row(Label("words"), b, Button("off", enabled=False)), Button("gone", visible=False), c, d))
    player.step()
    seen = []
    for _ in range(5):
        player.tap(Key.TAB)
        seen.append(player.ui.focus)
    assert seen == [a, b, c, d, a]
    player.tap(Key.TAB, Modifier.SHIFT)
    assert player.ui.focus is d


def grid(player: Player) -> list[list[Button]]:
    rows = [[Button(f"{row}{column}") for column in range(3)] for row in range(3)]
    player.ui.add(Column(*[Row(*row) for row in rows]))
    player.step()
    return rows


def test_arrows_go_to_the_nearest(player: Player) -> None:
    rows = grid(player)
    player.tap(Key.TAB)
    for key, row, column in (
        (Key.RIGHT, 0, 1), (Key.DOWN, 1, 1), (Key.DOWN, 2, 1), (Key.DOWN, 2, 1), (Key.LEFT, 2, 0), (Key.UP, 1, 0),
    ):  # fmt: skip
        player.tap(key)
        assert player.ui.focus is rows[row][column]


def test_gamepads_do_what_keys_do(player: Player) -> None:
    rows = grid(player)
    said: list[int] = []
    rows[1][1].on_press = lambda: said.append(1)
    player.ui.focus = rows[0][0]
    player.button(GamepadButton.DOWN)  # shows where the focus is
    assert player.ui.focus is rows[0][0]
    player.button(GamepadButton.DOWN)
    player.step(GamepadEvent(0, True), *[GamepadAxisEvent(GamepadAxis.LEFT_X, value) for value in (0.5, 1.0)])
    assert player.ui.focus is rows[1][1]
    player.step(GamepadAxisEvent(GamepadAxis.LEFT_X, 0.8))  # still held
    assert player.ui.focus is rows[1][1]
    player.button(GamepadButton.A)
    assert said == [1]
    assert not player.input.down(GamepadButton.A)
    player.step(GamepadAxisEvent(GamepadAxis.LEFT_X, 0.0), GamepadAxisEvent(GamepadAxis.LEFT_Y, 1.0))
    assert player.ui.focus is rows[0][1]
    player.button(GamepadButton.B)
    assert player.ui.focus is None


class Spot(Widget):
    focusable = True


@given(
    boxes=st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(1, 60), st.integers(1, 60)), min_size=1
    ),
    way=st.sampled_from([(1, 0), (-1, 0), (0, 1), (0, -1)]),
)
def test_what_is_nearest_lies_ahead(boxes: list[tuple[int, int, int, int]], way: tuple[int, int]) -> None:
    spots = []
    for box in boxes:
        spot = Spot()
        spot.rect = (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        spots.append(spot)
    focus = spots[0]
    found = nearest(spots, focus, *way)
    if found is None:
        return
    axis, sign = (0, way[0]) if way[0] else (1, way[1])
    middle = [one.rect[axis] + one.rect[2 + axis] / 2 for one in (focus, found)]
    assert sign * (middle[1] - middle[0]) > 0
    assert found is not focus


def test_the_next_of_nothing_is_nothing() -> None:
    assert next_of([], None, 1) is None
    spots = [Spot(), Spot()]
    assert next_of(spots, None, -1) is spots[1]


def test_a_modal_screen_takes_the_focus_and_gives_it_back(player: Player) -> None:
    said: list[str] = []
    behind = Button("behind", lambda: said.append("behind"), width=600, height=300)
    player.ui.add(behind)
    go_on = Button("Go on", lambda: said.append("go on"))
    last = Button("Quit")

    def cancel() -> None:
        said.append("cancel")
        pause.visible = False

    pause = player.ui.add(Panel(Label("Paused"), go_on, last, visible=False), modal=True, on_cancel=cancel)
    player.step()
    assert player.ui.modal is None
    player.tap(Key.TAB)
    assert behind.focused
    pause.visible = True
    player.step()
    assert player.ui.modal is pause
    assert go_on.focused
    for _ in range(3):
        player.tap(Key.TAB)
    assert last.focused  # it stays within
    player.click(behind, (0.02, 0.02))
    assert said == []
    player.tap(Key.UP)
    player.tap(Key.ENTER)
    assert said == ["go on"]
    player.tap(Key.ESCAPE)
    assert said == ["go on", "cancel"]
    player.step()
    assert behind.focused
    assert player.ui.modal is None


def test_the_game_may_choose_the_control_of_a_modal_screen(player: Player) -> None:
    second = Button("second")
    screen = player.ui.add(Panel(Button("first"), second, visible=False), modal=True)
    player.step()
    screen.visible = True
    second.focus()
    player.step()
    assert second.focused
    screen.remove()
    player.step()
    assert player.ui.focus is None


def test_modal_screens_stack(player: Player) -> None:
    below = Button("below")
    first = player.ui.add(Panel(below), modal=True)
    player.step()
    above = Button("above")
    second = player.ui.add(Panel(above), modal=True)
    player.step()
    assert (player.ui.modal, player.ui.focus) == (second, above)
    second.remove()
    player.step()
    assert (player.ui.modal, player.ui.focus) == (first, below)


def test_what_is_hidden_or_disabled_loses_the_focus(player: Player) -> None:
    button = Button("a")
    panel = player.ui.add(Panel(button))
    player.step()
    for hide, show in (("visible", True), ("enabled", True)):
        player.ui.focus = button
        setattr(panel, hide, False)
        player.step()
        assert player.ui.focus is None
        setattr(panel, hide, show)
        player.step()


def test_what_cannot_have_the_focus_is_refused(player: Player) -> None:
    words = player.ui.add(Label("words"))
    with pytest.raises(EngineError, match="Label 'words' cannot have the focus"):
        words.focus()
    with pytest.raises(EngineError, match="Button 'a' was to get the focus, and is in no UI"):
        Button("a").focus()
