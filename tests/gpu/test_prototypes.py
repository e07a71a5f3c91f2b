"""The C signatures agree with PyOpenGL's own tables."""

from __future__ import annotations

import ctypes
import importlib
from typing import Any

import pytest

from ecs_engine.gpu.prototypes import PROTOTYPES


def passing(kind: Any) -> tuple[int, bool]:
    """How a C value is passed: its bytes (pointers of every sort are one size), and whether as a float."""
    if kind is None:
        return 0, False
    simple = isinstance(kind, type) and issubclass(kind, ctypes._SimpleCData)
    return (ctypes.sizeof(kind) if simple else ctypes.sizeof(ctypes.c_void_p)), kind is ctypes.c_float


def registry(name: str) -> Any:
    """PyOpenGL's raw function, made from the registry: the first core version that lists it."""
    for version in (
        "1_0",
        "1_1",
        "1_2",
        "1_3",
        "1_4",
        "1_5",
        *("2_0", "2_1", "3_0", "3_1", "3_2", "3_3"),
        "4_3",
        "4_4",
        "4_5",
    ):
        module = importlib.import_module(f"OpenGL.raw.GL.VERSION.GL_{version}")
        if hasattr(module, name):
            return getattr(module, name)
    raise AssertionError(f"{name} is in no version of OpenGL")


@pytest.mark.gl
@pytest.mark.parametrize("name", sorted(PROTOTYPES))
def test_arguments_are_passed_as_the_registry_has_it(name: str) -> None:
    function, ours = registry(name), PROTOTYPES[name]
    assert [passing(kind) for kind in ours.arguments] == [passing(kind) for kind in function.argtypes]
    assert passing(ours.result) == passing(function.restype)
