"""Small things that a game keeps between its runs, such as high scores and settings."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

from ecs_engine.core.errors import SaveError
from ecs_engine.files import FileName
from ecs_engine.saves.durable import durable_exists, read_durable, write_durable


def user_data_path(game: str) -> Path:
    """The folder for what a game keeps for this player. It is made when something is written there.

    ``$XDG_DATA_HOME`` or ``~/.local/share`` on Linux (XDG Base Directory Specification), ``~/Library/Application
    Support`` on macOS, ``%LOCALAPPDATA%`` on Windows; within it a folder of the game's name.

    Raises:
        SaveError: the name cannot be that of a folder everywhere.
    """
    if not re.fullmatch(r"\w[\w .-]{0,62}", game) or game.endswith((" ", ".")):
        raise SaveError(f"{game!r} cannot be a folder's name everywhere: give letters, digits, spaces, - and _.")
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or "")
        if not base.is_absolute():  # the specification has relative ones ignored
            base = home / ".local" / "share"
    return base / game


def save_json(path: FileName, value: Any) -> None:
    """Write plain data (what ``json.dumps`` takes) so that it survives: see :func:`write_durable`.

    Raises:
        SaveError: it is no plain data, or cannot be written.
    """
    try:
        text = json.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise SaveError(f"What was to be written to {os.fspath(path)} is no plain data: {error}.") from error
    write_durable(path, text.encode())


def load_json(path: FileName, default: Any = None) -> Any:
    """What :func:`save_json` wrote there last, or ``default`` if it never did.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     scores = Path(folder) / "scores"
    ...     save_json(scores, load_json(scores, []) + [1200])
    ...     load_json(scores)
    [1200]

    Raises:
        SaveError: there is something, and it is broken.
    """
    if not durable_exists(path):
        return default
    try:
        return json.loads(read_durable(path).data)
    except (ValueError, RecursionError) as error:
        raise SaveError(f"{os.fspath(path)} holds no plain data: {error}; write it anew.") from error
