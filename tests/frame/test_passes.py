"""Passes: what their shaders are given, and what is refused."""

from __future__ import annotations

from math import inf, nan
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import EngineError
from ecs_engine.frame.passes import LEAST_SCALE, Pass, Shader

SHADER = Shader("blur")


def test_values_become_numbers_in_order() -> None:
    values = {"b": 2, "a": (1, 2.5), "rows": [(1, 2), (3, 4)], "array": np.eye(2), "one": np.float32(0.5)}
    assert Pass(SHADER, values).uniforms == (
        ("b", (2,)),
        ("a", (1, 2.5)),
        ("rows", (1, 2, 3, 4)),
        ("array", (1, 0, 0, 1)),
        ("one", (0.5,)),
    )


@pytest.mark.parametrize("value", ["text", None, (), nan, (1, inf), [["a"]]])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(EngineError, match=r"^The effect 'blur' was given .* for its uniform 'size': give a finite"):
        Pass(SHADER, {"size": value})


@pytest.mark.parametrize("scale", [0.0, LEAST_SCALE / 2, 1.01, nan])
def test_scales_out_of_range_are_refused(scale: float) -> None:
    assert Pass(SHADER, scale=1.0).scale == 1.0
    assert Pass(SHADER, scale=LEAST_SCALE).scale == LEAST_SCALE
    with pytest.raises(EngineError, match=r"^A pass of 'blur' has the scale"):
        Pass(SHADER, scale=scale)
