"""A driver that is out of memory says so once, and nobody may draw from what it did not give."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import Buffer, BufferDescriptor, Device, QuadIndices, StreamBuffer, Texture2D, TextureArray
from ecs_engine.testing import FakeGL


def grown_quads(device: Device) -> None:
    QuadIndices(device).reserve(5000)


def grown_stream(device: Device) -> None:
    StreamBuffer(device, np.float32, rows=4, strategy="map").write(np.zeros(5000, np.float32))


MAKERS: dict[str, tuple[str, int, Callable[[Device], object]]] = {
    "buffer": ("glBufferData", 0, lambda device: Buffer(device, BufferDescriptor(64, label="rocks"))),
    "quads": ("glBufferData", 1, grown_quads),
    "stream": ("glBufferData", 3, grown_stream),
    "texture": ("glTexImage2D", 0, lambda device: Texture2D(device, 4, 4)),
    "texture array": ("glTexImage3D", 0, lambda device: TextureArray(device, 4, 4, 1)),
}


class Short(FakeGL):
    """Refuses one call, after letting some through."""

    def __init__(self, name: str, good: int) -> None:
        super().__init__()
        self._left = good
        real = getattr(self, name)

        def call(*arguments: int) -> object:
            if self._left == 0:
                self.fail(name)
            self._left -= 1
            return real(*arguments)

        setattr(self, name, call)


@pytest.mark.parametrize("kind", MAKERS)
def test_it_is_noticed_without_debug_mode(kind: str) -> None:
    name, good, make = MAKERS[kind]
    device = Device(Short(name, good))
    with pytest.raises(GLError, match="graphics memory"):
        make(device)
    device.close()
