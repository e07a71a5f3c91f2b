"""What is wrong with a path that should lead to a file."""

from __future__ import annotations

import difflib
import os
from pathlib import Path


def why_no_file(path: Path, kind: str) -> str:
    """The reason and the mend for a path that is no file, with the nearest name in its folder.

    Args:
        kind: what the file should be, such as ``"picture"``.
    """
    # os.path rather than Path: its questions are answered with False where the system refuses to look.
    if os.path.isdir(path):
        return f"{path} is a folder; give the path of a {kind} file."
    if os.path.exists(path):
        return f"{path} is not an ordinary file; give the path of a {kind} file."
    if not os.path.isdir(path.parent):
        return f"there is no folder {path.parent}; check the path, or the folder the program was started in."
    try:
        near = difflib.get_close_matches(path.name, os.listdir(path.parent), n=1)
    except OSError:
        near = []
    hint = f"did you mean {near[0]!r}?" if near else "check the name, or put the file there."
    return f"there is no file {path.name!r} in {path.parent}; {hint}"
