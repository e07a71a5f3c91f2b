"""The names a game imports."""

from __future__ import annotations

import subprocess
import sys

import pytest

import ecs_engine
from ecs_engine.core.fields import field_type


@pytest.mark.parametrize("name", ecs_engine.__all__)
def test_every_public_name_is_there(name: str) -> None:
    thing = getattr(ecs_engine, name)
    assert field_type(thing) is not None or thing.__name__ == name  # the types of fields have no names of their own
    assert name in dir(ecs_engine)


def test_an_unknown_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Ap'"):
        _ = ecs_engine.Ap  # type: ignore[attr-defined]


def test_an_app_on_the_mocked_gl_needs_no_gl_library() -> None:
    code = (
        "import sys\nfrom ecs_engine.testing.app import FakeApp\nwith FakeApp() as app: app.run(ticks=2)\n"
        "print([name for name in ('OpenGL', 'glfw', 'PIL') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
