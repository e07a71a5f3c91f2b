"""A real font, and a small one that can be damaged."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import uharfbuzz as hb

from ecs_engine.text import Fonts

RUBIK = Path(str(files("fontpkg_rubik") / "files" / "Rubik[wght].ttf"))


@pytest.fixture
def fonts() -> Fonts:
    return Fonts(strict=True)


@pytest.fixture(scope="session")
def small_font() -> bytes:
    """Some letters of Rubik, in one weight: 10 KB."""
    face = hb.Face(RUBIK.read_bytes())
    subset = hb.SubsetInput()
    subset.pin_all_axes_to_default(face)
    subset.unicode_set.update(map(ord, "Aglfi é"))
    return bytes(subset.subset(face).blob.data)
