"""Buffers check what they are given before OpenGL sees an address."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Buffer, BufferDescriptor, Device
from tests.gpu.conftest import Recorder


@pytest.mark.parametrize("dtype", [np.float32, np.uint16, [("at", np.float32, 2), ("of", np.uint8, 4)]])
def test_what_goes_in_comes_out(device: Device, dtype: Any) -> None:
    given = np.frombuffer(np.arange(96, dtype=np.uint8).tobytes(), dtype)
    buffer = Buffer.from_array(device, given, label="mesh")
    assert buffer.size == given.nbytes
    assert buffer.read(dtype, len(given)).tobytes() == given.tobytes()


def test_a_part_can_be_replaced(device: Device) -> None:
    buffer = Buffer.from_array(device, np.arange(8, dtype=np.float32))
    buffer.upload(np.array([-1, -2], np.float32), offset=8)
    assert buffer.read(np.float32, 8).tolist() == [0, 1, -1, -2, 4, 5, 6, 7]
    assert buffer.read(np.float32, 2, offset=8).tolist() == [-1, -2]
    buffer.upload(np.zeros(0, np.float32))


@pytest.mark.parametrize(
    ("array", "offset", "words"),
    [
        (np.zeros(5, np.float32), 0, "reach outside"),
        (np.zeros(4, np.float32), 4, "reach outside"),
        (np.zeros(1, np.float32), -4, "reach outside"),
        (np.zeros(8, np.float32)[::2], 0, "one piece"),
        (np.zeros((2, 2), np.float32).T, 0, "one piece"),
        (np.array([None]), 0, "plain numbers"),
        ([1.0, 2.0], 0, "not list"),
    ],
)
def test_bad_arrays_are_refused_before_opengl(recorder: Recorder, array: Any, offset: int, words: str) -> None:
    buffer = Buffer(Device(recorder.gl), BufferDescriptor(16, label="mesh"))
    recorder.take()
    with pytest.raises(GLError, match=f"Buffer 'mesh'.*{words}"):
        buffer.upload(array, offset)
    assert recorder.take() == []


def test_resizing_keeps_the_name(device: Device) -> None:
    buffer = Buffer(device, BufferDescriptor(16))
    name = buffer.id
    buffer.resize(64)
    buffer.upload(np.arange(16, dtype=np.float32))
    assert (buffer.id, buffer.size) == (name, 64)
    assert buffer.read(np.float32, 16)[15] == 15
    for size in (0, -4):
        with pytest.raises(GLError, match="above 0"):
            buffer.resize(size)
