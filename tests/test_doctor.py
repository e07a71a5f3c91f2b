"""The doctor: what it finds on this machine, and what it says of machines that are not well."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import Any

import pytest
import rich.console

from ecs_engine import doctor

GOOD = doctor.Probe(True, glfw="3.4", vendor="v", renderer="r", version="4.5", used=("GL_KHR_debug",))
VERSIONS = {"Python": "3.11", **dict.fromkeys(doctor.PACKAGES, "1.0")}
NO_DISPLAY = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


def answer_of_child(monkeypatch: pytest.MonkeyPatch, program: str, timeout: float = 20.0) -> doctor.Probe:
    """What `probe` makes of a child that runs `program` instead of the real probe."""
    real = subprocess.run

    def run(command: list[str], **options: Any) -> Any:
        assert command[1:] == ["-m", "ecs_engine.doctor_probe", "window"]
        return real([sys.executable, "-c", program], **options)

    monkeypatch.setattr(subprocess, "run", run)
    return doctor.probe("window", timeout)


def answer(number: tuple[int, int], extensions: tuple[str, ...] = ()) -> str:
    """A program that answers as the real probe does."""
    names = dict.fromkeys(("glfw", "vendor", "renderer", "version"), "x")
    said = json.dumps({**names, "number": number, "extensions": extensions})
    return f"print('chatter of a driver'); print({said!r})"


def test_a_child_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = answer_of_child(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    assert not probe.works
    assert "signal 11" in probe.error


def test_a_child_that_hangs_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = answer_of_child(monkeypatch, "import threading; threading.Event().wait()", timeout=0.5)
    assert not probe.works
    assert "no answer within 0.5 s" in probe.error


def test_a_child_that_fails_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = answer_of_child(monkeypatch, "raise SystemExit('no such luck')")
    assert (probe.works, probe.error) == (False, "the probe ended with status 1: no such luck")


def test_extensions_are_sorted_into_used_and_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = answer_of_child(monkeypatch, answer((4, 1), ("GL_KHR_debug", "GL_OTHER")))
    assert (probe.works, probe.used, probe.missing) == (True, ("GL_KHR_debug",), ("GL_ARB_buffer_storage",))


def test_too_old_an_opengl_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    probe = answer_of_child(monkeypatch, answer((3, 2)))
    assert (probe.works, probe.error) == (False, "OpenGL 3.2 is older than 3.3")


def test_nothing_to_mend_is_no_advice() -> None:
    assert doctor.advise(VERSIONS, {"DISPLAY": ":0", "WAYLAND_DISPLAY": ""}, GOOD, GOOD) == []


def test_advice_names_the_thing_and_the_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    ill = doctor.Probe(False, "no driver")
    missing, screen, off_screen = doctor.advise({**VERSIONS, "esper": doctor.MISSING}, NO_DISPLAY, ill, ill)
    assert "pip install esper" in missing
    assert "DISPLAY" in screen
    assert "xvfb" in screen
    assert "apt-get install -y libosmesa6" in off_screen
    (window,) = doctor.advise(VERSIONS, {**NO_DISPLAY, "DISPLAY": ":0"}, ill, GOOD)
    assert "no driver" in window
    assert "libgl1" in window


def test_the_table_shows_what_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    console = rich.console.Console(file=out, width=200)
    monkeypatch.setattr(rich.console, "Console", lambda: console)
    doctor.show(doctor.Report(VERSIONS, NO_DISPLAY, doctor.Probe(False, "[no] driver"), GOOD, ("Mend it.",)))
    for text in ("esper", "not set", "[no] driver", "4.5", "GL_KHR_debug", "-> Mend it."):
        assert text in out.getvalue()


@pytest.mark.gl
def test_this_machine_draws_off_screen() -> None:
    probe = doctor.probe("headless", doctor.PROBE_TIMEOUT)
    assert probe.works, probe.error
    assert "Mesa" in probe.version
    assert set(probe.used) | set(probe.missing) == set(doctor.EXTENSIONS)


@pytest.mark.x11
def test_this_machine_opens_a_window() -> None:
    report = doctor.examine()
    assert report.window.works, report.window.error
    assert report.can_draw
    assert "unknown" not in report.versions.values()


def test_without_a_display_the_window_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NO_DISPLAY:
        monkeypatch.delenv(name, raising=False)
    probe = doctor.probe("window", doctor.PROBE_TIMEOUT)
    assert not probe.works
    assert "DISPLAY" in probe.error
