"""Lines of words in the look that the demos share."""

from __future__ import annotations

from ecs_engine import Text, Transform2D, World
from ecs_engine.assets.palette import INK, Colour


def write(
    world: World,
    place: tuple[float, float],
    words: str,
    color: Colour,
    *,
    layer: int,
    size: float = 20,
    align: float = 0.0,
) -> Text:
    """A line of the pixel font with a shadow, its lower left corner (or middle, by ``align``) at ``place``."""
    shadow = (size / 10, -size / 10)
    text = Text(words, size=size, color=color, anchor=(align, 0), shadow=shadow, shadow_color=INK, layer=layer)
    world.create_entity(Transform2D(place), text)
    return text
