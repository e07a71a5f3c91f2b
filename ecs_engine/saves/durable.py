"""Files that survive: written whole or not at all, checked when they are read, and with the one before kept.

A file is written beside its name, brought to the disk, and only then renamed; the folder is brought to the disk last.
So a process that is killed, or a system call that fails, at any moment leaves the old file or the new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path

from ecs_engine.core.errors import SaveError
from ecs_engine.files import MAX_FILE, FileName

_HEAD = struct.Struct("<8sQ32s")
"""Mark, length of the contents, their BLAKE2b digest."""
_MARK = b"ECSFILE1"


@dataclass(frozen=True, slots=True)
class Durable:
    """What :func:`read_durable` found."""

    data: bytes
    fallback: str = ""
    """Empty; or, where the newest file cannot be used and the one before it stands in, why, as a sentence."""


def previous_of(path: FileName) -> Path:
    """Where the generation before the newest is kept: beside it, with ``.previous`` behind its name."""
    path = Path(path)
    return path.with_name(f"{path.name}.previous")


def write_durable(path: FileName, data: bytes) -> None:
    """Replace a file by ``data``, and keep the one that it replaces as :func:`previous_of` it. Any thread, but one at a
    time for each file. Folders are made.

    Raises:
        SaveError: it cannot be written (no room, no right, ...). The file is as it was; if even that could not be seen
            to, the one before stands in for it.
    """
    path = Path(path)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        os.makedirs(path.parent, exist_ok=True)
        try:
            _write(part, _HEAD.pack(_MARK, len(data), _digest(data)) + data)
            if _why_broken(path) == "":  # a broken one may not take the place of the one before
                os.replace(path, previous_of(path))
            os.replace(part, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(part)
            raise
        _sync_folder(path.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SaveError(f"{path} cannot be written: {reason}; make room, or choose another place.") from error


def read_durable(path: FileName) -> Durable:
    """The contents of a file that :func:`write_durable` wrote, checked; where it is broken or gone, of the one before.

    Raises:
        SaveError: there is neither, or neither is whole.
    """
    path = Path(path)
    try:
        return Durable(_read(path))
    except SaveError as error:
        broken = error
    try:
        data = _read(previous_of(path))
    except SaveError:
        raise broken from None
    return Durable(data, f"{broken} The one before it was read.")


def durable_exists(path: FileName) -> bool:
    """Whether there is something for :func:`read_durable` to read: the file, or the one before it."""
    return os.path.isfile(path) or os.path.isfile(previous_of(path))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=32).digest()


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o644)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]  # a disk that is nearly full takes a part
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(folder: Path) -> None:
    """Bring renames to the disk; where folders cannot be opened, as on Windows, the system sees to that itself."""
    try:
        handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    except PermissionError:
        return
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            state = os.fstat(stream.fileno())
            if not stat.S_ISREG(state.st_mode):
                raise SaveError(f"{path} is no ordinary file: name another.")
            if state.st_size > MAX_FILE + _HEAD.size:
                raise SaveError(f"{path} was refused: it has more than {MAX_FILE:,} bytes, so it is none of ours.")
            whole = stream.read(MAX_FILE + _HEAD.size + 1)
    except FileNotFoundError:
        raise SaveError(f"There is no file {path}: check the name, or save first.") from None
    except OSError as error:
        raise SaveError(f"{path} cannot be read: {error.strerror or error}; check its folder and rights.") from error
    if whole[: len(_MARK)] != _MARK:
        raise SaveError(f"{path} is no file of ecs-engine: it begins otherwise; name another.")
    if len(whole) < _HEAD.size or len(whole) != _HEAD.size + _HEAD.unpack_from(whole)[1]:
        raise SaveError(f"{path} is broken: it has {len(whole):,} bytes, and not as many as it says; restore a copy.")
    data = whole[_HEAD.size :]
    if _digest(data) != _HEAD.unpack_from(whole)[2]:
        raise SaveError(f"{path} is broken: its contents do not match their checksum; restore a copy.")
    return data


def _why_broken(path: Path) -> str:
    try:
        _read(path)
    except SaveError as error:
        return str(error)
    return ""
