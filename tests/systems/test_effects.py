"""What the effects in stock are made of. How they look is in tests/render/test_effects.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.systems.effects import CRT, Bloom, Effect, Palette, Vignette
from ecs_engine.systems.effects.stock import unit_color


def test_a_bloom_goes_down_and_comes_up_again() -> None:
    passes = Bloom(levels=3).passes()
    assert [one.scale for one in passes] == [1 / 2, 1 / 4, 1 / 8, 1 / 4, 1 / 2, 1]
    assert [one.other for one in passes[3:5]] == [1, 0]
    assert len(Bloom(levels=1).passes()) == 2
    assert len(Bloom(levels=6).passes()) == 12


def test_colours_are_parts_of_one() -> None:
    assert unit_color("It", (0, 255, 51)) == pytest.approx((0, 1, 0.2))


@pytest.mark.parametrize("color", [(256, 0, 0), (0, -1, 0), (1, 2), (1, 2, 3, 4), "red", None])
def test_what_is_no_colour_is_refused(color: Any) -> None:
    with pytest.raises(EngineError, match=r"^It was given the colour .*: give red, green and blue, 0 to 255"):
        unit_color("It", color)


@pytest.mark.parametrize(
    "make",
    [
        lambda: Bloom(levels=0),
        lambda: Bloom(levels=7),
        lambda: Bloom(levels=1.5),  # type: ignore[arg-type]
        lambda: Palette(colors=[]),
        lambda: Palette(colors=[(0, 0, 0)] * 33),
        lambda: Palette(colors=[(0, 0, 300)]),
        lambda: Vignette(color=(0, 0, 300)),
    ],
)
def test_settings_that_cannot_be_are_refused(make: Callable[[], Effect]) -> None:
    with pytest.raises(EngineError, match="give "):
        make().passes()


def test_settings_below_the_least_are_the_least() -> None:
    assert dict(CRT(line_height=0).passes()[0].uniforms)["line_height"] == (1,)
    (palette,) = Palette(colors=[(0, 51, 255)] * 32, pixel=0).passes()
    values = dict(palette.uniforms)
    assert values["pixel"] == (1,)
    assert values["count"] == (32,)
    assert values["colors"][-3:] == pytest.approx((0, 0.2, 1))
