"""How widgets look: colours, sizes, and the font, for all of a UI at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import isfinite

from ecs_engine.assets import palette
from ecs_engine.assets.palette import mix
from ecs_engine.core.errors import EngineError
from ecs_engine.text import Font

RGBA = tuple[int, int, int, int]
Colour = tuple[int, int, int] | RGBA


@dataclass(frozen=True)
class Theme:
    """The look of a UI. Colours are red, green, blue and perhaps alpha, 0 to 255; lengths are in units of the UI.

    ``dataclasses.replace(theme, accent=(98, 230, 190))`` makes another one.
    """

    font: Font | None = None
    """None is Rubik at weight 500."""
    text_size: float = 20.0
    """Units to an em; labels may have their own."""
    text: Colour = palette.CREAM
    text_dim: Colour = palette.MIST
    """Of placeholders."""
    panel: Colour = palette.INK
    panel_edge: Colour = palette.DUSK
    shadow: Colour = (*palette.NIGHT, 150)
    """Below panels; alpha 0 is none."""
    control: Colour = palette.DUSK
    """Buttons, and what sliders and toggles move in."""
    control_edge: Colour = palette.SLATE
    pressed: Colour = palette.NIGHT
    """What a button goes towards while it is pressed; one that is pointed at goes towards the colour of words."""
    field: Colour = palette.NIGHT
    """What is written in or chosen from."""
    accent: Colour = palette.AMBER
    """What is on, filled, chosen, or the thing to do next."""
    on_accent: Colour = palette.INK
    """Words on it."""
    knob: Colour = palette.CREAM
    focus: Colour = palette.SKY
    """The ring around what the keyboard or gamepad acts on."""
    backdrop: Colour = (*palette.NIGHT, 170)
    """Over all that is behind a modal screen."""
    corner: float = 8.0
    """Radius of round corners."""
    edge: float = 2.0
    """Width of edges."""
    gap: float = 10.0
    """Between widgets, where a container does not say."""
    padding: float = 16.0
    """Within panels and around roots, where they do not say."""
    disabled: float = 0.45
    """How opaque a disabled widget is."""

    def __post_init__(self) -> None:
        for name in ("text_size", "corner", "edge", "gap", "padding", "disabled"):
            value = getattr(self, name)
            if not (isfinite(value) and value >= 0.0) or (name == "text_size" and value == 0.0):
                raise EngineError(f"A Theme has {name}={value!r}: give a number above 0.")


LIGHT = Theme(
    text=palette.INK,
    text_dim=palette.SLATE,
    panel=palette.CREAM,
    panel_edge=palette.SAND,
    control=mix(palette.SAND, palette.CREAM, 0.35),
    control_edge=palette.CLAY,
    pressed=palette.CLAY,
    field=mix(palette.CREAM, (255, 255, 255), 0.7),
    accent=palette.CORAL,
    on_accent=mix(palette.CREAM, (255, 255, 255), 0.6),
    knob=palette.INK,
    focus=palette.OCEAN,
)
"""Ink on paper."""


@lru_cache(maxsize=256)  # a UI has few colours, and asks for them with everything that it paints
def rgba(colour: Colour, opacity: float = 1.0) -> RGBA:
    """Four numbers, the alpha times ``opacity``."""
    red, green, blue = colour[:3]
    alpha = colour[3] if len(colour) == 4 else 255
    return red, green, blue, round(alpha * opacity)


def shade(colour: Colour, towards: Colour, amount: float) -> RGBA:
    """A colour part of the way to another, with its own alpha."""
    return rgba((*mix(colour[:3], towards[:3], amount), rgba(colour)[3]))
