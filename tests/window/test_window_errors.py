"""What is said where no window can be had; each case in a process of its own, as libraries load once."""

from __future__ import annotations

import os
import subprocess
import sys
import types
from pathlib import Path

import pytest

from ecs_engine.core.errors import DisplayError
from ecs_engine.window import _gl_platform, _glfw

REAL = "from ecs_engine.window.glfw_window import GlfwWindow; GlfwWindow('t', (64, 64))"
HEADLESS = "from ecs_engine.window.headless import HeadlessWindow; HeadlessWindow((64, 64))"


def last_words(code: str, **environment: str) -> str:
    """Run the code, which must fail with DisplayError; return its message."""
    unset = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_TYPE", "PYOPENGL_PLATFORM", "PYGLFW_LIBRARY")
    inherited = {name: value for name, value in os.environ.items() if name not in unset}
    done = subprocess.run(
        [sys.executable, "-c", code], env=inherited | environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stderr
    name, _, message = done.stderr.strip().splitlines()[-1].partition(": ")
    assert name == "ecs_engine.core.errors.DisplayError", done.stderr
    return message


@pytest.mark.skipif(sys.platform != "linux", reason="by design: DISPLAY is of X11")
def test_no_display() -> None:
    message = last_words(REAL)
    for hint in ("DISPLAY", "xvfb", "headless"):
        assert hint in message


@pytest.mark.skipif(sys.platform != "linux", reason="by design: DISPLAY is of X11")
def test_a_display_nobody_serves() -> None:
    assert ":4711" in last_words(REAL, DISPLAY=":4711")


@pytest.mark.skipif(sys.platform != "linux", reason="by design: the library is named as on Linux")
def test_no_osmesa(tmp_path: Path) -> None:
    for name in ("libOSMesa.so.6", "libOSMesa.so.8"):
        (tmp_path / name).touch()  # found first, and no library
    message = last_words(HEADLESS, LD_LIBRARY_PATH=str(tmp_path))
    assert "no usable OpenGL" in message
    assert "libosmesa6" in message


def test_no_glfw(tmp_path: Path) -> None:
    assert "pip install glfw" in last_words(HEADLESS, PYGLFW_LIBRARY=str(tmp_path / "none.so"))


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "x11"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "x11"),
        ({"DISPLAY": ":99", "XDG_SESSION_TYPE": "wayland"}, "x11"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "x11"),
        ({"DISPLAY": ":0", "PYGLFW_LIBRARY": "mine.so"}, None),
        ({"DISPLAY": ":0", "PYGLFW_LIBRARY_VARIANT": "wayland"}, None),
    ],
)
def test_the_library_fits_the_session(environ: dict[str, str], folder: str | None, tmp_path: Path) -> None:
    assert _glfw.bundled_library(environ, tmp_path) is None, "a wheel without it"
    for each in ("x11", "wayland"):
        (tmp_path / each).mkdir()
        (tmp_path / each / "libglfw.so").touch()
    assert _glfw.bundled_library(environ, tmp_path) == (folder and tmp_path / folder / "libglfw.so")


def test_opengl_imported_too_early_for_a_headless_window() -> None:
    message = last_words("import OpenGL.platform;" + HEADLESS, PYOPENGL_PLATFORM="egl")
    assert "'egl'" in message
    assert "PYOPENGL_PLATFORM=osmesa" in message


def test_the_platform_is_told_to_pyopengl_before_its_import(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "OpenGL.platform", raising=False)
    monkeypatch.setenv(_gl_platform.VARIABLE, "osmesa")
    assert _gl_platform.loaded() is None
    for wanted in ("osmesa", "glx", "egl", None):
        _gl_platform.claim(wanted)
        assert os.environ.get(_gl_platform.VARIABLE) == wanted


@pytest.mark.parametrize(
    ("settled", "wanted", "works"),
    [
        ("osmesa", "osmesa", True),
        ("osmesa", "glx", False),
        ("osmesa", None, False),
        ("glx", "glx", True),
        ("egl", "glx", True),
        ("glx", "osmesa", False),
        ("win32", None, True),
        ("win32", "osmesa", False),
    ],
)
def test_a_settled_platform_stays(
    settled: str, wanted: str | None, works: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = type("Platform", (), {"__module__": f"OpenGL.platform.{settled}"})()
    module = types.ModuleType("OpenGL.platform")
    module.PLATFORM = plugin  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "OpenGL.platform", module)
    monkeypatch.setenv(_gl_platform.VARIABLE, "before")
    if works:
        _gl_platform.claim(wanted)
    else:
        with pytest.raises(DisplayError, match="osmesa"):
            _gl_platform.claim(wanted)
    assert os.environ[_gl_platform.VARIABLE] == "before"
