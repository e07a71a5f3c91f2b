"""Every constant of the engine is the one PyOpenGL has."""

from __future__ import annotations

import pytest

from ecs_engine.gpu import enums

# PyOpenGL has -9223372036854775807 for it, and the registry 64 bits that are all 1.
WRONG_IN_PYOPENGL = ("TIMEOUT_IGNORED",)
NAMES = [name for name in vars(enums) if name.isupper() and name not in WRONG_IN_PYOPENGL]


def test_there_are_constants() -> None:
    assert len(NAMES) > 200
    assert enums.TIMEOUT_IGNORED == 2**64 - 1


@pytest.mark.gl
@pytest.mark.parametrize("name", NAMES)
def test_a_constant_is_the_registry_s(name: str) -> None:
    import OpenGL.GL

    assert getattr(enums, name) == int(getattr(OpenGL.GL, f"GL_{name}"))
