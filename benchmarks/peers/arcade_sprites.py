"""arcade: one SpriteList without a spatial hash, of BasicSprites, the least that arcade calls a sprite."""

from __future__ import annotations

import arcade
from common import BACKGROUND, HEIGHT, WIDTH, Field, Subject, gl_renderer, picture, run
from PIL import Image


def moving(count: int) -> Subject:
    window = arcade.Window(WIDTH, HEIGHT, "arcade", vsync=False)
    field, sprites = Field(count), arcade.SpriteList(use_spatial_hash=False, capacity=count)
    texture = arcade.Texture(Image.fromarray(picture()))
    sprites.extend(arcade.BasicSprite(texture) for _ in range(count))

    def draw() -> None:
        window.clear(color=BACKGROUND)
        sprites.draw()

    def frame() -> None:
        window.dispatch_events()
        for sprite, position in zip(sprites, field.step().tolist(), strict=True):
            sprite.position = position
        draw()
        window.flip()

    def screenshot(path: str) -> None:
        draw()
        arcade.get_image().save(path)

    return Subject(frame, gl_renderer, screenshot)


if __name__ == "__main__":
    run("arcade", arcade.__version__, {"moving": moving})
