"""Words on the screen, one sprite a letter, in the pixel font of ``ecs_engine.assets``."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ecs_engine import Pictures, Sprite, Transform2D, World, batch
from ecs_engine.assets import font
from ecs_engine.assets.palette import CREAM, INK, Colour

Place = tuple[float, float]


class Glyphs:
    """The pictures of all letters at one size, each dot of the font ``scale`` pixels, with a dark drop shadow."""

    def __init__(self, pictures: Pictures, scale: int = 2) -> None:
        self.scale = scale
        self.pictures = {
            letter: int(pictures.add(_with_shadow(pixels, scale), name=f"letter {letter!r} x {scale}"))
            for letter, pixels in font.glyph_pictures(scale).items()
        }


def _with_shadow(pixels: npt.NDArray[np.uint8], scale: int) -> npt.NDArray[np.uint8]:
    shape = np.pad(pixels, ((0, scale), (0, scale), (0, 0)))
    shadow = np.roll(shape, (scale, scale), (0, 1))[..., 3]
    shape[(shape[..., 3] == 0) & (shadow > 0)] = (*INK, 255)
    return shape


class Text:
    """One line of words that may change from tick to tick; its letters are made once, all of them.

    Args:
        place: of the line's lower left corner, or the middle or right one by ``align`` (0, 0.5 or 1).
        room: the most letters it can show; more are cut off.
    """

    def __init__(
        self,
        world: World,
        glyphs: Glyphs,
        place: Place,
        room: int,
        *,
        align: float = 0.0,
        color: Colour = CREAM,
        layer: int = 0,
    ) -> None:
        self.text = ""
        self._glyphs, self._place, self._align = glyphs, place, align
        letters = world.create_entities(
            room,
            batch(Transform2D, position=np.array(place, np.float32)),
            Sprite(tint=(*color, 255), anchor=(0, 0), layer=layer, visible=False),
        ).tolist()
        self._transforms = [world.component_for_entity(letter, Transform2D) for letter in letters]
        self._sprites = [world.component_for_entity(letter, Sprite) for letter in letters]

    def show(self, text: str) -> None:
        """Show these words instead; letters the font does not have become question marks, and "" shows nothing."""
        text = text[: len(self._sprites)]
        if text == self.text:
            return
        self.text = text
        scale = self._glyphs.scale
        left, bottom = self._place[0] - round(self._align * font.text_width(text, scale)), self._place[1]
        for index, (transform, sprite) in enumerate(zip(self._transforms, self._sprites, strict=True)):
            letter = text[index] if index < len(text) else " "
            sprite.visible = letter != " "
            if letter != " ":
                sprite.picture = self._glyphs.pictures.get(letter, self._glyphs.pictures["?"])
                transform.position = (left + index * font.ADVANCE * scale, bottom)
