"""ursina: an Entity a sprite, all with one texture, and none on its list of entities to update.

Below it is Panda3D, and it has no batch of entities: one mesh written by hand is what the peer Panda3D does.
"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from common import BACKGROUND, HEIGHT, SIDE, WIDTH, Field, Subject, picture, run
from panda3d.core import Filename, load_prc_file_data
from PIL import Image
from ursina import Entity, Texture, Ursina, camera, color, window


def moving(count: int) -> Subject:
    load_prc_file_data("", "audio-library-name null\nnotify-level error")
    app = Ursina(size=(WIDTH, HEIGHT), borderless=False, vsync=False, development_mode=False)
    window.color = color.rgba32(*BACKGROUND)
    camera.orthographic, camera.fov = True, HEIGHT
    texture = Texture(Image.fromarray(picture()))
    field, middle = Field(count), np.array((WIDTH / 2, HEIGHT / 2), np.float32)
    entities = [
        Entity(model="quad", texture=texture, scale=SIDE, add_to_scene_entities=False, ignore=True)
        for _ in range(count)
    ]

    def frame() -> None:
        for entity, (x, y) in zip(entities, (field.step() - middle).tolist(), strict=True):
            entity.set_pos(x, y, 0)
        app.step()

    def screenshot(path: str) -> None:
        app.graphicsEngine.render_frame()
        app.win.save_screenshot(Filename.from_os_specific(path))

    return Subject(frame, lambda: app.win.gsg.driver_renderer, screenshot)


if __name__ == "__main__":
    run("ursina", version("ursina"), {"moving": moving})
