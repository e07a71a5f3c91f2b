"""Comparison of pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from ecs_engine.testing import assert_images_close, compare_golden


def grey(height: int = 8, width: int = 10) -> npt.NDArray[Any]:
    return np.full((height, width, 4), 128, np.uint8)


def test_equal_and_close() -> None:
    image = grey()
    assert_images_close(image, grey(), tolerance=0)
    image[3, 4, 1] += 2
    assert_images_close(image, grey(), tolerance=2)
    with pytest.raises(AssertionError, match="1 of 80 pixels differ"):
        assert_images_close(image, grey(), tolerance=1)


def test_both_directions_and_the_ends_of_the_range() -> None:
    """uint8 must not wrap around: 0 and 255 are far apart, whichever is which."""
    black, white = np.zeros((2, 2, 4), np.uint8), np.full((2, 2, 4), 255, np.uint8)
    for actual, expected in ((black, white), (white, black)):
        with pytest.raises(AssertionError, match="at most 255"):
            assert_images_close(actual, expected, tolerance=254)


def test_fraction_of_pixels() -> None:
    image = grey()
    image[:2, :4] = 0
    assert_images_close(image, grey(), max_different=0.1)
    with pytest.raises(AssertionError, match=r"first at x 0, y 0, within x 0 to 3, y 0 to 1"):
        assert_images_close(image, grey(), max_different=0.09)


def test_difference_picture(tmp_path: Path) -> None:
    image, path = grey(), tmp_path / "deep" / "difference.png"
    image[5, 6] = 0
    with pytest.raises(AssertionError, match=r"difference\.png"):
        assert_images_close(image, grey(), diff_path=path)
    with Image.open(path) as picture:
        shown = np.asarray(picture)
    assert shown.shape == (8, 38, 4)
    assert (shown[:, 10:14, :3] == 128).all()
    assert tuple(shown[5, 34]) == (255, 0, 0, 255)
    assert tuple(shown[5, 6, :3]) == (0, 0, 0)
    assert not (shown[:, 28:, 0] == 255)[shown[:, 28:, 1] != 0].any()


def test_other_size_and_other_kind() -> None:
    with pytest.raises(AssertionError, match="render the same size"):
        assert_images_close(grey(8, 9), grey())
    with pytest.raises(AssertionError, match="float64"):
        assert_images_close(grey().astype(np.float64), grey())
    with pytest.raises(ValueError, match=r"\(h, w, 4\)"):
        assert_images_close(grey(), grey()[..., :3])


def test_golden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ECS_ENGINE_UPDATE_GOLDEN", raising=False)
    with pytest.raises(AssertionError, match="no golden picture"):
        compare_golden("scene", grey(), tmp_path)
    monkeypatch.setenv("ECS_ENGINE_UPDATE_GOLDEN", "1")
    compare_golden("scene", grey(), tmp_path)
    monkeypatch.setenv("ECS_ENGINE_UPDATE_GOLDEN", "0")
    compare_golden("scene", grey(), tmp_path)
    output = tmp_path / "failed"
    with pytest.raises(AssertionError, match="80 of 80"):
        compare_golden("scene", grey() // 2, tmp_path, output=output)
    assert (output / "scene-difference.png").exists()
    compare_golden("scene", grey(), tmp_path)  # The failure left the golden picture alone.


def test_golden_stays_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECS_ENGINE_UPDATE_GOLDEN", "1")
    with pytest.raises(ValueError, match="outside"):
        compare_golden("../scene", grey(), tmp_path / "golden")
    assert not (tmp_path / "scene.png").exists()
