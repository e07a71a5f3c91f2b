"""What the player does with controls, and what the game sees of it."""

from __future__ import annotations

import pytest

from ecs_engine import EngineError, GamepadButton, Key, MouseButton, Sprite, System, Transform2D
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.events import FocusEvent, KeyEvent, MouseMoveEvent, ScrollEvent
from ecs_engine.core.keys import Action
from ecs_engine.ui import UI, Button, Column, Image, Label, List, Panel, ProgressBar, Row, Slider, Toggle, Widget

from .conftest import Player, press, release


def test_a_button_is_pressed_when_the_mouse_goes_up_on_it(player: Player) -> None:
    said: list[str] = []
    button = Button("Play", lambda: said.append("play"))
    player.ui.add(button)
    player.step()
    player.step(player.point(button), press())
    assert (button.hovered, button.pressed, said) == (True, True, [])
    player.step(release())
    assert (button.pressed, said) == (False, ["play"])
    player.step(press())
    player.step(player.point((5, 5)), release())  # drawn off it
    player.step(press(MouseButton.RIGHT), release(MouseButton.RIGHT))
    assert said == ["play"]
    player.step(player.point(button), press(), release())  # all within one tick
    assert said == ["play", "play"]
    button.enabled = False
    player.step()
    player.click(button)
    assert said == ["play", "play"]


def test_losing_the_window_lets_go_without_a_press(player: Player) -> None:
    said: list[int] = []
    button = player.ui.add(Button("Play", lambda: said.append(1)))
    player.step()
    player.step(player.point(button), press())
    player.step(FocusEvent(False))
    player.step(FocusEvent(True), release())
    assert not said
    assert not button.pressed


class Watcher(System):
    """Notes what reaches the game."""

    def __init__(self) -> None:
        self.clicks = 0
        self.keys: list[Key] = []
        self.scrolled = 0.0
        self.over_ui: list[bool] = []

    def process(self, dt: float) -> None:
        from ecs_engine import Input

        state = self.world.resource(Input)
        self.clicks += state.pressed(MouseButton.LEFT)
        self.scrolled += state.mouse.scroll[1]
        self.keys += [key for key in (Key.SPACE, Key.LEFT, Key.ENTER, Key.A, Key.F5) if state.pressed(key)]
        self.over_ui.append(self.world.resource(UI).wants_mouse)


def test_what_the_ui_takes_does_not_reach_the_game(player: Player) -> None:
    watcher = Watcher()
    player.app.add_system(watcher)
    panel = player.ui.add(Panel(Label("Words"), Button("Play"), width=300), anchor=(0, 1))
    words = player.ui.add(Label("Words alone"), anchor=(1, 0))
    player.step()
    player.click(panel.children[1])
    player.click(panel, (0.95, 0.5))  # beside all controls, on the board
    player.scroll(panel, 1)
    assert (watcher.clicks, watcher.scrolled) == (0, 0)
    assert watcher.over_ui[-1]
    player.click(words)  # the pointer reaches through words
    player.click((320, 300))
    player.step(ScrollEvent(0, 1))
    assert (watcher.clicks, watcher.scrolled) == (2, 1)
    assert not watcher.over_ui[-1]


def test_keys_are_the_games_until_something_has_the_focus(player: Player) -> None:
    watcher = Watcher()
    player.app.add_system(watcher)
    said: list[int] = []
    button = player.ui.add(Button("Play", lambda: said.append(1)))
    player.step()
    player.click(button)
    for key in (Key.SPACE, Key.LEFT, Key.ENTER, Key.A):
        player.tap(key)
    assert watcher.keys == [Key.SPACE, Key.LEFT, Key.ENTER, Key.A]
    assert len(said) == 1
    watcher.keys.clear()
    player.tap(Key.TAB)
    assert button.focused
    assert player.ui.wants_keyboard
    for key in (Key.SPACE, Key.ENTER, Key.A):
        player.tap(key)
    assert watcher.keys == [Key.A]
    assert len(said) == 3
    player.step(*[KeyEvent(Key.ENTER, action) for action in (Action.PRESS, Action.REPEAT, Action.REPEAT)])
    assert len(said) == 4  # holding a key is no further press
    assert not player.input.down(Key.ENTER)
    player.tap(Key.ESCAPE)
    assert not player.ui.wants_keyboard


def test_toggles_switch_and_tell(player: Player) -> None:
    said: list[bool] = []
    toggle = player.ui.add(Toggle("Sound", on_change=said.append))
    player.step()
    player.click(toggle)
    player.tap(Key.TAB)
    player.tap(Key.SPACE)
    player.button(GamepadButton.A)
    assert said == [True, False, True]
    toggle.value = False  # by the game: nobody is told
    player.step()
    assert said == [True, False, True]


def test_sliders_are_dragged_and_stepped(player: Player) -> None:
    said: list[float] = []
    slider = player.ui.add(Slider(0.5, 0, 10, step=0.5, on_change=said.append, width=300))
    player.step()
    player.step(player.point(slider, (0.999, 0.5)), press())
    assert slider.value == 10
    for part in (0.5, 0.0, -3.0):  # also beyond its end, while it is held
        player.step(player.point(slider, (part, 0.5)))
    assert said == [10, 5, 0]
    player.step(release())
    player.step(player.point(slider, (0.5, 0.5)))
    assert slider.value == 0
    slider.focus()
    player.tap(Key.RIGHT)
    player.tap(Key.RIGHT)
    player.tap(Key.LEFT)
    assert said == [10, 5, 0, 0.5, 1.0, 0.5]
    player.tap(Key.UP)
    assert slider.value == 0.5


def test_a_slider_whose_ends_are_one_stays_there(player: Player) -> None:
    slider = player.ui.add(Slider(3, 3, 3))
    player.step()
    player.click(slider, (0.9, 0.5))
    slider.focus()
    player.tap(Key.RIGHT)
    assert slider.value == 3
    with pytest.raises(ComponentError, match=r"Slider\.value was set to nan: give a finite number"):
        slider.value = float("nan")


def test_lists_are_chosen_from_scrolled_and_submitted(player: Player) -> None:
    said: list[tuple[str, int]] = []
    box = List(
        [f"Line {number}" for number in range(20)],
        rows=5,
        on_change=lambda number: said.append(("change", number)),
        on_submit=lambda number: said.append(("submit", number)),
    )
    player.ui.add(box)
    player.step()
    assert box.shown_rows == 5
    player.click(box, (0.3, 0.5))
    player.click(box, (0.3, 0.5))
    assert said == [("change", 2), ("submit", 2)]
    player.scroll(box, -3.0)
    assert box.first == 3
    player.click(box, (0.3, 0.05))
    assert box.selected == 3
    for key, number in ((Key.DOWN, 4), (Key.PAGE_DOWN, 9), (Key.END, 19), (Key.PAGE_UP, 14), (Key.HOME, 0)):
        player.tap(key)
        assert box.selected == number
        assert box.first <= number < box.first + 5
    player.tap(Key.ENTER)
    assert said[-1] == ("submit", 0)
    player.scroll(box, -100.0)
    assert box.first == 15
    box.items = ["Only", "two"]
    player.step()
    assert box.first == 0
    box.selected = 7  # out of range: nothing is shown chosen
    player.step()


def test_a_long_list_costs_what_is_shown(player: Player) -> None:
    player.ui.add(List([str(number) for number in range(10_000)], rows=5))
    player.step()
    assert player.world.entity_count < 12


def test_pictures_keep_their_proportions(player: Player) -> None:
    import numpy as np

    picture = player.app.pictures.add(np.zeros((20, 40, 4), np.uint8))
    images = [Image(picture), Image(picture, width=100), Image(picture, height=10), Image(picture, width=7, height=9)]
    player.ui.add(Column(*images))
    player.step()
    assert [image.rect[2:] for image in images] == [(40, 20), (100, 50), (20, 10), (7, 9)]
    sizes = [sprite.size[:] for _, sprite in player.world.get_component(Sprite)]
    assert len(sizes) == 4


def test_a_button_may_hold_anything(player: Player) -> None:
    said: list[int] = []
    button = player.ui.add(Button(Row(Label("a"), Label("b")), lambda: said.append(1), name="both"))
    player.step()
    player.click(button.children[0].children[1])
    assert said == [1]
    with pytest.raises(ComponentError, match="Button 'both' has no words"):
        button.text = "c"
    button.children[0].remove()
    player.step()
    player.click(button)
    assert said == [1, 1]
    plain = Button("old")
    plain.text = "new"
    assert plain.label is not None
    assert plain.label.text == "new"


def test_what_is_over_something_else_is_hit_first(player: Player) -> None:
    said: list[str] = []
    player.ui.add(Button("below", lambda: said.append("below"), width=200, height=100))
    over = player.ui.add(Button("over", lambda: said.append("over"), width=100, height=50))
    player.step()
    player.click(over)
    over.visible = False
    player.step()
    player.click(over)
    assert said == ["over", "below"]


def test_callbacks_may_change_the_tree(player: Player) -> None:
    box = Column()

    def more() -> None:
        first.remove()
        box.add(Button("third"), Label("words"))

    first = Button("first", more)
    box.add(first, Button("second"))
    player.ui.add(box)
    player.step()
    player.click(first)
    player.step()
    assert [type(child) for child in box.children] == [Button, Button, Label]
    assert (first.ui, first.entity) == (None, 0)
    box.add(first)
    player.step()
    assert first.shown
    assert box.children[-1] is first


def test_widgets_are_components(player: Player) -> None:
    button = Button("Play")
    panel = player.ui.add(Panel(button, ProgressBar(0.5)))
    player.step()
    assert player.world.component_for_entity(button.entity, Button) is button
    assert [one for _, one in player.world.get_component(Button)] == [button]
    assert len(player.world.get_component(Widget)) == 4  # the words of the button, too
    player.world.delete_entity(panel.entity)
    player.step()
    player.step()
    assert player.ui.roots == []
    assert button.ui is None
    assert player.world.entity_count == 0


def test_others_may_delete_everything(player: Player) -> None:
    panel = player.ui.add(Panel(Button("Play"), Slider(0.5)))
    player.step()
    player.world.clear_database()
    other = player.world.create_entity(Transform2D())  # with the number of one that was the UI's
    player.step()
    assert player.ui.roots == []
    assert player.world.entity_exists(other)
    player.ui.add(panel)
    player.step()
    assert panel.shown


def test_there_is_one_ui_in_a_world(player: Player) -> None:
    with pytest.raises(EngineError, match="The world has a UI already"):
        UI(player.world)


def test_events_of_other_windows_are_not_for_it(player: Player) -> None:
    said: list[int] = []
    button = player.ui.add(Button("Play", lambda: said.append(1)))
    player.step()
    x, y, _, _ = button.rect
    player.step(MouseMoveEvent(x + 5, y + 5, window=1), press(), release())
    assert not said
