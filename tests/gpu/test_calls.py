"""The figures of a frame are exact."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from ecs_engine.gpu import GL, Buffer, Device, QuadIndices, StreamBuffer
from ecs_engine.gpu.calls import GL_NAMES, FrameStats, counted
from ecs_engine.testing.fake_gl.faults import QUESTIONS
from tests.gpu.conftest import Recorder


def test_the_list_of_functions_is_the_protocol_s() -> None:
    assert "glDrawElements" in GL_NAMES
    assert len(GL_NAMES) == len(set(GL_NAMES)) > 90


def test_every_call_of_a_frame_is_counted_and_no_other(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    quads, stream = QuadIndices(device), StreamBuffer(device, np.float32, 4, strategy="map")
    rows = np.zeros((100, 4), np.float32)
    for frame in range(1, 6):
        recorder.take()
        device.begin_frame()
        stream.write(rows)
        stream.bind(0)
        device.gl.glEnable(0x0BE2)
        quads_drawn = frame % 2
        if quads_drawn:
            Buffer.from_array(device, rows).delete()
        device.end_frame()
        assert device.last_frame == FrameStats(
            frame=frame,
            gl_calls=len([name for name in recorder.names if name not in QUESTIONS]),
            draw_calls=0,
            uploads_bytes=rows.nbytes * (1 + quads_drawn),
            fence_waits=device.last_frame.fence_waits,
        )
    quads.delete()


@pytest.mark.parametrize("name", GL_NAMES)
def test_draws_are_told_from_other_calls(name: str) -> None:
    stats = FrameStats()
    gl = counted(cast(GL, SimpleNamespace(**dict.fromkeys(GL_NAMES, lambda *_: None))), stats)
    getattr(gl, name)()
    draws = {"glDrawArrays", "glDrawArraysInstanced", "glDrawElements", "glDrawElementsInstanced"}
    assert (stats.gl_calls, stats.draw_calls) == (1, int(name in draws))
