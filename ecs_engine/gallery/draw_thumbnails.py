"""Draws the pictures that the gallery shows: ``make thumbnails``, or ``python -m ecs_engine.gallery.draw_thumbnails
[DEMO ...]``, by default of all demos.

Each demo is drawn off screen, in a process of its own, as for `ecs-engine demo` without a display.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image

from ecs_engine.assets.palette import NIGHT
from ecs_engine.demo_runner import find_demos
from ecs_engine.gallery.thumbnails import FOLDER, SIZE

QUALITY = 82
"""Of WebP, from 0 to 100: what is visible at this size is kept."""


def shrink(source: Path, target: Path) -> None:
    """Write a picture of a demo at the gallery's size; one of another shape has bars at its sides."""
    with Image.open(source) as picture:
        small = picture.convert("RGB")
    small.thumbnail(SIZE, Image.Resampling.LANCZOS)
    whole = Image.new("RGB", SIZE, NIGHT)
    whole.paste(small, ((SIZE[0] - small.width) // 2, (SIZE[1] - small.height) // 2))
    whole.save(target, quality=QUALITY, method=6)


def main(names: list[str]) -> int:
    """Draw the pictures of the demos of these names, of all where there are none; remove those of demos that are gone.

    The exit status is not 0 when a demo failed.
    """
    FOLDER.mkdir(exist_ok=True)
    demos = [demo.name for demo in find_demos()]
    for stale in FOLDER.glob("*.webp"):
        if stale.stem not in demos:
            stale.unlink()
    for name in names or demos:
        with TemporaryDirectory() as folder:
            drawn = Path(folder, "picture.png")
            command = [sys.executable, "-m", "ecs_engine.demo_runner", "picture", name, str(drawn)]
            if subprocess.run(command, check=False).returncode:
                return 1  # it has said why
            shrink(drawn, FOLDER / f"{name}.webp")
            print(name, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
