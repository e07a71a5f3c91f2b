"""A device belongs to one thread, deletes what others give up, and reports errors and leaks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from ecs_engine.core.errors import GLError, ThreadError
from ecs_engine.gpu import (
    GL,
    Buffer,
    BufferDescriptor,
    Capabilities,
    Device,
    Framebuffer,
    Resource,
    StreamBuffer,
    Texture2D,
    TextureArray,
    UniformBuffer,
    VertexArray,
    read_pixels,
)
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder


def in_thread(work: Callable[[], object], name: str = "logic") -> BaseException | None:
    """Run ``work`` on another thread; what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, name=name)
    thread.start()
    thread.join()
    return raised[0] if raised else None


MAKERS: list[Callable[[Device], Resource]] = [
    lambda device: Buffer(device, BufferDescriptor(16)),
    lambda device: StreamBuffer(device, np.float32),
    lambda device: UniformBuffer(device, [("k", np.float32)]),
    lambda device: TextureArray(device, 2, 2, 1),
    lambda device: Texture2D(device, 2, 2),
    lambda device: Framebuffer(device, 2, 2, depth=True),
    lambda device: VertexArray(device),
]


@pytest.mark.parametrize("make", MAKERS)
def test_making_on_another_thread_is_refused_and_names_both(device: Device, make: Callable[[Device], Resource]) -> None:
    before = device.live_resources()
    error = in_thread(lambda: make(device), "the logic thread")
    assert isinstance(error, ThreadError)
    assert "'the logic thread'" in str(error)
    assert threading.current_thread().name in str(error)
    assert device.live_resources() == before


@pytest.mark.parametrize(
    "work",
    [
        lambda device: device.begin_frame(),
        lambda device: device.end_frame(),
        lambda device: device.collect(),
        lambda device: device.close(),
        lambda device: read_pixels(device, 0, 0, 1, 1),
    ],
)
def test_frames_and_deletion_are_the_context_thread_s(device: Device, work: Callable[[Device], object]) -> None:
    assert isinstance(in_thread(lambda: work(device)), ThreadError)
    assert not device.closed


def test_in_debug_mode_every_call_is_checked_for_its_thread(device: Device) -> None:
    buffer = Buffer(device, BufferDescriptor(16))
    error = in_thread(lambda: buffer.upload(np.zeros(4, np.float32)))
    assert isinstance(error, ThreadError)
    assert "glBindBuffer" in str(error) or "glBufferSubData" in str(error)


@pytest.mark.parametrize("make", MAKERS)
def test_deletion_here_is_immediate(recorder: Recorder, make: Callable[[Device], Resource]) -> None:
    device = Device(recorder.gl)
    resource = make(device)
    recorder.take()
    resource.delete()
    assert any(name.startswith("glDelete") for name in recorder.take())
    resource.delete()
    assert recorder.take() == []
    assert device.live_resources() == []


@pytest.mark.parametrize("make", MAKERS)
def test_deletion_elsewhere_waits_for_the_next_frame(recorder: Recorder, make: Callable[[Device], Resource]) -> None:
    device = Device(recorder.gl)
    resource = make(device)
    recorder.take()
    assert in_thread(resource.delete) is None
    assert not resource.alive
    assert recorder.take() == []
    device.begin_frame()
    assert any(name.startswith("glDelete") for name in recorder.take())
    assert device.live_resources() == []


@pytest.mark.parametrize("make", MAKERS)
def test_a_forgotten_resource_is_collected_with_the_next_frame(
    recorder: Recorder, make: Callable[[Device], Resource]
) -> None:
    device = Device(recorder.gl)
    make(device)
    gc.collect()
    recorder.take()
    assert device.collect() >= 1
    assert any(name.startswith("glDelete") for name in recorder.take())
    assert device.live_resources() == []


def test_a_resource_collected_on_another_thread_calls_nothing(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    held = [Buffer(device, BufferDescriptor(16))]
    recorder.take()
    assert in_thread(held.clear) is None
    assert recorder.take() == []
    assert device.collect() == 1
    assert recorder.take() == ["glDeleteBuffers"]


def test_closing_deletes_users_before_what_they_use_and_reports_leaks(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    kept = [
        Buffer(device, BufferDescriptor(16, label="enemy mesh")),
        TextureArray(device, 2, 2, 1, label="pages"),
        VertexArray(device, label="quads"),
        Framebuffer(device, 4, 4, depth=True, label="minimap"),
    ]
    kept[0].delete()
    recorder.take()
    leaks = device.close()
    assert leaks == sorted(
        ["TextureArray 'pages'", "VertexArray 'quads'", "Framebuffer 'minimap'", "Texture2D 'minimap colour'"]
    )
    assert [name for name in recorder.take() if name.startswith("glDelete")] == [
        "glDeleteVertexArrays",
        "glDeleteFramebuffers",
        "glDeleteRenderbuffers",
        "glDeleteTextures",
    ]
    assert device.close() == []
    assert not any(resource.alive for resource in kept)
    for resource in kept:
        resource.delete()
    assert recorder.take() == []


def test_a_closed_device_makes_nothing(fake: GL) -> None:
    device = Device(fake)
    device.close()
    with pytest.raises(GLError, match="device is closed"):
        Buffer(device, BufferDescriptor(16))


def test_closing_gives_every_name_back(fake: GL) -> None:
    device = Device(fake)
    for make in MAKERS:
        make(device)
    device.begin_frame()
    device.end_frame()
    device.close()
    left = {
        kind: made
        for kind in ("buffers", "textures", "framebuffers", "renderbuffers", "vertex_arrays", "programs")
        if (made := getattr(fake, kind).made)
    }
    assert {kind: [name for name in made if name] for kind, made in left.items() if any(made)} == {}


def test_in_debug_mode_an_error_names_the_call(device: Device) -> None:
    with pytest.raises(GLError, match=r"refused glBindBuffer.*GL_INVALID_ENUM"):
        device.gl.glBindBuffer(0xBAD, 0)
    device.check("nothing: the error was reported once")


def test_without_debug_an_error_waits_for_the_check(fake: GL) -> None:
    device = Device(fake)
    device.gl.glBindBuffer(0xBAD, 0)
    with pytest.raises(GLError, match=r"refused the sprites.*GL_INVALID_ENUM"):
        device.check("the sprites")
    device.check("nothing")


def test_without_debug_output_errors_still_name_the_call(fake: GL, capabilities: Capabilities) -> None:
    device = Device(fake, debug=True, capabilities=replace(capabilities, khr_debug=False))
    with pytest.raises(GLError, match=r"refused glEnable.*GL_INVALID_ENUM"):
        device.gl.glEnable(0xBAD)


def test_a_frame_counts_from_zero_and_the_last_one_stays(fake: GL) -> None:
    device = Device(fake)
    assert device.frame_index == 0
    device.begin_frame()
    device.gl.glFlush()
    device.end_frame()
    calls = device.last_frame.gl_calls
    device.begin_frame()
    assert device.frame_index == 2
    assert device.last_frame.frame == 1
    assert calls >= 2
    assert device.stats.gl_calls == 0


@pytest.mark.parametrize(
    ("instances", "elements", "expected"),
    [
        (1, True, ("glDrawElements", (c.TRIANGLES, 6, c.UNSIGNED_INT, 12))),
        (5, True, ("glDrawElementsInstanced", (c.TRIANGLES, 6, c.UNSIGNED_INT, 12, 5))),
        (1, False, ("glDrawArrays", (c.TRIANGLES, 3, 6))),
        (5, False, ("glDrawArraysInstanced", (c.TRIANGLES, 3, 6, 5))),
    ],
)
def test_draws_become_the_cheapest_call(
    fake: GL, instances: int, elements: bool, expected: tuple[str, tuple[int, ...]]
) -> None:
    nothing = dict.fromkeys(
        ("glDrawElements", "glDrawElementsInstanced", "glDrawArrays", "glDrawArraysInstanced"), lambda *_: None
    )
    recorder = Recorder(fake, **nothing)
    device = Device(recorder.gl)
    draw = device.draw_elements if elements else device.draw_arrays
    recorder.take()
    draw(0, instances=instances)
    draw(6, instances=0)
    assert recorder.calls == []
    draw(6, first=3, instances=instances)
    assert recorder.calls == [expected]
    assert device.stats.draw_calls == 1
