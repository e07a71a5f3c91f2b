"""Grids: how many columns fit, which rows are shown, and where the focus goes."""

from __future__ import annotations

import pytest

from ecs_engine import GamepadAxis, GamepadButton, Key
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.events import FocusEvent, GamepadAxisEvent, GamepadButtonEvent
from ecs_engine.core.keys import Action
from ecs_engine.ui import Button, Column, Grid, Label, TextField, Widget
from ecs_engine.ui.repeat import DELAY, EVERY

from .conftest import Player


def buttons(count: int) -> list[Button]:
    return [Button(f"{number}", width=100, height=40) for number in range(count)]


def shown(grid: Grid) -> list[str]:
    return [child.caption for child in grid.children if child.shown]


@pytest.fixture
def grid(player: Player) -> Grid:
    """Two rows of three, of eleven."""
    grid = Grid(*buttons(11), width=340, height=90, gap=10)
    player.ui.add(Column(TextField(), grid))
    player.step()
    return grid


def test_as_many_columns_as_fit(player: Player) -> None:
    grid = player.ui.add(Grid(*buttons(5), width=330, height=500, gap=10), anchor=(0, 1), margin=0)
    player.step()
    assert [child.rect[:2] for child in grid.children] == [(0, 0), (110, 0), (220, 0), (0, 50), (110, 50)]
    grid.width = 209
    player.step()
    assert [child.rect[:2] for child in grid.children[:3]] == [(0, 0), (0, 50), (0, 100)]
    grid.width, grid.justify = 420, "space_between"
    player.step()
    assert [child.rect[0] for child in grid.children[:3]] == [0, 160, 320]


def test_columns_and_rows_that_are_asked_for(player: Player) -> None:
    grid = player.ui.add(Grid(*buttons(7), columns=2, rows=2, gap=10, padding=5), anchor=(0, 1), margin=0)
    player.step()
    assert grid.rect[2:] == (220, 100)
    assert (grid.row_count, grid.shown_rows) == (4, 2)
    for name in ("columns", "rows"):
        with pytest.raises(ComponentError, match="a whole number from 1"):
            setattr(grid, name, 0)


def test_cells_are_as_large_as_the_largest(player: Player) -> None:
    small, large = Label("a"), Button("b", width=200, height=70)
    grid = player.ui.add(Grid(small, large, columns=2, gap=0), anchor=(0, 1), margin=0)
    player.step()
    assert small.rect == (0, 0, 200, 70)
    grid.align = "center"
    player.step()
    assert small.rect[2] < 200
    assert small.rect[0] + small.rect[2] / 2 == 100


def test_rows_that_do_not_fit_are_scrolled_to(player: Player, grid: Grid) -> None:
    assert (grid.row_count, grid.shown_rows) == (4, 2)
    assert shown(grid) == ["0", "1", "2", "3", "4", "5"]
    player.scroll(grid, -1.0)
    assert shown(grid) == ["3", "4", "5", "6", "7", "8"]
    assert grid.children[3].rect[1] == grid.rect[1]
    player.scroll(grid, -50.0)
    assert shown(grid) == ["6", "7", "8", "9", "10"]
    grid.first = 0
    player.step()
    assert shown(grid) == ["0", "1", "2", "3", "4", "5"]


def test_what_is_scrolled_away_is_not_hit(player: Player, grid: Grid) -> None:
    pressed: list[str] = []
    for child in grid.children:
        assert isinstance(child, Button)
        child.on_press = lambda child=child: pressed.append(child.caption)
    player.click(grid.children[0])
    grid.first = 1
    player.step()
    player.click(grid.children[3])
    assert pressed == ["0", "3"]


def test_hidden_children_leave_no_hole(player: Player, grid: Grid) -> None:
    grid.first = 2
    player.step()
    for child in grid.children[:9]:
        child.visible = False
    player.step()
    assert shown(grid) == ["9", "10"]
    assert grid.first == 0
    assert grid.children[9].rect[:2] == grid.rect[:2]
    grid.clear()
    player.step()
    assert grid.row_count == 0


def focused(player: Player) -> str:
    focus = player.ui.focus
    return "" if focus is None else focus.caption


def test_arrows_walk_over_the_grid_and_beyond_what_is_shown(player: Player, grid: Grid) -> None:
    grid.children[0].focus()
    player.tap(Key.RIGHT)  # shows where the focus is
    for key, name in (
        (Key.RIGHT, "1"), (Key.RIGHT, "2"), (Key.RIGHT, "2"), (Key.DOWN, "5"), (Key.DOWN, "8"),
        (Key.DOWN, "10"), (Key.LEFT, "9"), (Key.UP, "6"), (Key.UP, "3"), (Key.UP, "0"),
        (Key.END, "10"), (Key.PAGE_UP, "4"), (Key.HOME, "0"),
        (Key.PAGE_DOWN, "6"),
    ):  # fmt: skip
        player.tap(key)
        assert focused(player) == name
        assert isinstance(player.ui.focus, Widget)
        assert player.ui.focus.shown
    player.tap(Key.HOME)
    player.tap(Key.UP)
    assert isinstance(player.ui.focus, TextField)


def test_the_cross_and_the_stick_walk_on_while_they_are_held(player: Player, grid: Grid) -> None:
    time = [0.0]
    player.ui_input._held.clock = lambda: time[0]
    grid.children[0].focus()
    player.button(GamepadButton.DOWN)  # shows where the focus is
    player.step(GamepadButtonEvent(GamepadButton.DOWN, Action.PRESS))
    assert focused(player) == "3"
    for wait, name in ((DELAY - 0.01, "3"), (0.02, "6"), (EVERY - 0.02, "6"), (0.03, "9")):
        time[0] += wait
        player.step()
        assert focused(player) == name
    player.step(GamepadButtonEvent(GamepadButton.DOWN, Action.RELEASE))
    player.step(GamepadAxisEvent(GamepadAxis.LEFT_Y, 1.0))
    assert focused(player) == "6"
    time[0] += DELAY
    player.step()
    assert focused(player) == "3"
    player.step(GamepadAxisEvent(GamepadAxis.LEFT_Y, 0.0))
    time[0] += 1.0
    player.step()
    assert focused(player) == "3"
    player.step(GamepadAxisEvent(GamepadAxis.LEFT_Y, 1.0), FocusEvent(False))
    time[0] += 1.0
    player.step()
    assert focused(player) == "0"


def test_a_button_that_is_held_is_pressed_once(player: Player) -> None:
    time, pressed = [0.0], []
    player.ui_input._held.clock = lambda: time[0]
    button = player.ui.add(Button("a", lambda: pressed.append(1)), modal=True)
    player.step()
    assert button.focused
    player.step(GamepadButtonEvent(GamepadButton.A, Action.PRESS))
    time[0] += 5.0
    player.step()
    assert pressed == [1]
