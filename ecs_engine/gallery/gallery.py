"""The gallery as an app: which screen is shown, and the demo that runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, SupportsIndex

from ecs_engine import App, Camera2D, Stage, System, Transform2D
from ecs_engine.assets.palette import NIGHT
from ecs_engine.demo_runner import Demo, find_demos
from ecs_engine.gallery.home import Home
from ecs_engine.gallery.process import Ended, Run
from ecs_engine.gallery.screens import DetailsScreen, FailureScreen, RunningScreen, SourceScreen
from ecs_engine.gallery.thumbnails import thumbnail
from ecs_engine.ui import UI

TITLE = "The demos of ecs-engine"


class Gallery(System):
    """All of the gallery. Each screen is in front of the one that it was opened from, which waits as it was."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self, app: App) -> None:
        self.ui = UI(app.world, height=720)
        self.pictures: dict[str, SupportsIndex] = {}
        demos = find_demos()
        for demo in demos:
            path = thumbnail(demo.name)
            self.pictures[demo.name] = app.pictures.white if path is None else app.assets.picture(path)
        self.demo: Demo | None = None
        """The one that was opened last."""
        self.run: Run | None = None
        """The one that runs."""
        mono = app.fonts.mono()
        self.home = Home([(demo, self.pictures[demo.name]) for demo in demos], self.open)
        self.details = DetailsScreen(self.start, self.read)
        self.source = SourceScreen(mono)
        self.running = RunningScreen(self.stop)
        self.failure = FailureScreen(mono)
        add = self.ui.add
        add(self.home, fill=True, margin=24, modal=True, on_cancel=self.home.clear_search)
        add(self.details, modal=True, on_cancel=self.details.hide)
        add(self.source, fill=True, modal=True, on_cancel=self.source.hide)
        add(self.running, modal=True)
        add(self.failure, fill=True, margin=40, modal=True, on_cancel=self.failure.hide)

    # -- what the player does --------------------------------------------------------------------------
    def open(self, demo: Demo) -> None:
        """Show one demo."""
        self.demo = demo
        self.details.show(demo, self.pictures[demo.name])

    def read(self) -> None:
        """Show the source of the demo that is open."""
        if self.demo is not None:
            self.source.show(self.demo)

    def start(self) -> None:
        """Run the demo that is open."""
        if self.demo is None or self.run is not None:
            return
        try:
            self.run = Run(self.demo.name)
        except OSError as error:
            self.failure.show(self.demo.name, Ended(1, (str(error),)))
        else:
            self.running.show(self.demo.name)

    def stop(self) -> None:
        """End the demo that runs."""
        if self.run is not None:
            self.run.stop()

    def close(self) -> None:
        """End the demo that runs, if one does, and wait for that. Once the app has closed."""
        if self.run is not None:
            self.run.stop()
            self.run.wait()

    # -- what the demo does ----------------------------------------------------------------------------
    def process(self, dt: float) -> None:
        run = self.run
        if run is None or run.ended is None:
            return
        self.run = None
        self.running.hide()
        if run.ended.status != 0 and not run.stopped:
            self.failure.show(run.name, run.ended)


def build(**options: Any) -> App:
    """The gallery; ``options`` go to :class:`App`."""
    app = App(TITLE, **options)
    app.world.create_entity(Transform2D(), Camera2D(clear=(*NIGHT, 255)))
    app.add_system(Gallery(app))
    return app


def show_gallery(
    headless: bool = False, frames: int | None = None, screenshot: Path | None = None, overlay: bool = False
) -> None:
    """Open the gallery until its window closes; a demo that still runs then ends, too. Main thread only.

    Args:
        headless: draw in memory; without ``frames`` it then ends after one, as nobody could close it.
        frames: end after so many.
        screenshot: where the last picture goes, as PNG.
        overlay: show the live overlay from the first frame on.
    """
    app = build(headless=headless, overlay=overlay)
    gallery = app.world.get_processor(Gallery)
    assert gallery is not None
    if headless:
        app.assets.wait()
    try:
        app.run(frames=frames or (1 if headless else None), screenshot=screenshot)
    finally:
        gallery.close()
