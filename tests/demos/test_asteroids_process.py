"""The command `ecs-engine demo asteroids` as a player meets it: a process of its own, real keys, and what is on the
screen. Nothing of the game is known here but its pictures."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from math import atan2, degrees, nan
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from ecs_engine.assets import font

from .keyboard import Keyboard, find_window

pytestmark = pytest.mark.x11

PATIENCE = 30.0
POLL = 0.03
SCORE = (28, 56)
"""Where the score stands in the window: left and bottom of its first figure, in pixels from the top left."""
SCORE_DOTS = 4
"""Pixels to a dot of the score's font."""
Picture = npt.NDArray[np.uint8]


@pytest.fixture
def game() -> Iterator[subprocess.Popen[str]]:
    """The game in a process of its own, which is ended if the test does not end it."""
    command = Path(sys.executable).with_name("ecs-engine")
    with subprocess.Popen([command, "demo", "asteroids"], stdout=-1, stderr=subprocess.STDOUT, text=True) as process:
        yield process
        process.kill()


def until(what: str, done: Callable[[], object], game: subprocess.Popen[str]) -> None:
    """Ask again and again until it is so. Another process cannot be waited for in any other way."""
    deadline = time.monotonic() + PATIENCE
    while not done():
        if game.poll() is not None:
            raise AssertionError(f"the game ended before {what}: {game.communicate()[0]}")
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(POLL)


def score(picture: Picture) -> int | None:
    """The score on the screen; None where there is none that can be read."""
    light = picture.min(axis=2) > 150
    left, bottom = SCORE
    for points in range(0, 1000, 10):
        letters = [np.pad(font.GLYPHS[figure], ((0, 0), (0, 1))) for figure in str(points)]
        # And room for one more, which must not be there.
        dots = np.kron(np.pad(np.hstack(letters), ((0, 0), (0, 5))), np.ones((SCORE_DOTS, SCORE_DOTS), np.bool_))
        height, width = dots.shape
        if np.array_equal(light[bottom - height : bottom, left : left + width], dots):
            return points
    return None


def heading(picture: Picture) -> float:
    """Degrees counter-clockwise from upright, -180 to 180, of the ship in the middle of the screen: its tail is red.
    NaN while it is not there: it blinks at first."""
    red, green, blue = np.moveaxis(picture[360 - 34 : 360 + 34, 640 - 34 : 640 + 34].astype(int), 2, 0)
    rows, columns = np.nonzero((red > 180) & (green < 130) & (blue < 130))
    if len(rows) < 100:
        return nan
    return degrees(atan2(columns.mean() - 33.5, rows.mean() - 33.5))


def test_it_is_played_by_keys_and_seen_on_the_screen(game: subprocess.Popen[str]) -> None:
    from Xlib.display import Display

    server = Display()
    until("its window opens", lambda: find_window(server, "Asteroids") is not None, game)
    keyboard = Keyboard("Asteroids")
    until("the title is drawn", lambda: keyboard.look().max() > 200, game)
    assert score(keyboard.look()) is None

    keyboard.tap("Return")
    until("the game begins", lambda: score(keyboard.look()) == 0, game)
    until("the ship stands upright", lambda: abs(heading(keyboard.look())) < 5.0, game)

    keyboard.key("Left", down=True)
    until("the ship turns left", lambda: 30.0 < heading(keyboard.look()) < 150.0, game)

    keyboard.key("space", down=True)  # still turning, so that a shot goes in every direction
    until("a rock is hit", lambda: (score(keyboard.look()) or 0) >= 20, game)
    keyboard.key("space", down=False)
    keyboard.key("Left", down=False)

    keyboard.tap("Escape")
    until("it is back at the title", lambda: score(keyboard.look()) is None, game)
    keyboard.tap("Escape")
    assert game.wait(PATIENCE) == 0
    assert game.communicate()[0] == ""
    server.close()
