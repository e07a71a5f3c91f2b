"""Pictures that are drawn to on the way to the screen."""

from __future__ import annotations

from ecs_engine.core.screen import Size
from ecs_engine.gpu import Device, Framebuffer

KEPT_FRAMES = 30
"""A target that was not asked for in so many frames is deleted: the window has another size now, or an effect went."""


class Targets:
    """Framebuffers of half floats (so that what is brighter than white is not lost), lent and given back. Context
    thread only."""

    def __init__(self, device: Device) -> None:
        self._device = device
        self._free: dict[Size, list[Framebuffer]] = {}
        self._seen: dict[Framebuffer, int] = {}
        """In which frame each was last lent."""
        self._lent: list[Framebuffer] = []

    def __len__(self) -> int:
        return len(self._seen)

    def take(self, size: Size) -> Framebuffer:
        """One of this size, with anything in it.

        Raises:
            GLError: the driver cannot draw to a picture of that size.
        """
        free = self._free.get(size)
        target = free.pop() if free else None
        if target is None:
            target = Framebuffer(self._device, *size, format="rgba16f", filter="linear", label="target")
        self._seen[target] = self._device.frame_index
        self._lent.append(target)
        return target

    def give(self, target: Framebuffer) -> None:
        """It is no longer read or drawn to in what is to come."""
        self._lent.remove(target)
        self._free.setdefault((target.width, target.height), []).append(target)

    def end_frame(self) -> None:
        """Delete what nobody has asked for in a while, and take back what frames had that were never drawn to their
        end."""
        while self._lent:
            self.give(self._lent[-1])
        oldest = self._device.frame_index - KEPT_FRAMES
        for free in self._free.values():
            for target in [target for target in free if self._seen[target] < oldest]:
                free.remove(target)
                del self._seen[target]
                target.delete()

    def delete(self) -> None:
        for target in self._seen:
            target.delete()
        self._seen.clear()
        self._lent.clear()
        self._free.clear()
