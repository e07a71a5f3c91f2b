"""The pytest plugin: fixtures ``fake_gl``, ``world`` and ``app``.

It is loaded by every pytest run on a machine that has the engine, so everything heavy is imported by the fixtures.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecs_engine.core import World
    from ecs_engine.testing.app import FakeApp
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
def world() -> Iterator[World]:
    """A fresh, empty :class:`ecs_engine.core.World`, owned by the test's thread and closed at the test's end."""
    from ecs_engine.core import World

    with World() as world:
        yield world


@pytest.fixture
def app() -> Iterator[FakeApp]:
    """An App on a window and an OpenGL that are not there; ``app.gl`` is its :class:`FakeGL`, ``app.window`` its
    :class:`FakeWindow`.

    It is closed at the test's end, with its world; then the test fails on a pending GL error or a leaked object.
    """
    from ecs_engine.testing.app import FakeApp

    with FakeApp() as app:
        yield app
    app.world.close()
    app.gl.assert_no_error()
    app.gl.assert_no_leaks()
