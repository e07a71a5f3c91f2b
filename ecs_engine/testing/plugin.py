"""The pytest plugin: fixtures ``fake_gl`` and ``world``.

It is loaded by every pytest run on a machine that has the engine, so everything heavy is imported by the fixtures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecs_engine.core import World
    from ecs_engine.testing.fake_gl import FakeGL


@pytest.fixture
def fake_gl() -> Iterator[FakeGL]:
    """A fresh, strict :class:`FakeGL` 4.5; the test fails at its end on a pending GL error or a leaked object."""
    from ecs_engine.testing.fake_gl import FakeGL

    gl = FakeGL()
    yield gl
    gl.assert_no_error()
    gl.assert_no_leaks()


@pytest.fixture
def world() -> World:
    """A fresh, empty :class:`ecs_engine.core.World`, owned by the test's thread."""
    from ecs_engine.core import World

    return World()
