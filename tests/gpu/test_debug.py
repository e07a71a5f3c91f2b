"""What the driver says is told apart, kept as records, and handed to the hooks."""

from __future__ import annotations

import logging
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import GLError, ShaderError
from ecs_engine.gpu import (
    GL,
    Buffer,
    BufferDescriptor,
    DebugMessage,
    Device,
    ErrorReport,
    OpenGL,
    Program,
    QuadIndices,
    TextureArray,
    log_error,
    raise_error,
)
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.calls import FrameStats
from ecs_engine.gpu.debug import MESSAGES_KEPT, Diagnostics
from ecs_engine.testing import FakeGL
from tests.gpu.conftest import Recorder

ERROR = (c.DEBUG_SOURCE_API, c.DEBUG_TYPE_ERROR, 1, c.DEBUG_SEVERITY_HIGH)
REMARK = (c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_LOW)
VERTEX = "void main() { gl_Position = vec4(0.0); }"
FRAGMENT = "out vec4 colour; void main() { colour = vec4(1.0); }"
BROKEN = "out vec4 colour; void main() { colour = vec4(nothing); }"


@pytest.fixture
def heard(fake: GL) -> tuple[Diagnostics, Any]:
    """Diagnostics that listen, and the driver's end of the line."""
    recorder = Recorder(fake)
    log = Diagnostics(recorder.gl, FrameStats(), listen=True)
    (callback,) = [arguments[0] for name, arguments in recorder.calls if name == "glDebugMessageCallback"]
    return log, callback


def deaf(version: tuple[int, int] = (4, 1)) -> FakeGL:
    """A driver without debug output, as on macOS."""
    return FakeGL(version, extensions=[], size=(64, 64))


# -- messages ----------------------------------------------------------------------------------------
def test_an_error_message_is_raised_once_with_its_words(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    driver(*ERROR, "buffer 7 is too small\n")
    with pytest.raises(GLError, match="refused the draw: buffer 7 is too small;"):
        log.check("the draw")
    log.check("the draw")


def test_remarks_are_kept_and_bounded(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    for number in range(1000):
        driver(*REMARK, f"slow path {number}")
    log.check("the draw")
    assert log.warnings[-1] == "slow path 999"
    assert len(log.messages) == MESSAGES_KEPT


def test_shader_logs_are_left_to_programs(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    driver(c.DEBUG_SOURCE_SHADER_COMPILER, *ERROR[1:], "0:1(1): error: no")
    log.check("the program")
    assert not log.warnings
    assert [message.source for message in log.messages] == ["shader compiler"]


def test_a_record_has_all_there_is_to_know(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    with log.group("views"), log.group("sprites"):
        driver(*REMARK, "slow")
    (message,) = log.messages
    assert (message.source, message.type, message.severity, message.id, message.text) == (
        "api",
        "performance",
        "low",
        7,
        "slow",
    )
    assert message.group == "views/sprites"
    assert message.time_ns > 0


def test_unknown_numbers_are_shown_as_they_are(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    driver(0x1, 0x2, 3, 0x4, "from the future")
    (message,) = log.messages
    assert (message.source, message.type, message.severity) == ("0x1", "0x2", "0x4")


def test_a_message_names_the_object_and_the_line(device: Device) -> None:
    buffer = Buffer(device, BufferDescriptor(16, label="enemy mesh"))
    device.state.bind_buffer(c.COPY_WRITE_BUFFER, buffer.id)
    data = np.zeros(64, np.uint8)
    with (
        device.group("loading"),
        pytest.raises(GLError, match=r"glBufferSubData on 'enemy mesh', called at .*:\d+") as e,
    ):
        device.gl.glBufferSubData(c.COPY_WRITE_BUFFER, 0, 64, data.ctypes.data)
    message = device.diagnostics.messages[-1]
    assert (message.type, message.call, message.label, message.group) == (
        "error",
        "glBufferSubData",
        "enemy mesh",
        "loading",
    )
    assert message.file == __file__
    assert message.place in str(e.value)
    with open(__file__, encoding="utf-8") as source:
        assert "device.gl.glBufferSubData(" in source.readlines()[message.line - 1]


def test_without_debug_output_the_record_is_made_of_the_error_code() -> None:
    device = Device(deaf(), debug=True)
    assert not device.diagnostics.listening
    texture = TextureArray(device, 2, 2, 1, label="pages")
    texture.bind(0)
    with pytest.raises(GLError, match=r"glTexParameteri: GL_INVALID_ENUM; in glTexParameteri on 'pages', called at"):
        device.gl.glTexParameteri(c.TEXTURE_2D_ARRAY, 0xBAD, 0)
    (message,) = device.diagnostics.messages
    assert (message.text, message.id, message.label, message.file) == (
        "GL_INVALID_ENUM",
        c.INVALID_ENUM,
        "pages",
        __file__,
    )
    device.close()


# -- listeners ---------------------------------------------------------------------------------------
def test_listeners_hear_each_message_until_they_are_removed(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    heard_texts: list[str] = []

    def listener(message: DebugMessage) -> None:
        heard_texts.append(message.text)

    log.add_listener(listener)
    driver(*REMARK, "one")
    log.remove_listener(listener)
    driver(*REMARK, "two")
    assert heard_texts == ["one"]
    with pytest.raises(GLError, match="cannot be removed"):
        log.remove_listener(listener)


def test_what_a_listener_raises_within_the_driver_comes_out_of_the_call(device: Device) -> None:
    """On a real driver the exception cannot cross the driver's own frames; it must not be lost there."""
    if not device.capabilities.khr_debug:
        pytest.skip("by design: this driver has no debug output")
    device.hooks.remove("call", raise_error)

    def listener(message: DebugMessage) -> None:
        raise RuntimeError(message.type)

    device.diagnostics.add_listener(listener)
    with pytest.raises(RuntimeError, match="error"):
        device.gl.glBindBuffer(0xBAD, 0)
    device.diagnostics.remove_listener(listener)
    device.gl.glBindBuffer(c.ARRAY_BUFFER, 0)
    device.hooks.add("call", raise_error)


def test_nothing_that_was_raised_is_lost(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard

    def listener(message: DebugMessage) -> None:
        raise RuntimeError(message.text)

    log.add_listener(listener)
    driver(*REMARK, "one")
    driver(*ERROR, "two")
    with pytest.raises(BaseExceptionGroup) as caught:
        log.check("the draw", "pre_draw")
    assert [str(error)[:3] for error in caught.value.exceptions[:2]] == ["one", "two"]
    assert caught.group_contains(GLError, match="refused the draw: two")
    log.check("the draw")


def test_what_is_kept_at_the_end_is_raised_by_closing(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    device.diagnostics.add_listener(lambda message: (_ for _ in ()).throw(RuntimeError(message.text)))
    fake.debug_message(*REMARK, "too late")
    with pytest.raises(RuntimeError, match="too late"):
        device.close()
    assert device.closed
    assert fake.debug_callback is None


def test_several_exceptions_of_a_plain_callback_all_come_out(real_gl: OpenGL) -> None:
    """The same promise one level down, for who uses the OpenGL functions without a device."""

    def callback(*_: object) -> None:
        raise RuntimeError("in the driver")

    real_gl.glEnable(c.DEBUG_OUTPUT)
    real_gl.glEnable(c.DEBUG_OUTPUT_SYNCHRONOUS)
    real_gl.glDebugMessageCallback(callback)
    for _ in range(2):
        real_gl.glBindBuffer(0xBAD, 0)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="in the driver"):
            real_gl.glGetError()
    real_gl.glDebugMessageCallback(None)
    while real_gl.glGetError():
        pass


# -- hooks -------------------------------------------------------------------------------------------
def test_a_texture_that_cannot_be_bound_is_logged_by_default(device: Device, caplog: pytest.LogCaptureFixture) -> None:
    texture = TextureArray(device, 2, 2, 1, label="pages")
    with caplog.at_level(logging.ERROR, "ecs_engine.gpu"):
        device.gl.glBindTexture(c.TEXTURE_2D, texture.id)  # it is an array
    (record,) = caplog.records
    assert "glBindTexture" in record.getMessage()
    assert "'pages'" in record.getMessage()
    device.check("nothing: the error was reported once")


def test_hooks_are_added_and_removed(device: Device) -> None:
    texture = TextureArray(device, 2, 2, 1)
    seen: list[ErrorReport] = []
    device.hooks.remove("texture_bind", log_error)
    device.hooks.add("texture_bind", seen.append)
    device.gl.glBindTexture(c.TEXTURE_2D, texture.id)
    device.hooks.add("texture_bind", raise_error)
    with pytest.raises(GLError, match="glBindTexture"):
        device.gl.glBindTexture(c.TEXTURE_2D, texture.id)
    assert [report.point for report in seen] == ["texture_bind"] * 2
    assert [report.messages[0].call for report in seen] == ["glBindTexture"] * 2


def test_what_foreign_code_left_behind_stops_the_next_draw(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    quads = QuadIndices(device)
    program = Program(device, VERTEX, FRAGMENT)
    program.use()
    fake.glBindBuffer(0xBAD, 0)  # past the device
    with pytest.raises(GLError, match=r"refused what came before glDrawElements.*GL_INVALID_ENUM"):
        device.draw_elements(6)
    assert fake.draw_count == 0
    quads.draw(1)
    assert fake.draw_count == 1
    device.close()


def test_a_program_that_does_not_link_raises_by_default(device: Device) -> None:
    before = device.live_resources()
    with pytest.raises(ShaderError, match="nothing"):
        Program(device, VERTEX, BROKEN, label="sky")
    assert device.live_resources() == before


def test_with_another_hook_a_broken_program_is_there_but_of_no_use(device: Device) -> None:
    seen: list[ErrorReport] = []
    device.hooks.remove("shader_link", raise_error)
    device.hooks.add("shader_link", seen.append)
    program = Program(device, VERTEX, BROKEN, label="sky")
    assert not program.linked
    assert isinstance(seen[0].error, ShaderError)
    assert seen[0].what == "program 'sky'"
    with pytest.raises(GLError, match="'sky' was not linked"):
        program.use()


def test_hooks_stand_without_debug_mode_too(fake: FakeGL) -> None:
    device = Device(fake)
    device.hooks.remove("shader_link", raise_error)
    assert not Program(device, VERTEX, BROKEN).linked
    fake.glBindBuffer(0xBAD, 0)
    with pytest.raises(GLError, match=r"Device\(debug=True\)"):
        device.check("the overlay")


def test_calls_within_a_hook_do_not_call_it_again(device: Device) -> None:
    depth: list[str] = []

    def hook(report: ErrorReport) -> None:
        depth.append(report.what)
        device.gl.glBindBuffer(0xBAD, 0)

    device.hooks.remove("call", raise_error)
    device.hooks.add("call", hook)
    device.gl.glBindBuffer(0xBAD, 0)
    assert depth == ["glBindBuffer"]
    device.hooks.remove("call", hook)
    device.hooks.add("call", raise_error)
    with pytest.raises(GLError, match="the rest"):
        device.check("the rest")


def test_every_hook_runs_though_one_raises(heard: tuple[Diagnostics, Any]) -> None:
    log, driver = heard
    seen: list[ErrorReport] = []
    log.hooks.add("call", seen.append)
    driver(*ERROR, "no")
    with pytest.raises(GLError):
        log.check("it")
    assert len(seen) == 1


@pytest.mark.parametrize("change", ["add", "remove"])
def test_unknown_points_and_hooks_are_refused(heard: tuple[Diagnostics, Any], change: str) -> None:
    hooks = heard[0].hooks
    with pytest.raises(GLError, match="no error hook 'post_draw'; the points are pre_draw"):
        getattr(hooks, change)("post_draw", raise_error)
    with pytest.raises(GLError, match="add it first"):
        hooks.remove("call", log_error)


# -- groups and labels ---------------------------------------------------------------------------------
def test_groups_are_pushed_and_popped_also_when_something_is_raised(fake: FakeGL) -> None:
    device = Device(fake, debug=True)
    names: list[str] = []

    def fail() -> None:
        with device.group("frame"), device.group("sprites"):
            names.extend(name for _, _, name in fake.debug_groups)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert names == ["frame", "sprites"]
    assert fake.debug_groups == []
    device.close()


def test_groups_too_deep_for_the_driver_are_left_out(device: Device) -> None:
    def nest(depth: int) -> None:
        with device.group("é" * 3000):
            if depth:
                nest(depth - 1)

    nest(100)
    device.check("the groups")


def test_groups_cost_no_call_without_debug_mode(fake: FakeGL) -> None:
    device = Device(fake)
    fake.forget_commands()
    with device.group("frame"):
        pass
    assert fake.commands == []


def test_groups_are_named_in_errors_without_debug_output() -> None:
    device = Device(deaf(), debug=True)
    with device.group("shadows"), pytest.raises(GLError):
        device.gl.glBindBuffer(0xBAD, 0)
    assert device.diagnostics.messages[-1].group == "shadows"
    device.close()


def test_long_labels_are_cut(device: Device) -> None:
    TextureArray(device, 2, 2, 1, label="ü" * 500)
    device.check("the label")


# -- the end -----------------------------------------------------------------------------------------
def test_a_lost_context_does_not_hang_the_check(fake: GL) -> None:
    log = Diagnostics(Recorder(fake, glGetError=lambda: c.CONTEXT_LOST).gl, FrameStats(), listen=False)
    with pytest.raises(GLError, match="GL_CONTEXT_LOST"):
        log.check("anything")


def test_closing_the_device_stops_listening(fake: GL) -> None:
    recorder = Recorder(fake)
    device = Device(recorder.gl, debug=True)
    recorder.take()
    device.close()
    assert ("glDebugMessageCallback", (None,)) in [(name, arguments) for name, arguments in recorder.calls]


def test_without_debug_mode_no_call_is_added(fake: FakeGL) -> None:
    device = Device(fake)
    fake.forget_commands()
    device.begin_frame()
    device.gl.glBindBuffer(c.ARRAY_BUFFER, 0)
    assert [name for name, _ in fake.commands] == ["glBindBuffer"]
