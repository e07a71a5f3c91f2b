"""Every resource has a label, a life and clear errors after it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Buffer, BufferDescriptor, Capabilities, Device, Kind, StreamBuffer, TextureArray
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder


def test_use_after_delete_names_the_resource(device: Device) -> None:
    buffer = Buffer(device, BufferDescriptor(16, label="enemies"))
    pages = TextureArray(device, 2, 2, 1, label="pages")
    stream = StreamBuffer(device, np.float32, label="pose")
    for resource in (buffer, pages, stream):
        assert resource.alive
        resource.delete()
        assert not resource.alive
        assert "deleted" in repr(resource)
    for use, label in (
        (lambda: buffer.id, "Buffer 'enemies'"),
        (lambda: buffer.upload(np.zeros(1)), "Buffer 'enemies'"),
        (lambda: pages.bind(0), "TextureArray 'pages'"),
        (lambda: pages.resize(2), "TextureArray 'pages'"),
        (lambda: stream.write(np.zeros(1, np.float32)), "StreamBuffer 'pose'"),
        (lambda: stream.texture, "StreamBuffer 'pose'"),
    ):
        with pytest.raises(GLError, match=f"{label} was used after it was deleted"):
            use()


def test_labels_reach_the_driver_where_it_takes_them(fake: GL, capabilities: Capabilities) -> None:
    for able in (True, False):
        recorder = Recorder(fake)
        device = Device(recorder.gl, capabilities=replace(capabilities, khr_debug=able))
        buffer = Buffer(device, BufferDescriptor(16, label="enemies"))
        labels = [arguments for name, arguments in recorder.calls if name == "glObjectLabel"]
        assert labels == ([(c.BUFFER, buffer.id, "enemies")] if able else [])


def test_kinds_are_ordered_users_first() -> None:
    assert Kind.VERTEX_ARRAY < Kind.BUFFER
    assert Kind.FRAMEBUFFER < Kind.RENDERBUFFER < Kind.TEXTURE < Kind.BUFFER


def test_a_resource_that_could_not_be_made_leaves_nothing(device: Device) -> None:
    before = device.live_resources()
    with pytest.raises(GLError, match="above 0"):
        Buffer(device, BufferDescriptor(0))
    with pytest.raises(GLError, match="layers"):
        TextureArray(device, 2, 2, 10**9)
    with pytest.raises(GLError, match="texel format"):
        StreamBuffer(device, np.float64)
    assert device.live_resources() == before
