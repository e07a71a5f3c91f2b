"""Every constant of the engine is the one PyOpenGL has."""

from __future__ import annotations

import pytest

from ecs_engine.gpu import enums

NAMES = [name for name in vars(enums) if name.isupper()]


def test_there_are_constants() -> None:
    assert len(NAMES) > 200


@pytest.mark.gl
@pytest.mark.parametrize("name", NAMES)
def test_a_constant_is_the_registry_s(name: str) -> None:
    import OpenGL.GL

    assert getattr(enums, name) == int(getattr(OpenGL.GL, f"GL_{name}"))
