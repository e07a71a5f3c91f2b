"""Streamed columns: the current region always holds the newest rows, and no region in use is written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ecs_engine.core.errors import GLError, ThreadError
from ecs_engine.gpu import GL, Capabilities, Device, FrameStats, Strategy, StreamBuffer
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.ring import REGIONS
from ecs_engine.gpu.stream import _FORMATS, BLOCK_ROWS, MOST_RANGES, joined
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder, read_buffer
from tests.gpu.test_device import in_thread
from tests.gpu.test_fences import Gpu

STRATEGIES = get_args(Strategy)
every_strategy = pytest.mark.parametrize("strategy", STRATEGIES)


def held(stream: StreamBuffer) -> NDArray[Any]:
    """The rows in the current region."""
    count = stream.n_rows * stream.width
    raw = read_buffer(stream.device, stream.buffer, count * stream.dtype.itemsize)
    return raw.view(stream.dtype).reshape(stream.n_rows, stream.width)


def rows(count: int, width: int = 4, start: float = 0.0) -> NDArray[np.float32]:
    return (np.arange(count * width, dtype=np.float32) + np.float32(start)).reshape(count, width)


@every_strategy
@pytest.mark.parametrize(("dtype", "width"), sorted(_FORMATS, key=str))
def test_rows_arrive_in_every_format(device: Device, strategy: Strategy, dtype: np.dtype[Any], width: int) -> None:
    stream = StreamBuffer(device, dtype, width, strategy=strategy)
    array = np.arange(10 * width).astype(dtype).reshape((10, width) if width > 1 else (10,))
    stream.write(array)
    assert (held(stream) == array.reshape(10, width)).all()


@every_strategy
def test_every_write_shows_its_own_rows(device: Device, strategy: Strategy) -> None:
    stream = StreamBuffer(device, np.float32, 4, strategy=strategy)
    assert stream.strategy == strategy
    for frame in range(3 * REGIONS):
        device.begin_frame()
        stream.write(rows(50 + frame, start=frame * 1000), 50)
        assert stream.n_rows == 50
        assert (held(stream) == rows(50, start=frame * 1000)).all()
        device.end_frame()


@every_strategy
def test_growing_keeps_up_and_gives_the_old_memory_back(fake: GL, strategy: Strategy) -> None:
    device = Device(fake, debug=True)
    stream = StreamBuffer(device, np.float32, 4, rows=4, strategy=strategy)
    for count in (3, 5, 1000, 17, 5000, 0, 20_000):
        device.begin_frame()
        stream.write(rows(count))
        assert (held(stream) == rows(count)).all()
        device.end_frame()
    assert len([name for name in fake.buffers.made if name]) == REGIONS  # type: ignore[attr-defined]
    stream.delete()
    assert [name for name in fake.buffers.made if name] == []  # type: ignore[attr-defined]
    assert [name for name in fake.textures.made if name] == []  # type: ignore[attr-defined]


@every_strategy
def test_the_texture_shows_the_current_buffer(device: Device, strategy: Strategy) -> None:
    stream = StreamBuffer(device, np.float32, 4, strategy=strategy)
    seen = set()
    for frame in range(6):
        stream.write(rows(10, start=frame))
        stream.bind(2)
        device.gl.glActiveTexture(c.TEXTURE0 + 2)
        assert device.gl.glGetIntegerv(c.TEXTURE_BINDING_BUFFER) == stream.texture
        device.state.forget()
        seen.add((stream.texture, stream.buffer))
    assert len(seen) == REGIONS


@every_strategy
def test_the_write_before_the_newest_can_be_bound(device: Device, strategy: Strategy) -> None:
    stream = StreamBuffer(device, np.float32, 4, strategy=strategy)
    textures = []
    for number in range(1, 6):
        stream.write(rows(10, start=number))
        textures.append(stream.texture)
        assert stream.writes == number
        for write in range(max(number - 1, 1), number + 1):
            stream.bind(2, write)
            device.gl.glActiveTexture(c.TEXTURE0 + 2)
            assert device.gl.glGetIntegerv(c.TEXTURE_BINDING_BUFFER) == textures[write - 1]
            device.state.forget()
    for gone in (3, 6):
        with pytest.raises(GLError, match="keeps the last two"):
            stream.bind(2, gone)


def test_a_region_that_is_bound_by_its_write_is_waited_for(fake: GL) -> None:
    gpu = Gpu(fake)
    device = Device(gpu.recorder.gl)
    stream = StreamBuffer(device, np.float32, strategy="map")
    for _ in range(4):
        device.begin_frame()
        device.end_frame()
        device.fences.wait(device.frame_index)
    device.begin_frame()
    stream.write(np.zeros(8, np.float32))
    stream.write(np.zeros(8, np.float32))
    device.end_frame()
    device.fences.wait(device.frame_index)
    device.begin_frame()
    stream.bind(0, stream.writes - 1)
    read_in = device.frame_index
    device.end_frame()
    for _ in range(REGIONS - 2):
        stream.write(np.zeros(8, np.float32))
    assert device.fences.completed < read_in
    stream.write(np.zeros(8, np.float32))
    assert device.fences.completed >= read_in


@every_strategy
def test_blocks_bring_each_region_up_to_date(device: Device, strategy: Strategy) -> None:
    """Only a few rows change per write, yet each region missed the writes to the two others."""
    stream = StreamBuffer(device, np.float32, 4, rows=4096, strategy=strategy)
    truth = rows(3000)
    stream.write(truth)
    rng = np.random.default_rng(3)
    for frame in range(20):
        device.begin_frame()
        start, count = int(rng.integers(0, 2900)), int(rng.integers(1, 100))
        truth[start : start + count] = frame
        stream.write_blocks(truth, [(start, count)])
        assert (held(stream) == truth).all()
        device.end_frame()


def test_blocks_upload_only_what_is_missing(device: Device) -> None:
    stream = StreamBuffer(device, np.float32, 4, rows=100 * BLOCK_ROWS)
    truth = rows(100 * BLOCK_ROWS)
    stream.write(truth)
    # In the steady state a region has missed one block for each write to the others, if blocks differ.
    for number, expected in [(9, 100), (9, 100), (9, 1), (9, 1), (20, 2), (30, 3), (40, 3), (40, 2), (40, 1)]:
        device.begin_frame()
        stream.write_blocks(truth, [(number * BLOCK_ROWS + 3, 1)])
        assert device.stats.uploads_bytes == expected * BLOCK_ROWS * 16
        device.end_frame()
    device.begin_frame()
    before = stream.buffer
    stream.write_blocks(truth, [])
    stream.write_blocks(truth, [(5, 0)])
    assert device.stats == FrameStats(frame=device.frame_index, gl_calls=device.stats.gl_calls)
    assert stream.buffer == before


@pytest.fixture(scope="module")
def streams() -> Iterator[dict[str, StreamBuffer]]:
    from ecs_engine.testing import FakeGL

    device = Device(FakeGL())
    yield {strategy: StreamBuffer(device, np.uint32, rows=64, strategy=strategy) for strategy in STRATEGIES}
    device.close()


steps = st.lists(
    st.tuples(
        st.booleans(),
        st.integers(0, 5 * BLOCK_ROWS),
        st.lists(st.tuples(st.integers(0, 5 * BLOCK_ROWS), st.integers(0, 2 * BLOCK_ROWS)), max_size=3),
    ),
    max_size=12,
)


@every_strategy
@settings(max_examples=60, deadline=None)
@given(steps=steps)
def test_any_order_of_writes_shows_the_truth(
    streams: dict[str, StreamBuffer], strategy: str, steps: list[tuple[bool, int, list[tuple[int, int]]]]
) -> None:
    stream = streams[strategy]
    truth = np.zeros(10 * BLOCK_ROWS, np.uint32)
    value = 1
    stream.write(truth, stream.n_rows)
    for whole, count, blocks in steps:
        value += 1
        before = stream.n_rows
        if whole:
            truth[:] = value
            stream.write(truth, count)
        else:
            inside = [(min(start, count), min(length, count - min(start, count))) for start, length in blocks]
            for start, length in inside:
                truth[start : start + length] = value
            truth[before:count] = value  # rows that come anew need no block
            stream.write_blocks(truth, inside, count)
        assert stream.n_rows == count
        assert (held(stream)[:, 0] == truth[:count]).all()


def test_a_region_in_use_is_waited_for(fake: GL) -> None:
    """The GPU stands still: the fourth write must wait for the frame that drew the first one, and for no more."""
    gpu = Gpu(fake)
    device = Device(gpu.recorder.gl)
    stream = StreamBuffer(device, np.float32, strategy="map")
    waits = []
    for _ in range(6):
        device.begin_frame()
        stream.write(np.zeros(8, np.float32))
        waits.append(device.stats.fence_waits)
        device.end_frame()
    assert waits[: REGIONS - 1] == [0] * (REGIONS - 1)
    assert sum(waits) > 0
    written_at = 6 - REGIONS  # the region written in frame 6 was last current in this frame
    assert device.fences.completed >= written_at


def test_two_writes_in_a_frame_do_not_overwrite_what_was_drawn_between(fake: GL) -> None:
    gpu = Gpu(fake)
    device = Device(Recorder(gpu.recorder.gl, glDrawArrays=lambda *_: None).gl)
    stream = StreamBuffer(device, np.float32, strategy="map")
    for _ in range(REGIONS):
        device.begin_frame()
        device.end_frame()
        device.fences.wait(device.frame_index)
    fences = len(gpu.made)
    device.begin_frame()
    for number in range(2 * REGIONS):
        stream.write(np.zeros(8, np.float32))
        device.draw_arrays(3)
        # A region drawn from in this frame is free only when a fence made in mid-frame says so. The first write
        # replaced a region that no draw of this frame had read.
        assert len(gpu.made) - fences == max(0, number - REGIONS + 1), number
    assert device.stats.fence_waits == REGIONS


def test_persistent_writes_make_no_call(recorder: Recorder) -> None:
    device = Device(recorder.gl)
    stream = StreamBuffer(device, np.float32, 4, strategy="persistent")
    array = rows(100)
    for _ in range(5):
        device.begin_frame()
        recorder.take()
        stream.write(array)
        assert set(recorder.take()) <= {"glClientWaitSync", "glDeleteSync"}
        stream.bind(0)
        assert len(recorder.take()) <= 2
        device.end_frame()


def test_the_best_strategy_is_chosen(fake: GL, capabilities: Capabilities) -> None:
    for able, expected in ((True, "persistent"), (False, "map")):
        device = Device(fake, capabilities=replace(capabilities, buffer_storage=able))
        assert StreamBuffer(device, np.float32).strategy == expected
    with pytest.raises(GLError, match=r"neither OpenGL 4\.4 nor"):
        StreamBuffer(device, np.float32, strategy="persistent")
    assert len(device.live_resources()) == 0
    with pytest.raises(ValueError, match="unknown strategy"):
        StreamBuffer(device, np.float32, strategy="magic")  # type: ignore[arg-type]


@pytest.mark.parametrize("strategy", ["persistent", "map"])
def test_memory_that_cannot_be_mapped_is_an_error(fake: GL, strategy: Strategy) -> None:
    device = Device(Recorder(fake, glMapBufferRange=lambda *_: 0).gl)
    with pytest.raises(GLError, match="'pose' could not be mapped"):
        StreamBuffer(device, np.float32, strategy=strategy, label="pose").write(np.zeros(4, np.float32))


def test_contents_lost_while_mapped_are_written_again(fake: FakeGL) -> None:
    def lose(target: int) -> bool:
        fake.glUnmapBuffer(target)
        buffer = fake.glGetIntegerv(c.COPY_WRITE_BUFFER_BINDING)
        assert isinstance(buffer, int)
        fake.buffer_bytes(buffer).fill(0xCD)
        return False

    device = Device(Recorder(fake, glUnmapBuffer=lose).gl)
    stream = StreamBuffer(device, np.float32, 4, strategy="map")
    truth = rows(2000)
    stream.write(truth)
    truth[700] = -1
    stream.write_blocks(truth, [(700, 1)])
    assert (held(stream) == truth).all()


@pytest.mark.parametrize(
    ("array", "n_rows", "words"),
    [
        (np.zeros((4, 4), np.float64), None, "float32 rows of width 4, not float64"),
        (np.zeros((4, 3), np.float32), None, r"not float32 of shape \(4, 3\)"),
        (np.zeros(16, np.float32), None, r"not float32 of shape \(16,\)"),
        (np.zeros((2, 2, 4), np.float32), None, r"\(2, 2, 4\)"),
        (np.zeros((8, 4), np.float32)[::2], None, "one piece"),
        (np.zeros((4, 8), np.float32)[:, ::2], None, "one piece"),
        (np.zeros((4, 4), np.float32), 5, "cannot take 5 rows"),
        (np.zeros((4, 4), np.float32), -1, "cannot take -1 rows"),
    ],
)
def test_bad_arrays_are_refused_and_nothing_changes(
    recorder: Recorder, array: NDArray[Any], n_rows: int | None, words: str
) -> None:
    stream = StreamBuffer(Device(recorder.gl), np.float32, 4, label="pose")
    stream.write(rows(3, start=7))
    recorder.take()
    for write in (stream.write, lambda array, n_rows: stream.write_blocks(array, [(0, 1)], n_rows)):
        with pytest.raises(GLError, match=f"StreamBuffer 'pose'.*{words}"):
            write(array, n_rows)
    assert recorder.take() == []
    assert (held(stream) == rows(3, start=7)).all()


@pytest.mark.parametrize("block", [(-1, 2), (0, 11), (10, 1), (2, -1)])
def test_blocks_outside_the_rows_are_refused(device: Device, block: tuple[int, int]) -> None:
    stream = StreamBuffer(device, np.float32, 4)
    with pytest.raises(GLError, match="reaches outside"):
        stream.write_blocks(rows(10), [(0, 1), block])
    assert stream.n_rows == 0


def test_the_driver_s_limit_is_honoured(fake: FakeGL, capabilities: Capabilities) -> None:
    device = Device(fake, debug=True, capabilities=replace(capabilities, max_texture_buffer_size=1000))
    stream = StreamBuffer(device, np.float32, 4, rows=600, label="pose")
    assert stream.max_rows == 1000
    stream.write(rows(1000))
    assert (held(stream) == rows(1000)).all()
    assert len(fake.buffer_bytes(stream.buffer)) == 1000 * 16  # doubling would go past what a texture can show
    with pytest.raises(GLError, match=r"'pose' cannot hold 1,001 rows.*end at 1,000; split"):
        stream.write(rows(1001))
    assert (held(stream) == rows(1000)).all()


@pytest.mark.parametrize(("dtype", "width"), [(np.float64, 1), (np.float32, 3), (np.float32, 5), (np.uint8, 4)])
def test_formats_that_opengl_lacks_are_refused(fake: GL, dtype: Any, width: int) -> None:
    with pytest.raises(GLError, match="no texel format"):
        StreamBuffer(Device(fake), dtype, width)


def test_writing_from_another_thread_is_refused(fake: GL) -> None:
    stream = StreamBuffer(Device(fake, debug=True), np.float32, strategy="persistent")
    assert isinstance(in_thread(lambda: stream.write(np.zeros(1, np.float32))), ThreadError)


@every_strategy
def test_read_only_arrays_may_be_written(device: Device, strategy: Strategy) -> None:
    array = rows(5)
    array.flags.writeable = False
    stream = StreamBuffer(device, np.float32, 4, strategy=strategy)
    stream.write(array)
    assert (held(stream) == array).all()


def test_more_ranges_than_are_kept_become_one() -> None:
    apart = [(10 * number, 10 * number + 1) for number in range(MOST_RANGES)]
    assert joined(reversed(apart)) == tuple(apart)
    assert joined([*apart, (99_000, 99_001)]) == ((0, 99_001),)
