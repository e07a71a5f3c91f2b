"""Effects are read into the frame, and their files are watched while a game is made."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from ecs_engine.components import Camera2D
from ecs_engine.core.errors import AssetError
from ecs_engine.core.system import Stage, System
from ecs_engine.files import GameFiles
from ecs_engine.frame.passes import Pass, Shader
from ecs_engine.pictures import Pictures
from ecs_engine.systems.culling import VisibleSets
from ecs_engine.systems.effects.effects import Effects

LOOK_SECONDS = 0.25
"""How long changes of files may go unnoticed."""
MOST_TEXT = 1 << 20
"""Bytes of the largest shader that is read."""

log = logging.getLogger("ecs_engine")


class ShaderFiles:
    """The texts of shaders in files, each read once, and again when it changes if that is asked for.

    Args:
        watch: look for changes, at most every :data:`LOOK_SECONDS`.
        clock: seconds.
    """

    def __init__(self, files: GameFiles, *, watch: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._files = files
        self._watch = watch
        self._clock = clock
        self._next_look = 0.0
        self._shaders: dict[str, Shader] = {}
        self._stamps: dict[str, tuple[int, int] | None] = {}

    def resolve(self, shader: Shader) -> Shader:
        """The same shader with the file's text.

        Raises:
            AssetError: the file is missing, cannot be read, or is no text.
        """
        found = self._shaders.get(shader.name)
        if found is None:
            self._stamps[shader.name] = self._stamp(shader.name)
            found = self._shaders[shader.name] = replace(shader, text=self._read(shader.name))
        return found

    def look(self) -> None:
        """Read again what has changed. One that cannot be read now stays as it was, and that is logged."""
        if not (self._watch and self._shaders) or self._clock() < self._next_look:
            return
        self._next_look = self._clock() + LOOK_SECONDS
        for name, shader in self._shaders.items():
            stamp = self._stamp(name)
            if stamp is None or stamp == self._stamps[name]:
                continue  # editors may take a file away for a moment
            self._stamps[name] = stamp
            try:
                self._shaders[name] = replace(shader, text=self._read(name))
            except AssetError as error:
                log.error("%s", error)

    def _read(self, name: str) -> str:
        data = self._files.read(name, "Shader", MOST_TEXT)
        try:
            return data.decode()
        except UnicodeDecodeError as error:
            raise AssetError(f"Shader {name!r} is no text in UTF-8 ({error}): write it as plain text.") from None

    def _stamp(self, name: str) -> tuple[int, int] | None:
        """When it was changed, and its size; None for what is no file, or lies in an archive."""
        place = self._files.find(name)
        if not (self._watch and isinstance(place, Path)):
            return None
        try:
            status = os.stat(place)
        except OSError:
            return None
        return status.st_mtime_ns, status.st_size


class EffectSystem(System):
    """Reads every Effects component into the frame. Without one it does nothing.

    Args:
        development: read files of shaders again when they change.
    """

    stage: ClassVar[Stage] = Stage.BATCH
    needs: ClassVar[tuple[type, ...]] = (Effects,)

    def __init__(self, *, development: bool = False) -> None:
        self.development = development

    def on_add(self) -> None:
        pictures = self.world.try_resource(Pictures)
        self._files = ShaderFiles(pictures.files if pictures else GameFiles(), watch=self.development)

    def process(self, dt: float) -> None:
        sets = self.world.resource(VisibleSets)
        found = self.world.get_component(Effects)
        sets.effects = {}  # frames keep those of the ticks before
        if not found:
            return
        self._files.look()
        views = {camera.entity: camera.view for camera in sets.cameras}
        for entity, effects in found:
            chain = tuple(tuple(map(self._resolved, effect.passes())) for effect in effects.chain)
            view = views.get(entity)
            if view is not None:
                view.effects = chain
            elif chain and not self.world.has_component(entity, Camera2D):
                sets.effects[effects.window] = sets.effects.get(effects.window, ()) + chain

    def _resolved(self, one: Pass) -> Pass:
        if not one.shader.is_file:
            return one
        return replace(one, shader=self._files.resolve(one.shader))
