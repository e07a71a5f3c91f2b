"""pygame-ce: a picture in the screen's format and one `fblits` with all sprites. It draws with the CPU."""

from __future__ import annotations

import os
from itertools import repeat

os.environ["PYGAME_HIDE_SUPPORT_PROMPT"] = "1"

import pygame
from common import BACKGROUND, HEIGHT, SIDE, WIDTH, Field, Subject, picture, run


def moving(count: int) -> Subject:
    pygame.display.init()
    screen = pygame.display.set_mode((WIDTH, HEIGHT))
    field = Field(count)
    image = pygame.image.frombytes(picture().tobytes(), (SIDE, SIDE), "RGBA").convert_alpha()

    def frame() -> None:
        pygame.event.pump()
        corners = (field.step() - SIDE / 2).tolist()
        screen.fill(BACKGROUND)
        screen.fblits(list(zip(repeat(image), corners)))  # repeat never ends
        pygame.display.flip()

    return Subject(frame, lambda: "software", lambda path: pygame.image.save(screen, path))


if __name__ == "__main__":
    run("pygame-ce", pygame.version.ver, {"moving": moving})
