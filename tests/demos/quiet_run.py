"""600 frames of a demo in a process of its own, which must not say a word."""

from __future__ import annotations

import os
import subprocess
import sys

RUN = """
import importlib, logging, sys, warnings
warnings.simplefilter("error")
logging.basicConfig(level=logging.WARNING)
demo = importlib.import_module("ecs_engine.demos." + sys.argv[1])
app = demo.build(headless=sys.argv[2] == "headless", size=(640, 360))
getattr(demo, "showcase", lambda app: None)(app)
frames, ticks = app.frames, app.tick
app.run(frames=600, frame_rate=240)
assert app.frames - frames == 600, app.frames
assert app.tick - ticks > 60, app.tick
"""


def run_600_frames(name: str, where: str) -> None:
    """Run a demo ``"headless"`` or in a ``"window"``.

    How each looks is another test: here the drawing itself is left out, which would take minutes for some.
    """
    command = [sys.executable, "-W", "error", "-c", RUN, name, where]
    environment = {**os.environ, "GALLIUM_NOOP": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    if name == "loading":  # one of its files is broken, and that is told once
        assert done.stderr.count("\n") == 1
        assert "Picture 'cards/21.png' at loading.zip/cards/21.png cannot be read" in done.stderr
    else:
        assert done.stderr == ""
