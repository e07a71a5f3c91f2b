"""The files of a game: found in a folder, in a package or in a zip, and read whole, up to a limit."""

from __future__ import annotations

import difflib
import json
import os
import posixpath
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from ecs_engine.core.errors import AssetError

FileName = str | os.PathLike[str]

MAX_FILE = 256 * 1024 * 1024
"""Bytes of the largest file that is read."""
MAX_JSON = 8 * 1024 * 1024
"""Bytes of the largest JSON file that is read: in memory it may take thirty times as much."""


class GameFiles:
    """Reads files by names that are relative to one folder.

    Args:
        root: a path; or what ``importlib.resources.files("mygame")`` returns, which also finds files of a package that
            was installed or zipped; or a ``zipfile.Path``. By default names are relative to the working directory.

    Any thread.

    >>> from importlib.resources import files
    >>> shaders = GameFiles(files("ecs_engine") / "render" / "shaders")
    >>> shaders.read("view.glsl")[:13]
    b'layout(std140'
    """

    def __init__(self, root: FileName | Traversable | None = None) -> None:
        self.root: Path | Traversable = Path(root) if isinstance(root, (str, os.PathLike)) else root or Path()

    def find(self, name: FileName) -> Path | Traversable:
        """Where the file of this name is, or would be: the same place for all names of one file.

        Raises:
            AssetError: the name leads out of a root that is no path.
        """
        text = os.fspath(name)
        if isinstance(self.root, Path):
            return Path(os.path.abspath(self.root / text))
        parts = posixpath.normpath(text.replace("\\", "/")).split("/")
        if parts[0] in ("", ".."):
            raise AssetError(f"File {text!r} is outside of {self.root}: give a name relative to that.")
        place = self.root
        for part in parts:
            place = place / part
        return place

    def read(self, name: FileName, what: str = "File", most: int = MAX_FILE) -> bytes:
        """The contents of a file.

        Args:
            what: the word for it in errors.
            most: bytes.

        Raises:
            AssetError: there is no such file, it cannot be read, or it is longer than ``most``.
        """
        place, text = self.find(name), os.fspath(name)
        try:
            if not place.is_file():  # also keeps pipes and devices away, which could be read for ever
                raise AssetError(f"{what} {text!r} was not loaded: {why_no_file(place)}")
            with place.open("rb") as stream:
                data: bytes = stream.read(most + 1)
        except AssetError:
            raise
        except Exception as error:  # zip files can be broken in many ways
            raise AssetError(
                f"{what} {text!r} at {place} cannot be read: {error or type(error).__name__}; check the file."
            ) from error
        if len(data) > most:
            raise AssetError(
                f"{what} {text!r} at {place} was refused: it has more than {most:,} bytes; make it smaller."
            )
        return data

    def read_json(self, name: FileName) -> Any:
        """A JSON file's contents.

        Raises:
            AssetError: as :meth:`read`, or it is no JSON; the message tells the line.
        """
        data = self.read(name, "JSON", MAX_JSON)
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
            raise AssetError(
                f"JSON {os.fspath(name)!r} at {self.find(name)} cannot be read: {reason}; export or write it again."
            ) from error


def why_no_file(place: Path | Traversable) -> str:
    """The reason and the mend for a place that is no file, with the nearest name in its folder."""
    if place.is_dir():
        return f"{place} is a folder; give the name of a file."
    if not isinstance(place, Path):
        return f"there is no file {place}; check the name, or put the file there."
    # os.path rather than Path: its questions are answered with False where the system refuses to look.
    if os.path.exists(place):
        return f"{place} is not an ordinary file; give the name of a file."
    if not os.path.isdir(place.parent):
        return f"there is no folder {place.parent}; check the path, or the folder the program was started in."
    try:
        near = difflib.get_close_matches(place.name, os.listdir(place.parent), n=1)
    except OSError:
        near = []
    hint = f"did you mean {near[0]!r}?" if near else "check the name, or put the file there."
    return f"there is no file {place.name!r} in {place.parent}; {hint}"
