"""FakeGL: a stand-in for the OpenGL namespace that needs no GPU, no window and no driver."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ecs_engine.testing.fake_gl.buffers import Buffers
from ecs_engine.testing.fake_gl.context import Command, Draw, Frame
from ecs_engine.testing.fake_gl.contexts import Contexts
from ecs_engine.testing.fake_gl.debug import Debug
from ecs_engine.testing.fake_gl.draws import Draws
from ecs_engine.testing.fake_gl.failing import Failing
from ecs_engine.testing.fake_gl.faults import FakeGLError
from ecs_engine.testing.fake_gl.fixed import FixedState
from ecs_engine.testing.fake_gl.limits import Limits
from ecs_engine.testing.fake_gl.objects import Program
from ecs_engine.testing.fake_gl.pixels import Pixels
from ecs_engine.testing.fake_gl.programs import Programs
from ecs_engine.testing.fake_gl.queries import Queries
from ecs_engine.testing.fake_gl.sync import Sync
from ecs_engine.testing.fake_gl.textures import Textures
from ecs_engine.testing.fake_gl.timers import Timers
from ecs_engine.testing.fake_gl.vertex_arrays import VertexArrays

__all__ = ["Command", "Draw", "FakeGL", "FakeGLError", "Frame", "Limits"]


class FakeGL(
    Queries, FixedState, Buffers, VertexArrays, Textures, Programs, Draws, Pixels, Sync, Timers, Debug, Contexts,
    Failing,
):  # fmt: skip
    """The whole of :class:`ecs_engine.gpu.gl.GL`, with the specification's state and error rules.

    ``version`` is the core version it plays, (3, 3) to (4, 6); ``limits`` a :class:`Limits` or a mapping of its
    field names; ``extensions`` the names it tells (default: those the engine looks for); ``size`` the default
    framebuffer in pixels. A fence signals ``fence_latency`` (0 to 3) frames after it was made, and a timer
    query has its result then; ``timer_bits`` 0 makes a driver that has no clock. With
    ``reuse_names`` a deleted name is handed out again, as drivers do. ``debug_context`` makes debug output start
    enabled, and ``tells_of_resets`` makes it a context that says when the driver was reset. ``frame_history`` bounds
    how many finished frames keep their records.

    With ``strict`` (the default) mistakes that drivers forgive, hide or crash on raise :class:`FakeGLError`: calls
    from another thread, deleted names, reads past a buffer, draws without a program, null pointers, waits on
    fences that were never flushed. Contents that GL leaves undefined are filled with 0xCD bytes. What is legal but
    doubtful goes into :attr:`notes`. Without ``strict`` all of these pass as a driver lets them.

    Draws are checked, recorded and counted, but not rasterised: no draw changes a pixel. Clears, blits, uploads and
    reads do what they say. Formats and enumerants that the engine has no use for are unknown here.

    All calls: the thread that made it, or that last called :meth:`make_current`.
    """

    # -- looking inside ----------------------------------------------------------------------------
    def buffer_bytes(self, name: int) -> npt.NDArray[np.uint8]:
        """(size,) uint8: the live store of a buffer. Raises KeyError when there is no such buffer."""
        return self.buffers.made[name].store

    def texture_image(self, name: int, level: int = 0, layer: int = 0) -> npt.NDArray[Any]:
        """(height, width, channels) in the stored dtype: the live texels of one layer, lowest row first.

        Raises KeyError when the texture or the level does not exist.
        """
        image: npt.NDArray[Any] = self.textures.made[name].levels[level].data[layer]
        return image

    def uniform(self, program: int, name: str) -> tuple[float, ...] | None:
        """What was last set to a uniform, or None when nothing was. Raises KeyError for unknown names."""
        thing = self.programs.made[program]
        if not isinstance(thing, Program) or thing.executable is None:
            raise KeyError(f"{program} is not a linked program")
        return thing.values.get(thing.executable.uniform_locations[name])
