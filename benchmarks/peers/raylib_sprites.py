"""raylib through its cffi binding: the C names of `raylib`, which its documentation calls faster than `pyray`, and a
batch that holds all sprites, so that they are one draw. (With its own small batch it crashes on the no-op driver.)"""

from __future__ import annotations

from importlib.metadata import version

import numpy as np
from common import BACKGROUND, HEIGHT, SIDE, WIDTH, Field, Subject, gl_renderer, picture, run
from raylib import ffi, rl

UNCOMPRESSED_R8G8B8A8 = 7
LOG_WARNING = 4

batches = []  # raylib keeps nothing but the pointer


def moving(count: int) -> Subject:
    rl.SetTraceLogLevel(LOG_WARNING)
    rl.InitWindow(WIDTH, HEIGHT, b"raylib")
    field, pixels = Field(count), picture()
    data = ffi.from_buffer(pixels)
    image = ffi.new("Image *", [data, SIDE, SIDE, 1, UNCOMPRESSED_R8G8B8A8])[0]
    texture = rl.LoadTextureFromImage(image)
    white, background = ffi.new("Color *", [255] * 4)[0], ffi.new("Color *", [*BACKGROUND, 255])[0]
    batches.append(ffi.new("rlRenderBatch *", rl.rlLoadRenderBatch(1, max(count, 1024))))
    rl.rlSetRenderBatchActive(batches[-1])
    corner = np.empty((count, 2), np.int32)

    def frame() -> None:
        np.subtract(field.step(), SIDE / 2, out=corner, casting="unsafe")
        rl.BeginDrawing()
        rl.ClearBackground(background)
        draw = rl.DrawTexture
        for x, y in corner.tolist():
            draw(texture, x, y, white)
        rl.EndDrawing()

    def screenshot(path: str) -> None:
        shot = rl.LoadImageFromScreen()
        rl.ExportImage(shot, path.encode())

    return Subject(frame, gl_renderer, screenshot)


if __name__ == "__main__":
    run("raylib", version("raylib"), {"moving": moving})
