"""Both namespaces have every function of the protocol, with the same parameters."""

from __future__ import annotations

import inspect

import pytest

from ecs_engine.gpu import enums
from ecs_engine.gpu.gl import GL
from ecs_engine.gpu.opengl import OpenGL
from ecs_engine.testing import FakeGL

FUNCTIONS = sorted(name for name in vars(GL) if name.startswith("gl"))


def parameters(function: object) -> list[str]:
    assert callable(function)
    return [name for name in inspect.signature(function).parameters if name != "self"]


def test_protocol_is_found() -> None:
    assert len(FUNCTIONS) > 90


@pytest.mark.parametrize("name", FUNCTIONS)
def test_fake_has_it(name: str) -> None:
    assert name in {name for kind in FakeGL.__mro__ for name in vars(kind)}
    assert parameters(getattr(FakeGL, name)) == parameters(getattr(GL, name))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_driver_has_it(name: str) -> None:
    """What OpenGL does not define itself is bound to each instance from the table of prototypes."""
    from ecs_engine.gpu.prototypes import PROTOTYPES

    if name in vars(OpenGL):
        assert parameters(vars(OpenGL)[name]) == parameters(getattr(GL, name))
    else:
        assert len(PROTOTYPES[name].arguments) == len(parameters(getattr(GL, name)))


def test_fake_has_nothing_else() -> None:
    """A function that only the mock has would pass tests and fail on a driver."""
    offered = {name for kind in FakeGL.__mro__ for name in vars(kind) if name.startswith("gl") and name[2].isupper()}
    assert offered == set(FUNCTIONS)


def test_keyword_arguments_are_recorded_in_order() -> None:
    gl = FakeGL()
    gl.glViewport(1, 2, height=4, width=3)
    assert gl.commands == [("glViewport", (1, 2, 3, 4))]


@pytest.mark.benchmark(group="fake_gl")
def test_cost_of_a_call(benchmark: object) -> None:
    """Reported, not asserted: the budget is 20 us a call."""
    gl = FakeGL()
    (name,) = gl.glGenBuffers(1)
    assert callable(benchmark)
    benchmark(gl.glBindBuffer, enums.ARRAY_BUFFER, name)
    assert gl.calls("glBindBuffer")
