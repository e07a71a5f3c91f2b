"""Comparing pictures, and keeping golden ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

UPDATE_VARIABLE = "ECS_ENGINE_UPDATE_GOLDEN"
GAP = 4
"""Grey columns between the pictures of a difference."""


def assert_images_close(
    actual: npt.NDArray[np.uint8],
    expected: npt.NDArray[np.uint8],
    *,
    tolerance: int = 2,
    max_different: float = 0.0,
    diff_path: str | Path | None = None,
) -> None:
    """Assert that two pictures, (h, w, 4) uint8, look alike.

    A pixel differs when any channel is more than ``tolerance`` steps (0 to 255) away; at most the fraction
    ``max_different`` (0 to 1) of all pixels may. On failure a picture is written to ``diff_path``, if given: actual,
    expected and the difference side by side. Raises AssertionError; ValueError when ``expected`` is no such picture.
    """
    if expected.ndim != 3 or expected.shape[2] != 4 or expected.dtype != np.uint8:
        raise ValueError(f"expected is {expected.dtype} {expected.shape}; pass an (h, w, 4) uint8 picture")
    if actual.shape != expected.shape or actual.dtype != np.uint8:
        raise AssertionError(
            f"the picture is {actual.dtype} {actual.shape} and should be uint8 {expected.shape}; render the same size"
        )
    # max - min stays within uint8, so the widest pictures need no wider copy.
    distance = (np.maximum(actual, expected) - np.minimum(actual, expected)).max(axis=2, initial=0)
    different = distance > tolerance
    count = int(np.count_nonzero(different))
    if count <= max_different * different.size:
        return
    rows, columns = np.nonzero(different)
    where = f"first at x {columns[0]}, y {rows[0]}, within x {columns.min()} to {columns.max()}, "
    where += f"y {rows.min()} to {rows.max()}"
    message = (
        f"{count} of {different.size} pixels differ by more than {tolerance} (at most {int(distance.max())}); {where}"
    )
    if diff_path is not None:
        write_picture(diff_path, difference_picture(actual, expected, different))
        message += f"; see {diff_path} (actual, expected, difference)"
    raise AssertionError(message)


def difference_picture(
    actual: npt.NDArray[np.uint8], expected: npt.NDArray[np.uint8], different: npt.NDArray[np.bool_]
) -> npt.NDArray[np.uint8]:
    """(h, 3w + 2 GAP, 4) uint8: actual, expected, and the expected picture pale with the differing pixels in red."""
    pale = 255 - (255 - expected) // 4
    pale[different] = (255, 0, 0, 255)
    gap = np.full((len(actual), GAP, 4), 128, np.uint8)
    shown: npt.NDArray[np.uint8] = np.concatenate([actual, gap, expected, gap, pale], axis=1)
    shown[..., 3] = 255
    return shown


def compare_golden(
    name: str,
    image: npt.NDArray[np.uint8],
    folder: str | Path,
    *,
    tolerance: int = 2,
    max_different: float = 0.0,
    output: str | Path | None = None,
) -> None:
    """Assert that ``image``, (h, w, 4) uint8, is like the golden picture ``folder/name.png``.

    With the environment variable ``ECS_ENGINE_UPDATE_GOLDEN=1`` the golden picture is written instead. On failure the
    difference is written to ``output/name-difference.png`` (default: the golden picture's folder). Raises
    AssertionError when they differ or there is no golden picture; ValueError for a name that leaves the folder.
    """
    folder = Path(folder)
    path = folder / f"{name}.png"
    if folder.resolve() not in path.resolve().parents:
        raise ValueError(f"golden picture {name!r} would lie outside {folder}; pass a plain name")
    if os.environ.get(UPDATE_VARIABLE) == "1":
        write_picture(path, image)
        return
    if not path.exists():
        raise AssertionError(f"there is no golden picture {path}; run once with {UPDATE_VARIABLE}=1 and look at it")
    difference = Path(output or folder) / f"{name}-difference.png"
    assert_images_close(
        image, read_picture(path), tolerance=tolerance, max_different=max_different, diff_path=difference
    )


def read_picture(path: str | Path) -> npt.NDArray[np.uint8]:
    """(h, w, 4) uint8 of a picture file, top row first."""
    from PIL import Image

    with Image.open(path) as picture:
        pixels: npt.NDArray[Any] = np.asarray(picture.convert("RGBA"))
    return pixels


def write_picture(path: str | Path, image: npt.NDArray[np.uint8]) -> None:
    """Write (h, w, 4) uint8, top row first, as PNG; folders are made."""
    from PIL import Image

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ascontiguousarray(image), "RGBA").save(path)
