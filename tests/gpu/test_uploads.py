"""Pictures arrive whole, in order, and never more than the budget in a frame."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError, ThreadError
from ecs_engine.gpu import Device, Strategy, Texture2D, TextureArray, TextureUploader, Upload
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.uploads import LEAST_BUDGET
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder

STRATEGIES: list[Strategy] = ["persistent", "orphan"]


def picture(height: int, width: int, seed: int = 1, channels: int = 4) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def texels(device: Device, texture: Texture2D | TextureArray, layers: int = 1) -> NDArray[np.uint8]:
    """(layers, height, width, 4): what is in the texture."""
    read = np.zeros((layers, texture.height, texture.width, 4), np.uint8)
    device.state.edit_texture(texture.target, texture.id)
    device.gl.glFinish()
    device.gl.glGetTexImage(texture.target, 0, c.RGBA, c.UNSIGNED_BYTE, read.ctypes.data)
    return read


def frame(device: Device, uploader: TextureUploader) -> int:
    device.begin_frame()
    sent = uploader.pump()
    device.end_frame()
    if isinstance(device.gl, FakeGL):
        device.gl.end_frame()
    return sent


@pytest.fixture(params=STRATEGIES)
def strategy(request: pytest.FixtureRequest, device: Device) -> Strategy:
    chosen: Strategy = request.param
    if chosen == "persistent" and not device.capabilities.buffer_storage:
        pytest.skip("by design: this driver has no persistent mapping")
    return chosen


# -- pixels --------------------------------------------------------------------------------------------
def test_a_picture_takes_many_frames_and_arrives_whole(device: Device, strategy: Strategy) -> None:
    texture = TextureArray(device, 64, 100, 2)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy=strategy)
    pixels = picture(90, 60)
    upload = uploader.submit(texture, 1, 3, 5, pixels)
    sent = []
    while uploader.pending_bytes:
        assert upload.status == "pending"
        sent.append(frame(device, uploader))
        assert device.last_frame.uploads_bytes == sent[-1] <= LEAST_BUDGET
        assert upload.sent_bytes == sum(sent)
    assert upload.status == "done"
    assert len(sent) == -(-90 // (LEAST_BUDGET // 240))
    expected = np.zeros((2, 100, 64, 4), np.uint8)
    expected[1, 5:95, 3:63] = pixels
    np.testing.assert_array_equal(texels(device, texture, 2), expected)


def test_rows_wider_than_the_budget_are_cut(device: Device, strategy: Strategy) -> None:
    texture = Texture2D(device, 1500, 3, pixels=picture(3, 1500, 9))
    uploader = TextureUploader(device, LEAST_BUDGET, strategy=strategy)
    pixels = picture(3, 1400)
    uploader.submit(texture, 0, 50, 0, pixels)
    while uploader.pending_bytes:
        assert 0 < frame(device, uploader) <= LEAST_BUDGET
    expected = picture(3, 1500, 9)
    expected[:, 50:1450] = pixels
    np.testing.assert_array_equal(texels(device, texture)[0], expected)


def test_one_byte_texels_and_odd_widths(device: Device, strategy: Strategy) -> None:
    texture = Texture2D(device, 7, 5, format="r8")
    uploader = TextureUploader(device, LEAST_BUDGET, strategy=strategy)
    pixels = picture(5, 7, channels=1)
    uploader.submit(texture, 0, 0, 0, pixels)
    uploader.submit(texture, 0, 1, 1, pixels[:2, :3].copy())
    uploader.drain()
    expected = pixels.copy()
    expected[1:3, 1:4] = pixels[:2, :3]
    np.testing.assert_array_equal(texels(device, texture)[0, ..., :1], expected)


def test_later_pictures_lie_over_earlier_ones(device: Device, strategy: Strategy) -> None:
    texture = TextureArray(device, 32, 32, 1)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy=strategy)
    expected = np.zeros((32, 32, 4), np.uint8)
    rng = np.random.default_rng(3)
    for seed in range(40):
        height, width = rng.integers(1, 25, 2)
        x, y = rng.integers(0, 8, 2)
        pixels = picture(height, width, seed)
        uploader.submit(texture, 0, int(x), int(y), pixels)
        expected[y : y + height, x : x + width] = pixels
    while uploader.pending_bytes:
        frame(device, uploader)
    np.testing.assert_array_equal(texels(device, texture)[0], expected)


def test_a_texture_that_grows_meanwhile_gets_all_of_it(device: Device) -> None:
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    pixels = picture(64, 64)
    uploader.submit(texture, 0, 0, 0, pixels)
    frame(device, uploader)
    texture.resize(3)
    while uploader.pending_bytes:
        frame(device, uploader)
    np.testing.assert_array_equal(texels(device, texture, 3)[0], pixels)


def test_other_uploads_are_not_led_astray(device: Device) -> None:
    """A pixel buffer that stays bound would turn the address of the next upload into an offset."""
    texture = Texture2D(device, 8, 8)
    uploader = TextureUploader(device, LEAST_BUDGET)
    uploader.submit(texture, 0, 0, 0, picture(8, 8, 1))
    frame(device, uploader)
    direct = picture(8, 8, 2)
    texture.upload(0, 0, direct)
    np.testing.assert_array_equal(texels(device, texture)[0], direct)


# -- endings -------------------------------------------------------------------------------------------
def test_callbacks_come_in_order_and_once(device: Device) -> None:
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    ended: list[tuple[int, str]] = []
    for number in range(3):
        uploader.submit(
            texture, 0, 0, 0, picture(20, 20), on_end=lambda upload, n=number: ended.append((n, upload.status))
        )
    uploader.submit(texture, 0, 0, 0, picture(0, 20), on_end=lambda upload: ended.append((3, upload.status)))
    while uploader.pending_bytes:
        frame(device, uploader)
    frame(device, uploader)
    assert ended == [(number, "done") for number in range(4)]


def test_a_cancelled_picture_keeps_what_was_sent(device: Device) -> None:
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    ended: list[Upload] = []
    first = uploader.submit(texture, 0, 0, 0, picture(64, 64, 1), on_end=ended.append)
    second = uploader.submit(texture, 0, 0, 0, picture(4, 4, 2))
    frame(device, uploader)
    first.cancel()
    first.cancel()
    assert uploader.pending_bytes == second.nbytes
    assert first.wait(0)
    frame(device, uploader)
    assert ended == [first]
    assert (first.status, second.status, uploader.pending_bytes) == ("cancelled", "done", 0)
    expected = np.zeros((64, 64, 4), np.uint8)
    expected[:16] = picture(64, 64, 1)[:16]
    expected[:4, :4] = picture(4, 4, 2)
    np.testing.assert_array_equal(texels(device, texture)[0], expected)


def test_deleted_textures_and_layers_are_passed_over(device: Device) -> None:
    gone, shrunk, kept = (TextureArray(device, 64, 64, 2) for _ in range(3))
    uploader = TextureUploader(device, LEAST_BUDGET)
    ended: list[Upload] = []
    uploads = [
        uploader.submit(gone, 0, 0, 0, picture(64, 64), on_end=ended.append),
        uploader.submit(shrunk, 1, 0, 0, picture(4, 4), on_end=ended.append),
        uploader.submit(kept, 1, 0, 0, picture(4, 4), on_end=ended.append),
    ]
    frame(device, uploader)
    gone.delete()
    shrunk.resize(1)
    frame(device, uploader)
    assert ended == uploads
    assert [upload.status for upload in uploads] == ["dropped", "dropped", "done"]
    assert uploader.pending_bytes == 0


def test_deleting_the_uploader_ends_what_is_pending(device: Device) -> None:
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    upload = uploader.submit(texture, 0, 0, 0, picture(64, 64))
    uploader.delete()
    assert upload.wait(0)
    assert (upload.status, uploader.pending_bytes) == ("dropped", 0)
    with pytest.raises(GLError, match="after it was deleted"):
        uploader.submit(texture, 0, 0, 0, picture(4, 4))
    with pytest.raises(GLError, match="after it was deleted"):
        uploader.pump()


def test_what_a_callback_raises_comes_out_and_nothing_else_is_lost(device: Device) -> None:
    texture = TextureArray(device, 8, 8, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    ended: list[Upload] = []

    def fail(upload: Upload) -> None:
        raise RuntimeError("in the callback")

    uploader.submit(texture, 0, 0, 0, picture(8, 8), on_end=fail)
    second = uploader.submit(texture, 0, 0, 0, picture(8, 8), on_end=ended.append)
    device.begin_frame()
    with pytest.raises(RuntimeError, match="in the callback"):
        uploader.pump()
    uploader.pump()
    assert ended == [second]
    device.end_frame()


def test_a_picture_that_opengl_refuses_fails_alone(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    texture = TextureArray(device, 8, 8, 1)
    uploader = TextureUploader(device, LEAST_BUDGET)
    first, second = (uploader.submit(texture, 0, 0, 0, picture(8, 8, seed)) for seed in (1, 2))
    fake.fail("glTexSubImage3D")
    with pytest.raises(GLError, match="GL_OUT_OF_MEMORY"):
        uploader.pump()
    uploader.pump()
    assert (first.status, second.status, uploader.pending_bytes) == ("failed", "done", 0)
    np.testing.assert_array_equal(fake.texture_image(texture.id), picture(8, 8, 2))
    device.close()


# -- the budget, the fences and the calls ----------------------------------------------------------------
def test_a_gpu_that_is_behind_is_not_waited_for() -> None:
    gl = FakeGL(size=(64, 64), fence_latency=3)
    statuses = [c.TIMEOUT_EXPIRED] * 100

    def stuck(sync: int, flags: int, timeout_ns: int) -> int:
        assert timeout_ns == 0, "this would stand still"
        return statuses.pop() if statuses else gl.glClientWaitSync(sync, flags, timeout_ns)

    device = Device(Recorder(gl, glClientWaitSync=stuck).gl)
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy="persistent")
    uploader.submit(texture, 0, 0, 0, picture(64, 64))
    sent = []
    for _ in range(6):
        device.begin_frame()
        sent.append(uploader.pump())
        device.end_frame()
        gl.end_frame()
    assert sent == [LEAST_BUDGET] * 3 + [0] * 3
    assert uploader.deferred_frames == 3
    statuses.clear()
    device.begin_frame()
    assert uploader.pump() == LEAST_BUDGET
    assert (uploader.pending_bytes, device.stats.fence_waits) == (0, 0)


def test_memory_in_flight_is_never_written() -> None:
    """Each region is written again only once the frame that reads it is done, wherever pump is called."""
    gl = FakeGL(size=(64, 64), fence_latency=2)
    device = Device(gl, debug=True)
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy="persistent")
    pixels = picture(64, 64)
    for place in ("outside", "early", "late", "twice"):
        uploader.submit(texture, 0, 0, 0, pixels)
        while uploader.pending_bytes:
            if place == "outside":
                uploader.pump()
            device.begin_frame()
            if place != "outside":
                uploader.pump()
            if place == "twice":
                uploader.pump()
            for region in uploader._regions:
                assert region.last_frame <= device.frame_index
            device.end_frame()
            gl.end_frame()
    np.testing.assert_array_equal(gl.texture_image(texture.id), pixels)
    device.close()


def test_drain_needs_no_frames(device: Device, strategy: Strategy) -> None:
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy=strategy)
    ended: list[Upload] = []
    upload = uploader.submit(texture, 0, 0, 0, picture(64, 64), on_end=ended.append)
    uploader.drain()
    assert ended == [upload]
    np.testing.assert_array_equal(texels(device, texture)[0], picture(64, 64))


@pytest.mark.parametrize(("strategy", "calls"), [("persistent", 3), ("orphan", 4)])
@pytest.mark.parametrize("size", [64, 512])
def test_the_calls_in_a_frame_do_not_depend_on_the_size(
    recorder: Recorder, strategy: Strategy, calls: int, size: int
) -> None:
    device = Device(recorder.gl)
    texture = TextureArray(device, size, size, 1)
    uploader = TextureUploader(device, 8192, strategy=strategy)
    uploader.submit(texture, 0, 0, 0, picture(size, size))
    texture.bind(0)
    frame(device, uploader)
    device.begin_frame()
    recorder.take()
    uploader.pump()
    assert len(recorder.take()) == calls


def test_an_idle_pump_makes_no_call(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    uploader = TextureUploader(device)
    recorder.take()
    assert uploader.pump() == 0
    assert recorder.take() == []


def test_without_persistent_mapping_there_is_another_way(fake: FakeGL) -> None:
    device = Device(fake)
    poor = Device(fake, capabilities=replace(device.capabilities, buffer_storage=False))
    assert TextureUploader(device).strategy == "persistent"
    assert TextureUploader(poor).strategy == "orphan"
    with pytest.raises(GLError, match="does not map its buffers"):
        TextureUploader(device, strategy="map")


def test_a_picture_by_itself_is_sent_from_where_it_lies(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    texture = TextureArray(device, 64, 64, 1)
    uploader = TextureUploader(device, LEAST_BUDGET, strategy="orphan")
    pixels = picture(64, 64)
    uploader.submit(texture, 0, 0, 0, pixels)
    frame(device, uploader)
    recorder.take()
    uploader.pump()
    sent = [arguments for name, arguments in recorder.calls if name == "glBufferData"]
    assert [address for _, _, address, _ in sent] == [pixels.ctypes.data + LEAST_BUDGET]


# -- threads and bad input -------------------------------------------------------------------------------
def test_any_thread_submits_and_cancels_and_only_one_pumps(device: Device) -> None:
    texture = TextureArray(device, 16, 16, 4)
    uploader = TextureUploader(device, LEAST_BUDGET)
    pixels = [picture(16, 16, layer) for layer in range(4)]
    refused: list[BaseException] = []
    uploads: list[Upload] = []
    all_in = threading.Barrier(5)

    def work(layer: int) -> None:
        for number in range(50):
            upload = uploader.submit(texture, layer, 0, 0, pixels[layer] if number == 49 else picture(9, 9, number))
            uploads.append(upload)
            if number % 3 == 0:
                upload.cancel()
        try:
            uploader.pump()
        except ThreadError as error:
            refused.append(error)
        all_in.wait(30)

    threads = [threading.Thread(target=work, args=(layer,)) for layer in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        frame(device, uploader)
        if all_in.n_waiting == 4:
            all_in.wait(30)
    for thread in threads:
        thread.join()
    while uploader.pending_bytes:
        frame(device, uploader)
    assert len(refused) == 4
    assert {upload.status for upload in uploads} <= {"done", "cancelled"}
    np.testing.assert_array_equal(texels(device, texture, 4), np.array(pixels))


@pytest.mark.parametrize(
    ("layer", "place", "shape", "message"),
    [
        (2, (0, 0), (4, 4, 4), "has layers 0 to 1, not 2"),
        (0, (5, 0), (4, 4, 4), "reach outside"),
        (0, (0, -1), (4, 4, 4), "reach outside"),
        (0, (0, 0), (4, 4, 3), "takes pixels of shape"),
    ],
)
def test_pixels_that_do_not_fit_are_refused_at_once(
    device: Device, layer: int, place: tuple[int, int], shape: tuple[int, ...], message: str
) -> None:
    texture = TextureArray(device, 8, 8, 2)
    uploader = TextureUploader(device)
    with pytest.raises(GLError, match=message):
        uploader.submit(texture, layer, *place, np.zeros(shape, np.uint8))
    with pytest.raises(GLError, match="uint8"):
        uploader.submit(texture, 0, 0, 0, np.zeros((4, 4, 4), np.float32))
    assert uploader.pending_bytes == 0


def test_other_bad_input(device: Device, fake: FakeGL) -> None:
    with pytest.raises(GLError, match="at least 4,096 bytes"):
        TextureUploader(device, 100)
    stranger = Device(fake)
    texture = TextureArray(stranger, 8, 8, 1)
    with pytest.raises(GLError, match="different devices"):
        TextureUploader(device).submit(texture, 0, 0, 0, picture(8, 8))
    with pytest.raises(GLError, match="has one layer, 0"):
        TextureUploader(device).submit(Texture2D(device, 8, 8), 1, 0, 0, picture(8, 8))
