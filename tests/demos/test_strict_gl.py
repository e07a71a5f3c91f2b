"""Every demo on strict FakeGL, with a GPU that is a frame or three behind: no rule is broken, no call redundant."""

from __future__ import annotations

import importlib

import pytest

from ecs_engine.demo_runner import find_demos
from ecs_engine.testing import FakeGL
from ecs_engine.testing.app import FakeGLWindow

NAMES = [demo.name for demo in find_demos()]
SIZE = (640, 360)
VERSIONS = {1: (3, 3), 3: (4, 5)}
"""Latency -> version: buffers are mapped for good from 4.4 on, and for each write before."""


@pytest.mark.parametrize("latency", list(VERSIONS))
@pytest.mark.parametrize("name", NAMES)
def test_the_demo_breaks_no_rule(name: str, latency: int) -> None:
    extensions = None if VERSIONS[latency] >= (4, 4) else ("GL_ARB_map_buffer_range", "GL_ARB_sync")
    gl = FakeGL(VERSIONS[latency], extensions=extensions, size=SIZE, fence_latency=latency)
    with importlib.import_module(f"ecs_engine.demos.{name}").build(window=FakeGLWindow(gl, SIZE), gl=gl) as app:
        app.assets.wait()
        for frame in range(15):
            app.step(4)
            if frame > 2:  # The first ones make the buffers, and tell OpenGL all that it is not sure of.
                gl.assert_no_redundant_calls()
    gl.assert_no_error()
    gl.assert_no_leaks()
    assert gl.notes == []
