"""Labels as real OpenGL draws them, off screen."""

from __future__ import annotations

from collections.abc import Callable
from math import pi
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings

from ecs_engine import App, Camera2D, Parent, Sprite, Text, Transform2D
from ecs_engine.assets.font import GLYPHS
from tests.text.any_text import any_text

pytestmark = pytest.mark.gl

Image = np.ndarray[Any, Any]
MakeApp = Callable[..., App]
Shoot = Callable[..., Image]

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def dots(text: str, scale: int) -> Image:
    """The pixel font's drawing of a line, (9 * scale, 6 * scale * n) bool."""
    row = np.concatenate([np.pad(GLYPHS[letter], ((0, 0), (0, 1))) for letter in text], axis=1)
    return row.repeat(scale, axis=0).repeat(scale, axis=1)


@pytest.mark.parametrize("scale", [1, 2, 3])
def test_the_pixel_font_is_crisp_to_the_pixel(headless: MakeApp, shoot: Shoot, scale: int) -> None:
    app = headless((128, 64))
    label = Text("Rq8", size=10 * scale, anchor=(0, 1), color=GREEN)
    app.world.create_entity(Transform2D((-60, 28)), label)
    app.step(draw=False)
    expected = np.zeros((64, 128, 3), np.uint8)
    drawing = dots("Rq8", scale)
    expected[4 : 4 + drawing.shape[0], 4 : 4 + drawing.shape[1]][drawing] = GREEN
    # Where a dot is a single pixel, its middle is as near to one edge as to the other.
    assert np.abs(shoot(app).astype(int) - expected).max() <= (20 if scale == 1 else 6)


def test_anchors_and_alignment_keep_to_the_dots(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((128, 64))
    label = Text("ab\nabc", size=20, align="center")
    app.world.create_entity(Transform2D(), label)
    for anchor in ((0.5, 0.5), (0.33, 0.71), (1, 0)):
        label.anchor = anchor
        app.step(draw=False)
        image = shoot(app)
        assert ((image < 6) | (image > 249)).all()


@pytest.mark.parametrize("which", ["pixels", "sans", "sans at 32"])
def test_colours_are_the_labels_and_of_its_runs(headless: MakeApp, shoot: Shoot, which: str) -> None:
    app = headless((200, 64))
    font = {"pixels": None, "sans": app.fonts.sans(900), "sans at 32": app.fonts.sans(900, pixels=32)}[which]
    label = Text(["l", ("l", RED), ("l", (*GREEN, 128)), ("l", (0, 0, 0, 0))], font, 32, color=BLUE)
    app.world.create_entity(Transform2D(), label)

    def seen(image: Image) -> set[tuple[int, ...]]:
        return {tuple(color) for color in image.reshape(-1, 3).tolist()}

    app.step(draw=False)
    assert {RED, BLUE, (0, 128, 0)} <= seen(shoot(app))
    label.color = (*BLUE, 128)
    app.step(draw=False)
    faded = seen(shoot(app))
    assert {(128, 0, 0), (0, 0, 128), (0, 64, 0)} <= faded
    assert RED not in faded


def test_text_obeys_layers_and_is_drawn_over_sprites_of_its_own(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((64, 64))
    square = Sprite(size=(40, 40), tint=(*RED, 255))
    app.world.create_entity(Transform2D(), square)
    label = Text("#", size=60)
    app.world.create_entity(Transform2D(), label)
    handle = app.world.get_component(Sprite)[0][1]
    counts = {}
    for layer in (-1, 0, 1):
        handle.layer = layer
        app.step(draw=False)
        counts[layer] = (shoot(app) == WHITE).all(axis=2).sum()
    assert counts[-1] == counts[0] > counts[1] > 0


def test_labels_turn_scale_and_follow_their_parents(headless: MakeApp, shoot: Shoot) -> None:
    """A label of size 10 scaled by 3 and turned by a right angle, with and without a parent that does it."""
    app = headless((96, 96))
    app.world.create_entity(Transform2D((0, 0), rotation=pi / 2, scale=(3, 3)), Text("R", size=10))
    app.step(draw=False)
    alone = shoot(app)
    app.world.clear_database()
    app.world.create_entity(Transform2D(), Text("R", size=30))
    app.step(draw=False)
    upright = shoot(app)
    assert np.abs(np.rot90(upright).astype(int) - alone).mean() < 2
    app.world.clear_database()
    root = app.world.create_entity(Transform2D((10, 20), rotation=pi / 2, scale=(3, 3)))
    app.world.create_entity(Transform2D((-20 / 3, 10 / 3)), Parent(root), Text("R", size=10))
    app.step(draw=False)
    assert np.abs(shoot(app).astype(int) - alone).max() <= 2


def test_a_moving_label_is_drawn_between_its_ticks(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((64, 64))
    entity = app.world.create_entity(Transform2D((-12, 0)), Text("I", size=20))
    app.step(draw=False)
    app.world.component_for_entity(entity, Transform2D).position = (12, 0)
    app.step(draw=False)
    middles = [np.nonzero(shoot(app, alpha).any(axis=(0, 2)))[0].mean() for alpha in (0.0, 0.5, 1.0)]
    assert np.diff(middles).tolist() == [12, 12]


def test_an_outline_lies_around_the_letters_and_never_on_them(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((160, 64))
    label = Text("AWAY", app.fonts.sans(700), 48, color=WHITE, outline_color=RED)
    app.world.create_entity(Transform2D(), label)
    app.step(draw=False)
    plain = (shoot(app) == WHITE).all(axis=2)
    label.outline = 4.0
    app.step(draw=False)
    outlined = shoot(app)
    np.testing.assert_array_equal((outlined == WHITE).all(axis=2), plain)
    grown = (outlined[..., 0] > 127) & (outlined[..., 1] < 128)
    reach = np.zeros_like(plain)
    for y in range(-3, 4):
        for x in range(-3, 4):
            if x * x + y * y <= 9:
                reach |= np.roll(plain, (y, x), (0, 1))
    assert (outlined[..., 0] > 127)[reach].all()  # all within three pixels is covered
    assert 0 < (grown & ~reach).sum() < grown.sum() / 2


def test_a_shadow_falls_where_it_is_told(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((96, 96))
    label = Text("R", size=40, color=WHITE, shadow=(12, -8), shadow_color=RED)
    app.world.create_entity(Transform2D(), label)
    app.step(draw=False)
    image = shoot(app)
    letter, shadow = image[..., 1] > 235, (image[..., 0] > 235) & (image[..., 1] < 20)
    np.testing.assert_array_equal(shadow, np.roll(letter, (8, 12), (0, 1)) & ~letter)
    label.shadow_blur = 3.0
    app.step(draw=False)
    soft = shoot(app)[..., 0] * ~(shoot(app)[..., 1] > 0)
    assert len(np.unique(soft)) > 8


@pytest.mark.parametrize("size", [6, 9, 12, 24])
def test_outlines_of_small_text_do_not_show_its_boxes(headless: MakeApp, shoot: Shoot, size: int) -> None:
    """The lower corners of a V are far from its strokes and must stay empty, however few pixels there are."""
    app = headless((64, 64))
    label = Text("V", app.fonts.sans(), size, outline=100.0, outline_color=RED)
    app.world.create_entity(Transform2D((0.5, 0.5)), label)
    app.step(draw=False)
    lit = shoot(app)[..., 0] > 40
    rows, columns = np.nonzero(lit)
    assert 0 < lit.sum() < 0.9 * (np.ptp(rows) + 1) * (np.ptp(columns) + 1)


def test_a_font_kept_at_its_size_shows_its_very_pixels(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((64, 64))
    font = app.fonts.sans(pixels=24)
    app.world.create_entity(Transform2D(), Text("g", font, 24, anchor=(0, 0)))
    app.step(draw=False)
    image = shoot(app)[..., 0]
    entry = int(font.word("g").glyphs[0, 0])
    left, top = int(app.fonts.atlas.corners[entry, 0]) & 0xFFFF, int(app.fonts.atlas.corners[entry, 0]) >> 16
    right, bottom = int(app.fonts.atlas.corners[entry, 1]) & 0xFFFF, int(app.fonts.atlas.corners[entry, 1]) >> 16
    kept = app.fonts.atlas._pages[0][top:bottom, left:right]
    inner = kept[1:-1, 1:-1]
    rows, columns = np.nonzero(image)
    seen = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    mask_rows, mask_columns = np.nonzero(inner)
    expected = inner[mask_rows.min() : mask_rows.max() + 1, mask_columns.min() : mask_columns.max() + 1]
    np.testing.assert_array_equal(seen, expected)


def test_two_cameras_show_the_same_words(headless: MakeApp, shoot: Shoot) -> None:
    app = headless((128, 64))
    app.world.create_entity(Transform2D(), Text("Hi", size=20))
    for left in (0.0, 0.5):
        app.world.create_entity(Transform2D(), Camera2D(height=64, viewport=(left, 0, 0.5, 1)))
    app.step(draw=False)
    image = shoot(app)
    assert image[:, :64].any()
    np.testing.assert_array_equal(image[:, :64], image[:, 64:])


@pytest.mark.parametrize("which", ["pixels", "sans", "sans at 16"])
def test_any_unicode_draws_and_whatever_is_a_letter_is_seen(headless: MakeApp, shoot: Shoot, which: str) -> None:
    app = headless((512, 512))
    font = {"pixels": None, "sans": app.fonts.sans(), "sans at 16": app.fonts.sans(pixels=16)}[which]
    label = Text("", font, 10, wrap=500, anchor=(0, 1))
    app.world.create_entity(Transform2D((-250, 250)), label)

    @settings(max_examples=60, deadline=None)
    @example("\u00a0\u202f")
    @given(any_text)
    def check(text: str) -> None:
        label.text = text
        app.step(draw=False)
        fillers = "\u115f\u1160\u3164\uffa0"  # letters of Hangul that are blank
        if any(character.isalnum() and character not in fillers for character in text):
            assert shoot(app).max() > 60
        elif text.isspace() and "\x1f" not in text:  # which is a control character, and so a box
            assert shoot(app).max() == 0

    check()


@pytest.mark.parametrize("which", ["pixels", "sans", "sans at 32"])
def test_a_character_that_the_font_lacks_is_a_hollow_box(headless: MakeApp, shoot: Shoot, which: str) -> None:
    app = headless((64, 64))
    font = {"pixels": None, "sans": app.fonts.sans(), "sans at 32": app.fonts.sans(pixels=32)}[which]
    label = Text("漢", font, 30)
    app.world.create_entity(Transform2D(), label)
    app.step(draw=False)
    lit = shoot(app)[..., 0] > 127
    rows, columns = (np.flatnonzero(lit.any(axis=axis)) for axis in (1, 0))
    box = lit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = box.shape
    assert 18 <= height <= 24
    assert 12 <= width <= 18
    for edge in (box[0], box[-1], box[:, 0], box[:, -1]):
        assert edge.all()
    assert not box[5:-5, 5:-5].any()
