"""How far the GPU has come, played by a GPU that finishes when the test says so."""

from __future__ import annotations

import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, ContextLostError, Device, FrameFences, FrameStats
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.fences import MAX_FRAMES_IN_FLIGHT
from tests.gpu.conftest import Recorder


class Gpu:
    """Finishes a fence when told to, or when the CPU waits for it."""

    def __init__(self, gl: GL) -> None:
        self.made: list[int] = []
        self.done: set[int] = set()
        self.alive: set[int] = set()
        self.broken = c.CONDITION_SATISFIED
        self.recorder = Recorder(gl, glFenceSync=self.fence, glClientWaitSync=self.wait, glDeleteSync=self.delete)
        self.stats = FrameStats()
        self.fences = FrameFences(self.recorder.gl, self.stats)

    def fence(self, condition: int, flags: int) -> int:
        assert (condition, flags) == (c.SYNC_GPU_COMMANDS_COMPLETE, 0)
        self.made.append(len(self.made) + 1)
        self.alive.add(self.made[-1])
        return self.made[-1]

    def wait(self, sync: int, flags: int, timeout: int) -> int:
        assert sync in self.alive
        if sync in self.done:
            return c.ALREADY_SIGNALED
        if not timeout:
            return c.TIMEOUT_EXPIRED
        assert flags == c.SYNC_FLUSH_COMMANDS_BIT  # without a flush the fence may never reach the GPU
        if self.broken == c.CONDITION_SATISFIED:
            self.done.update(range(1, sync + 1))
        return self.broken

    def delete(self, sync: int) -> None:
        self.alive.remove(sync)


@pytest.fixture
def gpu(fake: GL) -> Gpu:
    return Gpu(fake)


def test_a_finished_frame_costs_no_wait(gpu: Gpu) -> None:
    gpu.fences.end_frame(1)
    gpu.done.add(1)
    gpu.fences.wait(1)
    assert (gpu.stats.fence_waits, gpu.fences.completed) == (0, 1)
    gpu.recorder.take()
    gpu.fences.wait(1)
    assert gpu.recorder.take() == []


def test_an_unfinished_frame_is_waited_for_and_counted(gpu: Gpu) -> None:
    for frame in (1, 2, 3):
        gpu.fences.end_frame(frame)
    gpu.fences.wait(2)
    assert gpu.fences.completed == 2
    assert gpu.stats.fence_waits >= 1
    assert gpu.alive == {3}


def test_the_frame_in_progress_is_waited_for_but_not_called_complete(gpu: Gpu) -> None:
    """Draws may still follow in it: taking it for complete would let them be overwritten."""
    gpu.fences.end_frame(1)
    gpu.fences.wait(2)
    assert gpu.done == {1, 2}
    assert gpu.fences.completed == 1
    gpu.fences.end_frame(2)
    assert gpu.fences.completed == 1
    gpu.fences.wait(2)
    assert gpu.fences.completed == 2
    assert gpu.alive == set()


def test_fences_do_not_pile_up(gpu: Gpu) -> None:
    for frame in range(1, 50):
        gpu.fences.end_frame(frame)
        assert len(gpu.alive) <= MAX_FRAMES_IN_FLIGHT
    gpu.fences.close()
    assert gpu.alive == set()


@pytest.mark.parametrize(("status", "words"), [(c.WAIT_FAILED, "failed wait"), (c.TIMEOUT_EXPIRED, "ten seconds")])
def test_a_driver_that_does_not_answer_is_an_error(gpu: Gpu, status: int, words: str) -> None:
    gpu.fences.end_frame(1)
    gpu.broken = status
    with pytest.raises(GLError, match=f"frame 1 .*{words}"):
        gpu.fences.wait(1)


def test_a_driver_without_fences_is_waited_for(fake: GL, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder(fake, glFenceSync=lambda *_: 0)
    stats, done = FrameStats(), []
    fences = FrameFences(recorder.gl, stats)
    fences.on_completed = done.append
    for frame in (1, 2):
        fences.wait(frame)
        assert fences.completed < frame  # more may be drawn in it
        fences.end_frame(frame)
        assert fences.completed == fences.ended == frame
        fences.wait(frame)
    assert done == [1, 2]
    assert recorder.take().count("glFinish") == stats.fence_waits == 4
    assert [record.message for record in caplog.records] == [
        "The driver could not make a fence for frame 1: frames wait for it to finish instead."
    ]


def test_fences_that_fail_for_a_while(gpu: Gpu) -> None:
    gpu.fences.end_frame(1)
    make, gpu.recorder.gl.glFenceSync = gpu.recorder.gl.glFenceSync, lambda *_: 0  # type: ignore[method-assign]
    gpu.fences.end_frame(2)
    assert (gpu.fences.completed, gpu.alive) == (2, set())
    gpu.recorder.gl.glFenceSync = make  # type: ignore[method-assign]
    gpu.fences.end_frame(3)
    assert gpu.fences.completed == 2
    gpu.fences.wait(3)
    assert gpu.fences.completed == 3


def test_no_fence_because_the_context_is_lost(fake: GL) -> None:
    gl = Recorder(fake, glFenceSync=lambda *_: 0, glGetError=lambda: c.CONTEXT_LOST).gl
    with pytest.raises(ContextLostError, match="at the fence of frame 1"):
        FrameFences(gl, FrameStats()).end_frame(1)


def test_a_device_ends_frames_with_a_fence(device: Device) -> None:
    for frame in range(1, 10):
        device.begin_frame()
        device.end_frame()
        device.fences.wait(frame)
        assert device.fences.completed == frame
