"""What is set is seen with the very tick, what is not costs nothing, and layers keep the world and the UI apart."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Camera2D, DebugDraw, EngineError, Shape, Sprite, System, Text, Transform2D
from ecs_engine.core.screen import Screen
from ecs_engine.systems import split
from ecs_engine.systems.cameras import read_views
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.text import Fonts
from ecs_engine.ui import LIGHT, UI, Button, Column, Label, Panel, ProgressBar, Row, Theme, UISystem, Widget

from .conftest import Player


class Counter(System):
    """Sets a value from any system."""

    def __init__(self, label: Label, bar: ProgressBar) -> None:
        self.label, self.bar, self.count = label, bar, 0

    def process(self, dt: float) -> None:
        self.count += 1
        self.label.text = f"Count {self.count}"
        self.bar.value = self.count / 10


def test_a_value_is_seen_with_its_tick(player: Player) -> None:
    label, bar = Label(""), ProgressBar(0.0)
    player.ui.add(Column(label, bar))
    player.app.add_system(Counter(label, bar))
    for count in (1, 2, 3):
        player.step()
        assert [text.plain for _, text in player.world.get_component(Text)] == [f"Count {count}"]
        widths = sorted(shape.size[0] for _, shape in player.world.get_component(Shape))
        assert widths[0] == pytest.approx((200 - 6) * count / 10, abs=1)


def painted(player: Player, monkeypatch: pytest.MonkeyPatch) -> list[Widget]:
    seen: list[Widget] = []
    paint = UISystem.paint
    monkeypatch.setattr(UISystem, "paint", lambda self, widget: (seen.append(widget), paint(self, widget))[1])
    return seen


def test_only_what_changed_is_painted(player: Player, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = [Label(f"Label {number}", width=200) for number in range(20)]
    player.ui.add(Column(*labels))
    player.step()
    seen = painted(player, monkeypatch)
    player.step()
    assert seen == []
    labels[3].text = "Label 0"
    player.step()
    assert seen == [labels[3]]
    labels[3].text = "Label 0"  # it was that before
    player.step()
    assert seen == [labels[3]]


def test_words_that_change_are_laid_out_once(player: Player, laid_out: list[str]) -> None:
    labels = [Label("as they were", width=90 * (number % 2) or None, wrap=number) for number in range(0, 60, 20)]
    player.ui.add(Column(*labels))
    player.step()
    laid_out.clear()
    for number, label in enumerate(labels):
        label.text = f"words {number}"
    player.step()
    assert sorted(laid_out) == ["words 0", "words 1", "words 2"]
    assert sorted(text.plain for _, text in player.world.get_component(Text)) == sorted(laid_out)
    labels[0].text = "words 1"  # which is known, but for a label that wraps otherwise
    labels[1].text, labels[2].text = "words 2", "as they were"
    player.step()
    assert sorted(laid_out[3:]) == ["words 1", "words 2"]


def test_a_font_of_another_app_is_refused_until_the_label_is_mended(player: Player) -> None:
    label = Label("Words", font=Fonts().sans())
    player.ui.add(Column(label))
    for _ in range(2):
        with pytest.raises(EngineError, match=r"Label 'Words' has the font .* of another App"):
            player.step()
    label.font = None
    player.step()
    assert [text.plain for _, text in player.world.get_component(Text)] == ["Words"]


def test_a_still_ui_writes_nothing(player: Player) -> None:
    player.ui.add(Column(*[Row(Button(f"{a}"), Label("b"), ProgressBar(0.5)) for a in range(20)]))
    player.app.step(4)
    player.app.step()
    before = {table: dict(table.versions) for table in player.world._store.tables}
    player.app.step()
    assert {table: dict(table.versions) for table in player.world._store.tables} == before
    assert player.app.device.last_frame.gl_calls < 60


def test_an_app_without_a_ui_has_none_of_it() -> None:
    from ecs_engine.testing.app import FakeApp

    with FakeApp() as app:
        app.step()
        assert app.world.get_processor(UISystem) is None
        assert app.world.resource(Screen).ui is None
        assert len(app.world.resource(VisibleSets).cameras) == 1


def test_a_theme_goes_over_everything(player: Player) -> None:
    button = Button("Play")
    player.ui.add(Panel(button))
    player.step()
    before = button.rect
    player.ui.theme = replace(LIGHT, text_size=40)
    player.step()
    assert button.rect[3] > 1.5 * before[3]
    colours = {tuple(text.color) for _, text in player.world.get_component(Text)}
    assert colours == {(*LIGHT.text, 255)}
    player.ui.theme = Theme(font=player.app.fonts.default)
    player.step()
    assert {text.font for _, text in player.world.get_component(Text)} == {player.app.fonts.default}


def test_hiding_and_removing_leave_nothing_to_be_seen(player: Player) -> None:
    panel = player.ui.add(Panel(Button("Play"), Label("Words")))
    player.step()

    def seen() -> int:
        shapes = sum(bool(shape.visible) for _, shape in player.world.get_component(Shape))
        return shapes + sum(text.visible for _, text in player.world.get_component(Text))

    assert seen() == 5
    panel.children[0].visible = False
    player.step()
    assert seen() == 3
    panel.visible = False
    player.step()
    assert seen() == 0
    panel.visible = True
    player.step()
    assert seen() == 3
    panel.remove()
    assert player.world.entity_count == 0


def test_what_is_in_front_has_the_higher_layers(player: Player) -> None:
    below = player.ui.add(Panel(Panel(Button("deep"))))
    above = player.ui.add(Panel(Label("above")), modal=True)
    player.step()

    def layers(widget: Widget) -> list[int]:
        assert widget._parts is not None
        return [part.component.layer for kind in widget._parts.kinds for part in kind]

    deepest = max(layer for one in (below, *below.children, *below.children[0].children) for layer in layers(one))
    assert min(layers(above)) > deepest
    assert min(layers(below)) >= 448


RED, GREEN, BLUE = (255, 0, 0, 255), (0, 255, 0, 255), (0, 0, 255, 255)
TESTS: list[dict[str, Any]] = [
    {},
    {"resolution": (160, 90), "scaling": "integer"},
    {"resolution": (160, 90)},
    {"resolution": (100, 100), "scaling": "stretch"},
]


@pytest.mark.gl
@pytest.mark.parametrize("options", TESTS, ids=str)
@pytest.mark.parametrize("cameras", [0, 1, 2])
def test_the_world_and_the_ui_do_not_see_each_other(options: dict[str, Any], cameras: int) -> None:
    with App(size=(320, 180), headless=True, **options) as app:
        world = app.world
        for viewport in split(cameras) if cameras else []:
            world.create_entity(Transform2D(), Camera2D(height=50, viewport=viewport))
        world.create_entity(Transform2D(), Sprite(tint=RED, size=(4000, 4000)))
        # Left of the UI's view, and in that of the world, which does not show its layer.
        world.create_entity(Transform2D((-810, 0)), Sprite(tint=BLUE, size=(1600, 1600), layer=500))

        class Board(Widget):
            def measure(self, ui: UI) -> tuple[float, float]:
                return ui.size[0] / 2, ui.size[1] / 2

            def paint(self, painter: Any) -> None:
                painter.box(*self.rect, GREEN)

        UI(world).add(Board(), anchor=(0, 1), margin=0)
        app.step()
        picture = app.read_pixels().astype(int)
        (box,) = {state.box for state in read_views(world)[-1:]}
        assert box[2] > 0
        shown = picture[(picture[..., :3] != 0).any(axis=2)]
        assert set(map(tuple, shown.tolist())) <= {RED, GREEN}
        green = (picture == GREEN).all(axis=2)
        red = (picture == RED).all(axis=2)
        assert green.sum() == pytest.approx((green.sum() + red.sum()) / 4, rel=0.02)
        rows, columns = np.nonzero(green | red)
        corner = picture[rows.min(), columns.min()]
        assert tuple(corner) == GREEN


def test_debug_drawing_is_the_worlds(player: Player) -> None:
    player.world.resource(DebugDraw).circle((0, 0), 10, seconds=5)
    player.ui.add(Label("words"))
    player.step()
    states = read_views(player.world)
    assert [(state.first_layer, state.last_layer) for state in states] == [(-512, 447), (448, 511)]


class Counted(UISystem):
    """A system that stands in for the stock one."""

    painted = 0

    def paint(self, widget: Widget) -> None:
        self.painted += 1
        super().paint(widget)


def test_the_system_may_be_replaced(player: Player) -> None:
    label = Label("words")
    panel = player.ui.add(Panel(label), modal=True)
    player.step()
    system = Counted(player.ui)
    player.world.replace_processor(UISystem, system)
    label.text = "other words"
    player.step()
    assert system.painted >= 1
    assert [text.plain for _, text in player.world.get_component(Text)] == ["other words"]
    panel.remove()
    player.step()
    assert player.world.entity_count == 0
