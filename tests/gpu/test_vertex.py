"""Vertex layouts come from numpy dtypes and reach the shader."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Attribute, Buffer, Device, Framebuffer, Program, VertexArray, VertexLayout, VertexSource
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder

DTYPE = np.dtype([("at", "f4", 2), ("tint", "u1", 4), ("kind", "u2"), ("pad", "u2"), ("turn", "f2")], align=True)


def test_a_dtype_becomes_a_layout() -> None:
    layout = VertexLayout.from_dtype(DTYPE, normalized=["tint"])
    assert layout == VertexLayout(
        (
            Attribute("at", 2, c.FLOAT, 0, False, False),
            Attribute("tint", 4, c.UNSIGNED_BYTE, 8, True, False),
            Attribute("kind", 1, c.UNSIGNED_SHORT, 12, False, True),
            Attribute("pad", 1, c.UNSIGNED_SHORT, 14, False, True),
            Attribute("turn", 1, c.HALF_FLOAT, 16, False, False),
        ),
        DTYPE.itemsize,
    )


@pytest.mark.parametrize(
    ("dtype", "normalized", "words"),
    [
        (np.float32, (), "structured dtype"),
        ([("at", "f8", 2)], (), "'at' of .*fits no attribute"),
        ([("at", "f4", 5)], (), "'at' of .*fits no attribute"),
        ([("at", "f4", (2, 2))], (), "'at' of .*fits no attribute"),
        ([("at", "f4", 2)], ("tint",), r"no field of the vertex dtype: \['tint'\]"),
    ],
)
def test_what_no_attribute_can_hold_is_refused(dtype: Any, normalized: tuple[str, ...], words: str) -> None:
    with pytest.raises(GLError, match=words):
        VertexLayout.from_dtype(dtype, normalized)


def test_attributes_go_to_their_locations(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    vertices = Buffer.from_array(device, np.zeros(3, DTYPE))
    instances = Buffer.from_array(device, np.zeros(3, [("shift", "f4", 2)]))
    sources = [
        VertexSource(vertices, VertexLayout.from_dtype(DTYPE, ["tint"])),
        VertexSource(instances, VertexLayout.from_dtype([("shift", "f4", 2)]), divisor=1),
    ]
    recorder.calls.clear()
    VertexArray(device, sources, locations={"tint": 4, "kind": 2, "shift": 7})
    calls = [call for call in recorder.calls if "Attrib" in call[0]]
    assert calls == [
        ("glEnableVertexAttribArray", (4,)),
        ("glVertexAttribPointer", (4, 4, c.UNSIGNED_BYTE, True, DTYPE.itemsize, 8)),
        ("glEnableVertexAttribArray", (2,)),
        ("glVertexAttribIPointer", (2, 1, c.UNSIGNED_SHORT, DTYPE.itemsize, 12)),
        ("glEnableVertexAttribArray", (7,)),
        ("glVertexAttribPointer", (7, 2, c.FLOAT, False, 8, 0)),
        ("glVertexAttribDivisor", (7, 1)),
    ]
    recorder.calls.clear()
    VertexArray(device, sources)
    enabled = [arguments[0] for name, arguments in recorder.calls if name == "glEnableVertexAttribArray"]
    assert enabled == [0, 1, 2, 3, 4, 5]


def test_vertices_are_drawn_from_their_buffers(real_device: Device) -> None:
    device = real_device
    program = Program(
        device,
        "in vec2 at; in vec4 tint; in uint kind; out vec4 colour;"
        "void main() { gl_Position = vec4(at, 0, 1); colour = kind == 7u ? tint : vec4(0); }",
        "in vec4 colour; out vec4 pixel; void main() { pixel = colour; }",
    )
    corners = np.zeros(3, DTYPE)
    corners["at"] = [(-1, -1), (3, -1), (-1, 3)]
    corners["tint"], corners["kind"] = (255, 0, 255, 255), 7
    elements = Buffer.from_array(device, np.array([0, 1, 2], np.uint32), target=c.ELEMENT_ARRAY_BUFFER)
    vertices = VertexArray(
        device,
        [VertexSource(Buffer.from_array(device, corners), VertexLayout.from_dtype(DTYPE, ["tint"]))],
        elements=elements,
        locations={name: variable.location for name, variable in program.attributes.items()},
    )
    canvas = Framebuffer(device, 4, 4)
    canvas.bind()
    device.state.clear()
    program.use()
    vertices.bind()
    device.draw_elements(3)
    assert (canvas.read_pixels() == (255, 0, 255, 255)).all()
    device.state.bind_framebuffer(0)
