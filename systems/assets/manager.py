"""The asset manager: what is asked for is read and decoded on worker threads, and handed over between two ticks."""

from __future__ import annotations

import logging
import os
import posixpath
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, ClassVar, TypeVar

from ecs_engine.core.errors import AssetError
from ecs_engine.core.system import Stage, System
from ecs_engine.decoding import read_picture
from ecs_engine.files import FileName, GameFiles
from ecs_engine.pictures import Pictures
from ecs_engine.systems.assets.aseprite import build_sheet, read_layout
from ecs_engine.systems.assets.handles import Asset, PictureAsset, Progress
from ecs_engine.systems.assets.sheets import Sheet, cut_sheet, missing_sheet, pictures_of

T = TypeVar("T")

WORKERS = max(1, min(4, (os.cpu_count() or 2) - 1))
"""Threads that read and decode: two cores have enough to do with the game's own two."""

log = logging.getLogger(__name__)


class _Counted(GameFiles):
    """Files whose bytes are counted, for workers."""

    def __init__(self, files: GameFiles) -> None:
        super().__init__(files.root)
        self.bytes = 0
        self._lock = threading.Lock()

    def read(self, name: FileName, *args: Any, **options: Any) -> bytes:
        data = super().read(name, *args, **options)
        with self._lock:
            self.bytes += len(data)
        return data


class Assets:
    """Loads files in the background; a resource of the world, and ``app.assets``.

    Asking for something returns a handle at once. A picture's handle can be given to a Sprite as it is. What has been
    loaded meanwhile is handed over at the beginning of each tick, before any system of the game runs. The same file,
    asked for twice, is one asset.

    What fails is told once, in the log; where ``strict``, it is raised at the beginning of the tick instead.

    Logic thread only, or before the app runs. Without an app, too: ``wait()`` needs no tick.

    >>> from importlib.resources import files
    >>> assets = Assets(Pictures(), GameFiles(files("ecs_engine") / "render"))
    >>> shader = assets.load("shaders/view.glsl", lambda files, name: files.read(name).decode())
    >>> shader.done
    False
    >>> shader.wait()[:13]
    'layout(std140'
    >>> assets.progress.done, assets.progress.total
    (1, 1)
    >>> assets.close()
    """

    def __init__(
        self, pictures: Pictures, files: GameFiles | None = None, *, strict: bool = False, workers: int = WORKERS
    ) -> None:
        self.files = _Counted(files or pictures.files)
        self.strict = strict
        self.pictures = pictures
        self._workers = workers
        self._pool: ThreadPoolExecutor | None = None
        self._closed = False
        self._known: dict[tuple[object, ...], Asset[Any]] = {}
        self._unloaded: set[Asset[Any]] = set()
        self._pending: set[Asset[Any]] = set()
        self._finished: SimpleQueue[tuple[Asset[Any], Any, AssetError | None]] = SimpleQueue()
        self._waiting: list[tuple[set[Asset[Any]], Callable[[], object]]] = []
        self._total = self._failed = self._bytes_before = 0

    # -- asking --------------------------------------------------------------------------------------
    def picture(self, name: FileName) -> PictureAsset:
        """A picture file. See ``Pictures.load`` for what is read."""
        key = ("picture", str(self.files.find(name)))
        known = self._known.get(key)
        if isinstance(known, PictureAsset):
            return known
        text = os.fspath(name)
        asset = PictureAsset(text, self._wait, self.pictures.reserve(text))
        self._start(key, asset, lambda: self.pictures.fill(asset, self._decode(text)))
        return asset

    def sheet(
        self, name: FileName, size: tuple[int, int] | None = None, *, margin: int = 0, spacing: int = 0
    ) -> Asset[Sheet]:
        """A sheet of pictures: a picture file with frames of equal ``size`` (see :func:`cut_sheet`), or, without a
        size, a JSON file that Aseprite has exported, which names its picture file.

        Raises:
            AssetError: a picture file without a size.
        """
        text = os.fspath(name)
        if size is None and not text.lower().endswith(".json"):
            raise AssetError(
                f"Sheet {text!r} was asked for without a size: give that of a frame, or a JSON file's name."
            )

        def grid() -> Sheet:
            assert size is not None
            pixels = self._decode(text, whole=False)
            return cut_sheet(self.pictures, pixels, size, margin=margin, spacing=spacing, name=text)

        def aseprite() -> Sheet:
            layout = read_layout(self.files.read_json(text), text)
            image = posixpath.join(os.path.dirname(text), layout.image)
            return build_sheet(layout, self._decode(image, whole=False), self.pictures, text)

        key = ("sheet", str(self.files.find(name)), size, margin, spacing)
        return self._ask(key, text, aseprite if size is None else grid, missing_sheet(self.pictures, text))

    def json(self, name: FileName) -> Asset[Any]:
        """A JSON file of at most 8 MB: its value is what ``json.loads`` makes of it."""
        text = os.fspath(name)
        return self._ask(("json", str(self.files.find(name))), text, lambda: self.files.read_json(text))

    def load(self, name: FileName, read: Callable[[GameFiles, str], T]) -> Asset[T]:
        """Anything else: ``read(files, name)`` runs on a worker thread and returns the value.

        It may use ``files``, ``Pictures`` and what is its own, not the world. Whatever it raises becomes an AssetError.
        """
        text = os.fspath(name)
        return self._ask((read, str(self.files.find(name))), text, lambda: read(self.files, text))

    def when_ready(self, function: Callable[[], object], *assets: Asset[Any]) -> None:
        """Call ``function()`` at the beginning of the first tick in which all of these are done; without any, all that
        were asked for until now. So a system can go on after loading, without holding up a tick."""
        self._waiting.append(({asset for asset in assets or self._pending if not asset.done}, function))

    @property
    def progress(self) -> Progress:
        """How far loading is."""
        return Progress(
            self._total - len(self._pending), self._total, self._failed, self.files.bytes - self._bytes_before
        )

    def unload(self, asset: Asset[Any]) -> None:
        """Let go of something: its pictures' room is used again, and their ids show the checker. Asked for once more,
        it is loaded anew. Hide the sprites that show it before."""
        left = {key: known for key, known in self._known.items() if known is not asset}
        if len(left) == len(self._known):
            return  # it was unloaded before, and its ids may belong to other pictures by now
        self._known = left
        if asset.done:
            for picture in pictures_of(asset.value if asset.ready else None):
                self.pictures.remove(picture)
        else:
            self._unloaded.add(asset)
        if isinstance(asset, PictureAsset):
            self.pictures.remove(asset)

    # -- between ticks -------------------------------------------------------------------------------
    def update(self) -> None:
        """Hand over what is done. The AssetSystem does this at the beginning of each tick.

        Raises:
            AssetError: something failed, and this is strict.
        """
        while not self._finished.empty():  # nobody else takes
            self._settle(*self._finished.get())
        if self._waiting:
            for entry in [entry for entry in self._waiting if all(asset.done for asset in entry[0])]:
                self._waiting.remove(entry)
                entry[1]()

    def wait(self) -> None:
        """Wait until all that was asked for is done. Before the app runs, or in tests: it holds up a tick.

        Raises:
            AssetError: something failed, and this is strict.
        """
        while self._pending:
            self._settle(*self._finished.get())

    def close(self) -> None:
        """End the workers, after the files they are at, and leave out the rest. Closing twice does nothing."""
        self._closed = True
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None
        for asset in list(self._pending):
            asset.settle(None, AssetError(f"Asset {asset.name!r} was not loaded: its app closed before that."))
        self._pending.clear()
        self._waiting.clear()

    # -- within --------------------------------------------------------------------------------------
    def _decode(self, name: str, *, whole: bool = True) -> Any:
        return read_picture(self.files, name, self.pictures.check_side if whole else None)

    def _ask(self, key: tuple[object, ...], name: str, job: Callable[[], T], stand_in: T | None = None) -> Asset[T]:
        known = self._known.get(key)
        if known is not None:
            return known
        asset: Asset[T] = Asset(name, self._wait, stand_in)
        self._start(key, asset, job)
        return asset

    def _start(self, key: tuple[object, ...], asset: Asset[T], job: Callable[[], T]) -> None:
        if self._closed:
            raise AssetError(f"Asset {asset.name!r} was asked for after the app closed: load it before.")
        if not self._pending:
            self._total, self._failed, self._bytes_before = 0, 0, self.files.bytes
        self._known[key] = asset
        self._pending.add(asset)
        self._total += 1
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="assets")
        try:
            self._pool.submit(self._work, asset, job)
        except RuntimeError as reason:  # no thread is to be had; else whoever waits would do so for ever
            error = AssetError(
                f"Asset {asset.name!r} cannot be read: no thread can be started for it ({reason}); let the process "
                "have more threads, or use fewer."
            )
            self._finished.put((asset, None, error))

    def _work(self, asset: Asset[T], job: Callable[[], T]) -> None:
        """On a worker thread."""
        value: T | None = None
        error: AssetError | None = None
        try:
            value = job()
        except AssetError as reason:
            error = reason
        except BaseException as reason:  # of whatever kind: else whoever waits for it would do so for ever
            error = AssetError(
                f"Asset {asset.name!r} cannot be read: {type(reason).__name__}: {reason}; check the file, and what "
                "reads it."
            )
            error.__cause__ = reason
        self._finished.put((asset, value, error))

    def _wait(self, asset: Asset[Any]) -> None:
        while not asset.done:
            self._settle(*self._finished.get())

    def _settle(self, asset: Asset[Any], value: Any, error: AssetError | None) -> None:
        if asset not in self._pending:
            return  # it was given up, and then there was a thread after all
        self._pending.discard(asset)
        if asset in self._unloaded:
            self._unloaded.discard(asset)
            for picture in pictures_of(value):
                self.pictures.remove(picture)
            value, error = None, error or AssetError(f"Asset {asset.name!r} was unloaded before it was there.")
            asset.settle(value, error)
            return
        if error is not None and isinstance(asset, PictureAsset):
            self.pictures.remove(asset)
            value = self.pictures.missing
        asset.settle(value, error)
        if error is not None:
            self._failed += 1
            if self.strict:
                raise error
            log.error("%s", error)


class AssetSystem(System):
    """Lets :class:`Assets` hand over what is loaded, before anything else of a tick."""

    stage: ClassVar[Stage] = Stage.INPUT
    priority = 1000

    def process(self, dt: float) -> None:
        assets = self.world.resource(Assets)
        assets.pictures.recycle()
        assets.update()
