"""What the driver says is told apart: errors are raised, remarks kept, shader logs left to programs."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Device
from ecs_engine.gpu import enums as c
from ecs_engine.gpu.debug import ErrorLog
from tests.gpu.conftest import Recorder


@pytest.fixture
def heard(fake: GL) -> tuple[ErrorLog, Any]:
    """An error log that listens, and the driver's end of the line."""
    recorder = Recorder(fake)
    log = ErrorLog(recorder.gl, listen=True)
    (callback,) = [arguments[0] for name, arguments in recorder.calls if name == "glDebugMessageCallback"]
    return log, callback


def test_an_error_message_is_raised_once_with_its_words(heard: tuple[ErrorLog, Any]) -> None:
    log, driver = heard
    driver(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_ERROR, 1, c.DEBUG_SEVERITY_HIGH, "buffer 7 is too small\n")
    with pytest.raises(GLError, match="refused the draw: buffer 7 is too small;"):
        log.check("the draw")
    log.check("the draw")


def test_remarks_are_kept_and_bounded(heard: tuple[ErrorLog, Any]) -> None:
    log, driver = heard
    for number in range(1000):
        driver(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 1, c.DEBUG_SEVERITY_LOW, f"slow path {number}")
    log.check("the draw")
    assert log.warnings[-1] == "slow path 999"
    assert len(log.warnings) < 1000


def test_shader_logs_are_left_to_programs(heard: tuple[ErrorLog, Any]) -> None:
    log, driver = heard
    driver(c.DEBUG_SOURCE_SHADER_COMPILER, c.DEBUG_TYPE_ERROR, 1, c.DEBUG_SEVERITY_HIGH, "0:1(1): error: no")
    log.check("the program")
    assert not log.warnings


def test_a_lost_context_does_not_hang_the_check(fake: GL) -> None:
    log = ErrorLog(Recorder(fake, glGetError=lambda: 0x0507).gl, listen=False)
    with pytest.raises(GLError, match="0x0507"):
        log.check("anything")


def test_closing_the_device_stops_listening(fake: GL) -> None:
    recorder = Recorder(fake)
    device = Device(recorder.gl, debug=True)
    recorder.take()
    device.close()
    assert ("glDebugMessageCallback", (None,)) in [(name, arguments) for name, arguments in recorder.calls]
