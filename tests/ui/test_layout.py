"""Where widgets are placed: against a plain statement of the rules, and what cannot be laid out."""

from __future__ import annotations

import logging
import math

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecs_engine import EngineError, Text, Transform2D, World
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.events import ResizeEvent
from ecs_engine.testing.app import FakeApp
from ecs_engine.ui import UI, Box, Button, Column, Label, Panel, Row, Theme, Widget

from .conftest import Player

Rect = tuple[float, float, float, float]
Changes = list[tuple[int, float | None]]
LENGTHS = st.integers(0, 120).map(float)


class Brick(Widget):
    """Something of a size of its own."""

    def __init__(self, across: float, down: float, **settings: object) -> None:
        super().__init__(**settings)  # type: ignore[arg-type]
        self.across, self.down = across, down

    def measure(self, ui: UI) -> tuple[float, float]:
        return self.across, self.down


@st.composite
def trees(draw: st.DrawFn, depth: int = 3) -> Widget:
    common = {
        "width": draw(st.none() | LENGTHS),
        "height": draw(st.none() | LENGTHS),
        "grow": draw(st.sampled_from([0.0, 0.0, 1.0, 2.5])),
        "visible": draw(st.integers(0, 7)) > 0,
    }
    if depth == 0 or draw(st.booleans()):
        return Brick(draw(LENGTHS), draw(LENGTHS), **common)
    kind = draw(st.sampled_from([Row, Column]))
    box: Widget = kind(
        *draw(st.lists(trees(depth=depth - 1), max_size=4)),
        gap=draw(st.integers(0, 20)),
        padding=draw(st.integers(0, 30)),
        align=draw(st.sampled_from(["start", "center", "end", "stretch"])),
        justify=draw(st.sampled_from(["start", "center", "end", "space_between"])),
        **common,  # type: ignore[arg-type]
    )
    return box


def natural(widget: Widget) -> list[float]:
    """The size a widget wants, said plainly."""
    if isinstance(widget, Brick):
        size = [widget.across, widget.down]
    else:
        assert isinstance(widget, Box)
        sizes = [natural(child) for child in widget.children if child.visible]
        assert widget.gap is not None
        assert widget.padding is not None
        size = [2 * widget.padding, 2 * widget.padding]
        for axis in (0, 1):
            along = [one[axis] for one in sizes]
            if axis == widget.main:
                size[axis] += sum(along) + widget.gap * max(len(along) - 1, 0)
            else:
                size[axis] += max(along, default=0.0)
    return [
        size[0] if widget.width is None else widget.width,
        size[1] if widget.height is None else widget.height,
    ]


def expected(widget: Widget, rect: list[float], found: dict[Widget, Rect]) -> None:
    """Where a widget and all in it are to be, said plainly."""
    found[widget] = (rect[0], rect[1], rect[2], rect[3])
    if not isinstance(widget, Box):
        return
    children = [child for child in widget.children if child.visible]
    gap, padding, main = widget.gap or 0.0, widget.padding or 0.0, widget.main
    padding = min(padding, rect[2] / 2, rect[3] / 2)
    begin = [rect[0] + padding, rect[1] + padding]
    room = [rect[2] - 2 * padding, rect[3] - 2 * padding]
    lengths = [natural(child)[main] for child in children]
    left = room[main] - sum(lengths) - gap * max(len(children) - 1, 0)
    growing = [index for index, child in enumerate(children) if child.grow > 0]
    if left > 0 and growing:
        total = sum(children[index].grow for index in growing)
        for index in growing:
            lengths[index] += left * children[index].grow / total
        left = 0.0
    elif left < 0 and growing:
        have = sum(lengths[index] for index in growing)
        for index in growing:
            lengths[index] *= max(have + left, 0.0) / have if have else 1.0
    left = max(left, 0.0)
    at, between = begin[main], gap
    if widget.justify == "center":
        at += left / 2
    elif widget.justify == "end":
        at += left
    elif widget.justify == "space_between" and len(children) > 1:
        between += left / (len(children) - 1)
    for child, length in zip(children, lengths, strict=True):
        cross = 1 - main
        own = (child.width, child.height)[cross]
        beside = natural(child)[cross]
        start = begin[cross]
        if widget.align == "stretch" and own is None:
            beside = room[cross]
        elif widget.align == "center":
            start += max(room[cross] - beside, 0.0) / 2
        elif widget.align == "end":
            start += max(room[cross] - beside, 0.0)
        one = [0.0, 0.0, 0.0, 0.0]
        one[main], one[cross], one[2 + main], one[2 + cross] = at, start, length, beside
        expected(child, one, found)
        at += length + between


def check(ui: UI, root: Widget) -> None:
    found: dict[Widget, Rect] = {}
    size = natural(root)
    expected(root, [(640 - size[0]) / 2, (360 - size[1]) / 2, *size], found)
    for widget, rect in found.items():
        assert widget.rect == pytest.approx(rect, abs=1e-6), widget


@given(tree=trees(), changes=st.lists(st.tuples(st.integers(0, 50), st.none() | LENGTHS), max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_everything_is_where_the_rules_say(player: Player, tree: Widget, changes: Changes) -> None:
    """Also after changes, which are followed only where they lead."""
    ui = player.ui
    tree.visible = True
    ui.add(tree, margin=0)
    try:
        player.step()
        check(ui, tree)
        widgets = list(ui.widgets())
        for which, width in changes:
            widget = widgets[which % len(widgets)]
            widget.width = width
            widget.visible = not widget.visible or widget is tree
            player.step()
            check(ui, tree)
    finally:
        tree.remove()
    assert player.world.entity_count == 0


def test_anchors_margins_and_fill(player: Player) -> None:
    corner = player.ui.add(Brick(100, 50), anchor=(1, 0), margin=10)
    whole = player.ui.add(Brick(1, 1), fill=True, margin=20)
    player.step()
    assert corner.rect == (640 - 110, 360 - 60, 100, 50)
    assert whole.rect == (20, 20, 600, 320)
    player.step(ResizeEvent(800, 600, 1600, 1200, 2.0))
    assert corner.rect == (800 - 110, 600 - 60, 100, 50)
    assert whole.rect == (20, 20, 760, 560)


@pytest.mark.parametrize("sizes", [{}, {"width": 300, "height": 80}])
def test_words_stand_in_the_middle_of_a_rectangle_that_they_were_not_asked_for(
    player: Player, sizes: dict[str, float]
) -> None:
    label = Label("Words", align="center", **sizes)
    player.ui.add(label, fill=not sizes)
    player.step()
    across, down = player.ui.font.measure("Words", player.ui.theme.text_size)
    x, y, width, height = label.rect
    assert (width, height) != pytest.approx((across, down))
    ((entity, _),) = player.world.get_component(Text)
    left, top = player.world.component_for_entity(entity, Transform2D).position
    assert (left, -top) == pytest.approx((x + (width - across) / 2, y + (height - down) / 2), abs=0.51)


def test_a_height_of_its_own_goes_with_the_window() -> None:
    player = Player(height=720.0)
    with player.app:
        brick = player.ui.add(Brick(100, 50), anchor=(1, 1), margin=0)
        player.step()
        assert player.ui.size == (1280, 720)
        assert brick.rect == (1180, 0, 100, 50)
        player.step(player.point(brick))
        assert player.input.mouse.position == (615, 12.5)


def test_labels_are_as_large_as_their_words(player: Player) -> None:
    label = player.ui.add(Label("Some words", size=30))
    player.step()
    font = player.ui.font
    assert label.rect[2:] == pytest.approx(font.measure("Some words", 30))
    label.text = "Other words,\nand more of them"
    player.step()
    assert label.rect[2:] == pytest.approx(font.measure(label.text, 30))
    label.wrap = 100
    player.step()
    assert label.rect[2] <= 100


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (
            lambda: Column(Brick(10, 10), width=-5.0, name="menu"),
            "Column 'menu' has the width -5, which counts as 0.",
        ),
        (lambda: Row(Brick(10, 10), gap=math.nan, name="bar"), "Row 'bar' has the gap nan, which counts as 0."),
        (lambda: Column(Brick(1, 1, grow=math.inf)), "Brick has the grow inf, which counts as 0."),
        (
            lambda: Panel(Label("Hi"), width=20, height=20, padding=50),
            "Panel is 20 x 20 and has a padding of 50, which leaves no room.",
        ),
        (
            lambda: Row(Brick(80, 10), Brick(50, 10), Brick(20, 10, grow=1), width=100, gap=0),
            "Row is 30 units too small for what is in it, which sticks out.",
        ),
        (lambda: Brick(1e300, 5), "Brick has the width 1e+300, which counts as 1e+06."),
        (lambda: Brick(5, math.nan), "Brick has the height nan, which counts as 0."),
        (lambda: Button("Play", height=math.nan), "Button 'Play' has the height nan, which counts as 0."),
        (lambda: Label("Hi", size=-3.0), "Label 'Hi' has the size -3, which counts as 0."),
    ],
)
def test_what_cannot_be_is_one_warning_and_a_sane_result(
    player: Player, caplog: pytest.LogCaptureFixture, make: object, says: str
) -> None:
    assert callable(make)
    widget = make()
    player.ui.add(Column(widget))
    with caplog.at_level(logging.WARNING):
        for width in (None, 30.0, None):  # laid out again and again
            player.ui.roots[0].widget.width = width
            player.step()
    assert says in caplog.messages
    assert sum(says in message for message in caplog.messages) == 1
    for one in player.ui.widgets():
        assert all(math.isfinite(number) for number in one.rect)
        assert min(one.rect[2:]) >= 0


def test_a_widget_cannot_hold_itself(player: Player) -> None:
    inner = Row(name="inner")
    outer = Column(Row(inner), name="outer")
    with pytest.raises(EngineError, match="Column 'outer' was put into Row 'inner', which is in it"):
        inner.add(outer)
    player.ui.add(outer)
    with pytest.raises(EngineError, match="is in one already"):
        player.ui.add(inner)
    with pytest.raises(EngineError, match="is in a UI already"):
        Row(outer)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: Label(5), "Label.text was set to 5: give a string."),
        (lambda: Label("a", width="12"), "Label.width was set to '12': give a number of units"),
        (lambda: Label("a", color=(1, 2)), "Label.color was set to"),
        (lambda: Label("a", color=(1, 2, 300)), "three or four whole numbers from 0 to 255"),
        (lambda: Row(align="middle"), "Row.align was set to 'middle': give one of start, center, end, stretch."),
        (lambda: Column(justify=3), "Column.justify was set to 3"),
        (lambda: Button("a", on_press=3), "Button.on_press was set to 3: give a function, or None."),
    ],
)
def test_wrong_values_raise(make: object, says: str) -> None:
    assert callable(make)
    with pytest.raises(ComponentError) as raised:
        make()
    assert says in str(raised.value)


@pytest.mark.parametrize("setting", ["text_size", "gap", "disabled"])
def test_a_theme_of_no_use_is_refused(setting: str) -> None:
    with pytest.raises(EngineError, match=f"A Theme has {setting}=nan: give a number"):
        Theme(**{setting: math.nan})  # type: ignore[arg-type]


def test_a_height_of_no_use_is_refused() -> None:
    with FakeApp() as app, pytest.raises(EngineError, match="The height of the UI is nan"):
        UI(app.world, height=math.nan)


def test_a_ui_needs_an_app() -> None:
    with (
        World() as world,
        pytest.raises(EngineError, match=r"such as Fonts: give it app\.world"),
    ):
        UI(world)


def test_an_anchor_that_is_no_place_is_refused(player: Player) -> None:
    with pytest.raises(EngineError, match="Brick has the anchor"):
        player.ui.add(Brick(1, 1), anchor=(0.0, math.nan))


def test_what_is_no_widget_is_refused(player: Player) -> None:
    with pytest.raises(EngineError, match=r"'Hello' was put into Row: give a widget, such as Label\('Hello'\)"):
        Row("Hello")  # type: ignore[arg-type]
    with pytest.raises(EngineError, match="give a widget"):
        player.ui.add("Hello")  # type: ignore[type-var]
