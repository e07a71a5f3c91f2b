"""What the driver can do, read once; too old a driver is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine.core.errors import GLError
from ecs_engine.gpu import GL, Capabilities, Device, read_capabilities
from ecs_engine.gpu import enums as c
from tests.gpu.conftest import Recorder


def saying(gl: GL, **answers: Any) -> GL:
    """``gl`` with other answers: version, renderer, extensions and integers by their constants' names."""
    texts = {c.VERSION: answers.pop("version", None), c.RENDERER: answers.pop("renderer", None)}
    extensions: list[str] | None = answers.pop("extensions", None)
    integers = {getattr(c, name): value for name, value in answers.items()}
    if extensions is not None:
        integers[c.NUM_EXTENSIONS] = len(extensions)

    def text(name: int) -> str:
        return texts.get(name) or gl.glGetString(name)

    def text_at(name: int, index: int) -> str:
        return extensions[index] if extensions is not None else gl.glGetStringi(name, index)

    def integer(name: int) -> Any:
        return integers[name] if name in integers else gl.glGetIntegerv(name)

    return Recorder(gl, glGetString=text, glGetStringi=text_at, glGetIntegerv=integer).gl


def test_everything_is_read_and_plausible(gl: GL) -> None:
    found = read_capabilities(gl)
    assert found.version >= (3, 3)
    assert found.max_texture_buffer_size >= 65_536
    assert found.max_array_texture_layers >= 256
    assert found.max_texture_size >= 1024
    assert found.max_uniform_block_size >= 16_384
    assert found.max_texture_units >= 16
    assert found.renderer
    assert not found.is_noop


@pytest.mark.parametrize(("asked", "used"), [(16, 256), (256, 256), (512, 512)])
def test_the_uniform_alignment_is_at_least_256(fake: GL, asked: int, used: int) -> None:
    gl = saying(fake, UNIFORM_BUFFER_OFFSET_ALIGNMENT=asked)
    assert read_capabilities(gl).uniform_offset_alignment == used


@pytest.mark.parametrize(
    ("version", "extensions", "storage", "debug"),
    [
        ("3.3 (Core Profile)", [], False, False),
        ("3.3.0 NVIDIA", ["GL_ARB_buffer_storage"], True, False),
        ("4.1 Metal - 88", ["GL_KHR_debug"], False, True),
        ("4.3.0", [], False, True),
        ("4.6.0", [], True, True),
    ],
)
def test_newer_features_come_from_version_or_extension(
    fake: GL, version: str, extensions: list[str], storage: bool, debug: bool
) -> None:
    found = read_capabilities(saying(fake, version=version, extensions=extensions))
    assert (found.buffer_storage, found.khr_debug) == (storage, debug)
    assert found.extensions == frozenset(extensions)


@pytest.mark.parametrize("version", ["2.1 Mesa 22.3.6", "3.2 Core", "1.4 (2.1 Mesa)"])
def test_too_old_a_driver_is_refused(fake: GL, version: str) -> None:
    with pytest.raises(GLError, match=r"too old.*3\.3 core"):
        Device(saying(fake, version=version, renderer="Old Card"))


@pytest.mark.parametrize("version", ["OpenGL ES 3.2 Mesa", "nonsense"])
def test_what_is_no_desktop_opengl_is_refused(fake: GL, version: str) -> None:
    with pytest.raises(GLError, match="desktop OpenGL"):
        read_capabilities(saying(fake, version=version))


def test_the_no_op_driver_is_told_by_its_renderer(fake: GL) -> None:
    assert read_capabilities(saying(fake, renderer="NOOP (llvmpipe)")).is_noop


def test_nothing_is_asked_when_capabilities_are_given(fake: GL, capabilities: Capabilities) -> None:
    recorder = Recorder(fake)
    Device(recorder.gl, capabilities=capabilities)
    assert recorder.names == []
