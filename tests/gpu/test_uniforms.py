"""Uniform blocks lie in memory as the driver says, and arrive in the shader."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pyglm import glm

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import (
    GL,
    Buffer,
    Capabilities,
    Device,
    Framebuffer,
    Program,
    UniformBlock,
    UniformBuffer,
    UniformField,
    VertexArray,
)
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import read_buffer

FIELDS = """
    float a; vec3 b; float d; vec2 e; mat4 view; mat3 turn; float weights[3]; vec3 lights[2]; ivec4 i; uint u; mat2 m;
"""
VERTEX = "void main() { vec2 p = vec2(gl_VertexID & 1, gl_VertexID >> 1); gl_Position = vec4(p * 4.0 - 1.0, 0, 1); }"

# From the std140 rules of the OpenGL 4.6 specification, section 7.6.2.2, worked out by hand.
STD140 = {
    "a": (0, "float"),
    "b": (16, "vec3"),
    "d": (28, "float"),
    "e": (32, "vec2"),
    "view": (48, "mat4"),
    "turn": (112, "mat3"),
    "weights": (160, "float[3]"),
    "lights": (208, "vec3[2]"),
    "i": (240, "ivec4"),
    "u": (256, "uint"),
    "m": (272, "mat2"),
}


def program(device: Device, condition: str, instance: str = "") -> Program:
    """A program that draws white where ``condition`` holds, on a block with every kind of field."""
    fragment = f"""
    layout(std140) uniform Everything {{ {FIELDS} }} {instance};
    out vec4 colour;
    void main() {{ colour = vec4(({condition}) ? 1.0 : 0.0); }}
    """
    return Program(device, VERTEX, fragment, label="probe", blocks={"Everything": 2})


USES_ALL = "a + b.x + d + e.x + view[0].x + turn[0].x + weights[1] + lights[1].x + float(i.x) + float(u) + m[0].x > 0.0"


def test_offsets_are_std140(device: Device) -> None:
    block = program(device, USES_ALL).blocks["Everything"]
    assert {field.name: (field.offset, field.glsl) for field in block.fields} == STD140
    assert block.size == 304
    assert block.dtype.itemsize == block.size
    for name, (offset, _) in STD140.items():
        assert block.dtype.fields[name][1] == offset  # type: ignore[index]


def test_an_instance_name_is_no_part_of_the_fields(device: Device) -> None:
    uses = USES_ALL
    for name in STD140:
        uses = uses.replace(f"{name}.", f"all.{name}.").replace(f"{name}[", f"all.{name}[")
    uses = uses.replace("a + ", "all.a + ", 1).replace("+ d +", "+ all.d +").replace("float(u)", "float(all.u)")
    assert {field.name for field in program(device, uses, "all").blocks["Everything"].fields} == set(STD140)


VALUES: list[tuple[str, Any, str]] = [
    ("a", 0.5, "a == 0.5"),
    ("b", (1, 2, 3), "b == vec3(1, 2, 3)"),
    ("b", glm.vec3(1, 2, 3), "b == vec3(1, 2, 3)"),
    ("d", np.float32(4), "d == 4.0"),
    ("e", np.array([5, 6]), "e == vec2(5, 6)"),
    ("view", glm.translate(glm.vec3(7, 8, 9)), "(view * vec4(0, 0, 0, 1)).xyz == vec3(7, 8, 9)"),
    ("view", np.arange(16).reshape(4, 4), "view[1] == vec4(4, 5, 6, 7)"),
    ("turn", glm.mat3(*range(9)), "turn[1] == vec3(3, 4, 5) && turn[2] == vec3(6, 7, 8)"),
    ("turn", np.arange(12).reshape(3, 4), "turn[1] == vec3(4, 5, 6)"),
    ("weights", (1, 2, 3), "weights[0] == 1.0 && weights[1] == 2.0 && weights[2] == 3.0"),
    ("lights", np.arange(6).reshape(2, 3), "lights[0] == vec3(0, 1, 2) && lights[1] == vec3(3, 4, 5)"),
    ("i", (-1, 2, -3, 4), "i == ivec4(-1, 2, -3, 4)"),
    ("u", 2**32 - 1, "u == 4294967295u"),
    ("m", glm.mat2(1, 2, 3, 4), "m[0] == vec2(1, 2) && m[1] == vec2(3, 4)"),
]


@pytest.mark.parametrize(("field", "value", "condition"), VALUES)
def test_values_arrive_in_the_shader(real_device: Device, field: str, value: Any, condition: str) -> None:
    probe = program(real_device, condition)
    buffer = UniformBuffer(real_device, probe.blocks["Everything"], slots=3, label="everything")
    buffer.set(1, field, value)
    for slot, lit in ((1, True), (2, False)):
        assert draws_white(real_device, probe, buffer, slot) is lit


def draws_white(device: Device, probe: Program, buffer: UniformBuffer, slot: int) -> bool:
    canvas = Framebuffer(device, 2, 2)
    buffer.upload()
    canvas.bind()
    device.state.clear()
    device.state.blend(None)
    device.state.scissor(None)
    probe.use()
    buffer.bind(2, slot)
    vertices = VertexArray(device)
    vertices.bind()
    device.draw_arrays(3)
    white: NDArray[np.bool_] = canvas.read_pixels() == 255
    assert white.all() or not white.any()
    canvas.delete()
    return bool(white.all())


CAMERA = UniformBlock(
    "Camera",
    0,
    80,
    (
        UniformField("view", c.FLOAT_MAT4, 1, 0, 0, 16),
        UniformField("tint", c.FLOAT_VEC3, 1, 64, 0, 0),
        UniformField("time", c.FLOAT, 1, 76, 0, 0),
    ),
)


def test_slots_lie_256_bytes_apart_or_more(fake: GL, capabilities: Capabilities) -> None:
    for align, stride in ((256, 256), (512, 512)):
        device = Device(fake, capabilities=replace(capabilities, uniform_offset_alignment=align))
        buffer = UniformBuffer(device, CAMERA, slots=3)
        assert buffer.stride == stride
        for slot in range(3):
            buffer.set(slot, "time", slot + 1)
            buffer.data["tint"][slot] = (slot, 0, 0)
        buffer.upload()
        held = read_buffer(device, buffer.buffer, 3 * stride)
        for slot in range(3):
            assert held[slot * stride + 76 :][:4].view(np.float32)[0] == slot + 1
            assert held[slot * stride + 64 :][:4].view(np.float32)[0] == slot


def test_a_pyglm_matrix_is_not_transposed(fake: GL) -> None:
    buffer = UniformBuffer(Device(fake), CAMERA)
    matrix = glm.translate(glm.vec3(7, 8, 9))
    buffer.set(0, "view", matrix)
    assert buffer.data["view"][0].tobytes() == matrix.to_bytes()
    assert buffer.data["view"][0][3].tolist() == [7, 8, 9, 1]


def test_each_upload_goes_to_fresh_memory_and_binds_once(fake: GL) -> None:
    device = Device(fake)
    buffer = UniformBuffer(device, CAMERA, slots=2)
    buffers = set()
    for _ in range(3):
        buffer.upload(1)
        buffers.add(buffer.buffer)
        before = device.stats.gl_calls
        buffer.bind(0, 0)
        buffer.bind(0, 0)
        assert device.stats.gl_calls == before + 1
    assert len(buffers) == 3


@pytest.mark.parametrize(
    ("work", "words"),
    [
        (lambda b: b.set(0, "wiew", 1), "no field 'wiew'; it has view, tint, time"),
        (lambda b: b.set(2, "time", 1), "slots 0 to 1, not 2"),
        (lambda b: b.set(-1, "time", 1), "slots 0 to 1, not -1"),
        (lambda b: b.set(0, "tint", (1, 2)), "field 'tint' holds 3 numbers, not 2"),
        (lambda b: b.set(0, "tint", 1.0), "field 'tint' holds 3 numbers, not 1"),
        (lambda b: b.set(0, "view", glm.vec3()), "field 'view' holds 16 numbers, not 3"),
        (lambda b: b.set(0, "view", range(17)), "field 'view' holds 16 numbers, not 17"),
        (lambda b: b.set(0, "time", (1, 2)), "field 'time' holds 1 numbers, not 2"),
        (lambda b: b.upload(3), "cannot upload 3"),
        (lambda b: b.bind(0, 2), "slots 0 to 1, not 2"),
    ],
)
def test_mistakes_are_named(fake: GL, work: Any, words: str) -> None:
    buffer = UniformBuffer(Device(fake), CAMERA, slots=2, label="camera")
    before = buffer.data.tobytes()
    with pytest.raises(GLError, match=words):
        work(buffer)
    assert buffer.data.tobytes() == before


def camera_dtype(**changes: Any) -> np.dtype[Any]:
    layout: dict[str, Any] = {
        "names": ["view", "tint", "time"],
        "formats": [("f4", (4, 4)), ("f4", 3), "f4"],
        "offsets": [0, 64, 76],
        "itemsize": 80,
    }
    return np.dtype(layout | changes)


def test_a_declared_dtype_that_agrees_passes() -> None:
    CAMERA.check(camera_dtype())
    CAMERA.check(CAMERA.dtype)
    CAMERA.check([("view", "f4", (4, 4)), ("tint", "f4", 3), ("time", "f4"), ("spare", "f4", 4)])


@pytest.mark.parametrize(
    ("dtype", "words"),
    [
        (camera_dtype(offsets=[0, 68, 64]), r"'tint' \(vec3\) lies at byte 64 in the shader, and at byte 68"),
        (camera_dtype(names=["view", "colour", "time"]), "has a field 'tint' .*that the dtype lacks"),
        (camera_dtype(formats=[("f4", (4, 4)), ("i4", 3), "f4"]), "'tint' is vec3"),
        (camera_dtype(formats=[("f4", (4, 4)), ("f4", 2), "f4"]), "'tint' is vec3"),
        (camera_dtype(formats=[("f4", (3, 3)), ("f4", 3), "f4"]), "'view' is mat4"),
        (np.dtype("f4"), "it has no fields"),
    ],
)
def test_a_declared_dtype_that_differs_is_named(dtype: Any, words: str) -> None:
    with pytest.raises(GLError, match=f"uniform block 'Camera'.*{words}"):
        CAMERA.check(dtype)


def test_a_declared_dtype_that_ends_early_is_named() -> None:
    with pytest.raises(GLError, match="96 bytes in the shader, and the dtype has 80"):
        replace(CAMERA, size=96).check(camera_dtype())


def test_a_block_beyond_the_driver_s_limit_is_refused(fake: GL, capabilities: Capabilities) -> None:
    device = Device(fake, capabilities=replace(capabilities, max_uniform_block_size=64))
    with pytest.raises(GLError, match="1 to 64 bytes"):
        UniformBuffer(device, CAMERA)
    with pytest.raises(GLError, match="named fields"):
        UniformBuffer(device, np.float32)
    with pytest.raises(GLError, match="at least one slot"):
        UniformBuffer(device, [("k", "f4")], slots=0)
    assert Buffer.from_array(device, np.zeros(1)).alive
