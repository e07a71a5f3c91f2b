"""The demos' pictures: well formed, the same on every run, cut off nowhere, and different where they promise to be."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt
import pytest

from ecs_engine.assets import asteroids, hello, typography
from ecs_engine.assets.bunny import HEIGHT, VARIANTS, WIDTH, bunny
from ecs_engine.assets.drawing import Canvas, capsule, circle, ellipse, melt, noise, polygon, ramp
from ecs_engine.assets.font import ADVANCE, GLYPHS, LINE, text_picture, text_width, title_picture
from ecs_engine.assets.palette import CORAL, CREAM, INK, SKY, mix
from ecs_engine.pictures import Pictures

Pixels = npt.NDArray[np.uint8]

ART: dict[str, Callable[[float], Pixels]] = {
    "ship": partial(asteroids.ship, 0.0),
    "ship with flame": partial(asteroids.ship, 1.0),
    "life icon": asteroids.life_icon,
    "bullet": asteroids.bullet,
    "spark": partial(asteroids.spark, CORAL),
    "ring": asteroids.ring,
    "flash": asteroids.flash,
    "planet": asteroids.planet,
    "slime": partial(hello.slime, SKY),
    "sun": hello.sun,
    "badge": lambda scale: typography.pill(116 * scale, 46 * scale, CORAL),
}
for _i in range(9):
    ART |= {f"{_size} rock {_i}": partial(asteroids.rock, _size, _i) for _size in asteroids.ROCK_RADII}
ART |= {f"shard {_i}": partial(asteroids.shard, _i) for _i in range(6)}
ART |= {f"star {_i}": partial(asteroids.star, _i) for _i in range(3)}
ART |= {f"bunny {_i}": partial(bunny, _i) for _i in range(VARIANTS)}


def rim(pixels: Pixels) -> Pixels:
    alpha = pixels[..., 3]
    return np.concatenate([alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]])


@pytest.mark.parametrize("name", ART)
def test_art_is_a_picture_with_a_transparent_rim(name: str) -> None:
    pixels = ART[name](1.0)
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 4
    assert pixels[..., 3].max() > 150
    assert rim(pixels).max() <= 12, "the picture is cut off at its edge"
    assert np.array_equal(pixels, ART[name](1.0))
    assert Pictures(strict=True).add(pixels, name=name).width == pixels.shape[1]


@pytest.mark.parametrize("name", ["ship with flame", "large rock 0", "bullet", "slime", "sun", "bunny 51", "planet"])
def test_scale_changes_the_resolution_and_not_the_picture(name: str) -> None:
    small, large = ART[name](1.0), ART[name](2.0)
    assert large.shape == (small.shape[0] * 2, small.shape[1] * 2, 4)
    halved = large[..., 3].reshape(small.shape[0], 2, small.shape[1], 2).mean((1, 3))
    assert np.abs(halved - small[..., 3]).mean() < 4


def test_flame_lies_behind_the_ship_and_grows_with_thrust() -> None:
    still, half, full = (asteroids.ship(thrust)[..., 3] for thrust in (0.0, 0.5, 1.0))
    assert still.shape == half.shape == full.shape
    first = [int(np.argmax((alpha > 60).any(axis=0))) for alpha in (still, half, full)]
    assert first[0] > first[1] > first[2]
    assert np.array_equal(still[:, 60:], full[:, 60:])


@pytest.mark.parametrize("size", asteroids.ROCK_RADII)
def test_rocks_fill_their_radius_and_each_variant_differs(size: str) -> None:
    rocks = [asteroids.rock(size, variant) for variant in range(8)]
    for rock in rocks:
        mean_radius = np.sqrt((rock[..., 3] > 127).sum() / np.pi)
        assert mean_radius == pytest.approx(asteroids.ROCK_RADII[size], rel=0.1)
    assert len({rock.tobytes() for rock in rocks}) == 8
    with pytest.raises(ValueError, match=r"'enormous'.*large, medium, small"):
        asteroids.rock("enormous")


def test_nebula_is_opaque_dark_and_tiles() -> None:
    pixels = asteroids.nebula(256, 144)
    assert pixels.shape == (144, 256, 4)
    assert (pixels[..., 3] == 255).all()
    assert pixels[..., :3].mean() < 60
    assert np.array_equal(pixels, asteroids.nebula(256, 144))
    assert not np.array_equal(pixels, asteroids.nebula(256, 144, seed=5))
    clouds = np.median(pixels.astype(np.float64), axis=2)
    seam = np.median(np.abs(clouds[0] - clouds[-1]))
    assert seam <= np.median(np.abs(clouds[0] - clouds[1])) + 2
    assert asteroids.nebula(33, 21).shape == (21, 33, 4)


def test_bunnies_are_all_different_and_the_same_size() -> None:
    bunnies = [bunny(variant) for variant in range(VARIANTS)]
    assert {picture.shape for picture in bunnies} == {(HEIGHT, WIDTH, 4)}
    assert len({picture.tobytes() for picture in bunnies}) == VARIANTS == 64
    assert np.array_equal(bunny(VARIANTS + 3), bunnies[3])


# -- the font -----------------------------------------------------------------------------------------------------


def test_font_has_every_printable_character_and_no_two_alike() -> None:
    assert list(GLYPHS) == [chr(code) for code in range(32, 127)]
    assert len({dots.tobytes() for dots in GLYPHS.values()}) == 95
    assert [character for character, dots in GLYPHS.items() if not dots.any()] == [" "]
    assert not any(GLYPHS[character][7:].any() for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")


def test_text_picture_sets_glyphs_side_by_side() -> None:
    picture = text_picture("Hi", 2, SKY)
    assert set(map(tuple, picture.reshape(-1, 4).tolist())) == {(0, 0, 0, 0), (*SKY, 255)}
    dots = picture[2:-2:2, 2:-2:2, 3] == 255
    assert np.array_equal(dots[:, :5], GLYPHS["H"])
    assert np.array_equal(dots[:, ADVANCE : ADVANCE + 5], GLYPHS["i"])
    assert picture.shape[1] == text_width("Hi", 2) + 4
    two_lines = text_picture("Hi\nyou", 1)
    assert np.array_equal(two_lines[1 + LINE : 1 + LINE + 9, 1:6, 3] == 255, GLYPHS["y"])
    assert np.array_equal(text_picture("é"), text_picture("?"))
    assert text_picture("").shape[2] == 4
    assert text_width("") == 0


def test_title_joins_the_dots_and_is_not_cut_off() -> None:
    title = title_picture("GAME OVER", 4, CREAM, bottom=CORAL, glow=SKY)
    assert rim(title).max() <= 12
    assert title.shape == ((9 + 6) * 4, (9 * ADVANCE - 1 + 6) * 4, 4)
    dots = np.argwhere(GLYPHS["G"])
    centres = title[(dots[:, 0] + 3) * 4 + 2, (dots[:, 1] + 3) * 4 + 2]
    assert (centres[:, 3] == 255).all()
    assert np.abs(centres[0, :3].astype(int) - CREAM).max() < 16
    assert np.abs(centres[-1, :3].astype(int) - CORAL).max() < 16
    without = title_picture(" ", 4)
    assert without[..., 3].max() == 0


# -- the tools ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "area"),
    [
        (lambda canvas: circle(canvas, 32, 32, 20), np.pi * 400),
        (lambda canvas: ellipse(canvas, 32, 32, 24, 10, 0.7), np.pi * 240),
        (lambda canvas: capsule(canvas, 16, 32, 48, 32, 6), np.pi * 36 + 32 * 12),
        (lambda canvas: polygon(canvas, [(10, 10), (50, 10), (50, 30), (10, 30)]), 800),
        (lambda canvas: polygon(canvas, [(12, 52), (32, 12), (52, 52), (32, 36)]), 480),
        (lambda canvas: melt(circle(canvas, 32, 32, 20), circle(canvas, 32, 32, 5), 3), np.pi * 400),
    ],
    ids=["circle", "ellipse", "capsule", "rectangle", "dart", "melt"],
)
@pytest.mark.parametrize("scale", [1.0, 2.5])
def test_a_filled_shape_covers_its_area(
    shape: Callable[[Canvas], npt.NDArray[np.float64]], area: float, scale: float
) -> None:
    canvas = Canvas(64, 64, scale)
    canvas.fill(shape(canvas), CREAM)
    covered = canvas.pixels()[..., 3].sum() / 255 / scale**2
    assert covered == pytest.approx(area, rel=0.02)


def test_half_covered_pixels_keep_the_full_colour() -> None:
    """Straight alpha: the rim of a shape is its own colour made thin, never mixed with black."""
    canvas = Canvas(16, 16)
    canvas.fill(circle(canvas, 8, 8, 5.3), CORAL)
    pixels = canvas.pixels()
    seen = pixels[pixels[..., 3] > 20]
    assert np.abs(seen[:, :3].astype(int) - CORAL).max() <= 1
    assert ((seen[:, 3] > 20) & (seen[:, 3] < 235)).any()


def test_nonsense_is_refused_with_the_mend() -> None:
    with pytest.raises(ValueError, match="use 0, 1 or 2"):
        asteroids.star(3)
    for scale in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="more than 0"):
            Canvas(8, 8, scale)
    with pytest.raises(ValueError, match="at least 1"):
        text_picture("A", 0)


def test_layers_cover_each_other() -> None:
    canvas = Canvas(8, 8)
    canvas.cover(np.ones((8, 8)), CORAL)
    canvas.cover(np.full((8, 8), 0.5), SKY)
    assert np.abs(canvas.pixels()[4, 4].astype(int) - (*mix(CORAL, SKY, 0.5), 255)).max() <= 1


def test_ramp_blends_between_its_stops() -> None:
    field = np.array([[-1.0, 0.0, 0.5, 1.0, 9.0]])
    colours = ramp(field, [(0.0, INK), (1.0, SKY)])
    expected = [INK, INK, mix(INK, SKY, 0.5), SKY, SKY]
    assert np.abs(colours[0] - np.array(expected)).max() <= 1


def test_noise_is_normal_and_seamless() -> None:
    field = noise(48, 64, np.random.default_rng(1), 2.5, 40)
    assert field.mean() == pytest.approx(0, abs=1e-9)
    assert field.std() == pytest.approx(1)
    inside = np.abs(np.diff(field, axis=0)).mean()
    assert np.abs(field[0] - field[-1]).mean() < inside * 2


@pytest.mark.parametrize("name", ["asteroids", "bunny", "drawing", "font", "hello", "palette"])
def test_modules_are_found_under_the_installed_name(name: str) -> None:
    assert importlib.import_module(f"ecs_engine.assets.{name}").__doc__


def test_a_wider_meadow_has_the_same_middle() -> None:
    narrow, wide = hello.meadow(320, 180), hello.meadow(480, 180)
    assert np.array_equal(wide[:, 80:400], narrow)
    assert np.ptp(wide[:60, 400:, 0], axis=1).max() > 40  # there is a cloud to the right of it, too
