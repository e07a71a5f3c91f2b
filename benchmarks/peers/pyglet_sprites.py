"""pyglet: all sprites in one Batch, and each position set at once; error checks are off (`python -O`)."""

from __future__ import annotations

import numpy as np
import pyglet
from common import BACKGROUND, HEIGHT, SIDE, WIDTH, Field, Subject, gl_renderer, picture, run


def moving(count: int) -> Subject:
    window = pyglet.window.Window(WIDTH, HEIGHT, vsync=False)
    pyglet.gl.glClearColor(*(value / 255 for value in BACKGROUND), 1)
    field, batch = Field(count), pyglet.graphics.Batch()
    image = pyglet.image.ImageData(SIDE, SIDE, "RGBA", picture().tobytes()).get_texture()
    image.anchor_x = image.anchor_y = SIDE // 2
    sprites = [pyglet.sprite.Sprite(image, batch=batch) for _ in range(count)]
    place = np.zeros((count, 3), np.float32)

    def frame() -> None:
        window.dispatch_events()
        place[:, :2] = field.step()
        for sprite, position in zip(sprites, place.tolist(), strict=True):
            sprite.position = position
        window.clear()
        batch.draw()
        window.flip()

    def screenshot(path: str) -> None:
        window.clear()
        batch.draw()
        pyglet.image.get_buffer_manager().get_color_buffer().save(path)

    return Subject(frame, gl_renderer, screenshot)


if __name__ == "__main__":
    run("pyglet", pyglet.version, {"moving": moving})
