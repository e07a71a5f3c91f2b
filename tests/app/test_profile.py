"""Apps that are held up by something, and what their trace says it was."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import App, Stage, System
from ecs_engine.frame.snapshot import Frame
from ecs_engine.gpu import Program, Texture2D
from ecs_engine.gpu import enums as c
from ecs_engine.render import RenderSystem
from ecs_engine.testing import FakeGL
from ecs_engine.testing.app import FakeApp
from ecs_engine.trace import Tracer
from ecs_engine.trace.report import write_reports

FRAMES = 12
VERTEX = "void main() { gl_Position = vec4(0.0); }"
FRAGMENT = "out vec4 colour; void main() { colour = vec4(1.0); }"


def burn(seconds: float) -> None:
    """Keep a core busy, without any waiting: the time that it takes is processor time."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


class SlowGL(FakeGL):
    """A driver whose compiler and uploads take their time."""

    def glLinkProgram(self, program: int) -> None:
        if self.frame.index > 1:
            burn(0.2)
        super().glLinkProgram(program)

    def glTexSubImage2D(self, *arguments: Any) -> None:
        burn(0.2)
        super().glTexSubImage2D(*arguments)


class InTheMiddle(RenderSystem):
    """Does something once, in the fifth frame."""

    def after_views(self, frame: Frame, size: tuple[int, int]) -> None:
        if self.device.frame_index == 5:
            self.once()

    def once(self) -> None:
        raise NotImplementedError


class Compiles(InTheMiddle):
    def once(self) -> None:
        Program(self.device, VERTEX, FRAGMENT).delete()


class Uploads(InTheMiddle):
    side = 64

    def once(self) -> None:
        texture = Texture2D(self.device, self.side, self.side)
        texture.upload(0, 0, np.zeros((self.side, self.side, 4), np.uint8))
        texture.delete()


class UploadsMuch(Uploads):
    side = 8192


class Complains(InTheMiddle):
    def once(self) -> None:
        gl = APPS[-1].gl
        gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PERFORMANCE, 7, c.DEBUG_SEVERITY_MEDIUM, "a <slow> copy")
        gl.debug_message(c.DEBUG_SOURCE_API, c.DEBUG_TYPE_PORTABILITY, 8, c.DEBUG_SEVERITY_MEDIUM, "not portable")


class Burns(System):
    stage = Stage.UPDATE

    def process(self, dt: float) -> None:
        burn(0.1)


class Collects(System):
    """Has many objects, through which the collector must go in each tick."""

    stage = Stage.UPDATE

    def process(self, dt: float) -> None:
        if not hasattr(self, "kept"):
            self.kept = [[number] for number in range(400_000)]
        gc.collect()


APPS: list[FakeApp] = []


def summary_of(app: App, tracer: Tracer, frames: int = FRAMES, **paths: Path) -> dict[str, Any]:
    with app:
        app.run(frames=frames)
    return write_reports(tracer.recording(), **paths)


def fake(*, gl: FakeGL | None = None, system: System | None = None, paths: Any = (), **options: Any) -> dict[str, Any]:
    tracer = Tracer()
    app = FakeApp(gl or SlowGL(size=(640, 360)), tracer=tracer, **options)
    APPS[:] = [app]
    if system is not None:
        app.add_system(system)
    return summary_of(app, tracer, **dict(paths))


def named(summary: dict[str, Any], kind: str) -> list[str]:
    return [one["rule"] for one in summary["profile"]["bottlenecks"] if one["of"] == kind]


def test_a_system_that_burns_time() -> None:
    summary = fake(system=Burns())
    assert "logic over budget" in named(summary, "ticks")
    evidence = next(one["evidence"] for one in summary["profile"]["bottlenecks"] if one["rule"] == "logic over budget")
    assert "Burns" in evidence


def test_a_system_that_makes_garbage() -> None:
    summary = fake(system=Collects(), tick_rate=200)
    assert "garbage collection" in named(summary, "ticks") + named(summary, "frames")


def test_a_shader_compiled_in_the_middle() -> None:
    summary = fake(render_system=Compiles)
    assert "shader compile" in named(summary, "frames")
    assert summary["tracks_ms"]["OpenGL calls"]["glLinkProgram"]["max"] >= 200


def test_a_texture_uploaded_in_the_middle() -> None:
    assert "texture upload" in named(fake(render_system=Uploads), "frames")


def test_neither_is_named_where_nothing_was_compiled_or_uploaded() -> None:
    names = named(fake(), "frames")
    assert "shader compile" not in names
    assert "texture upload" not in names


def test_sections_gpu_time_and_processor_time_are_recorded() -> None:
    tracer = Tracer()
    with FakeApp(tracer=tracer) as app:
        app.run(frames=FRAMES)
    recording = tracer.recording()
    summary = write_reports(recording)
    assert {"draw", "pictures", "columns", "draws", "swap"} <= set(summary["spans_ms"]["MainThread"])
    assert set(summary["tracks_ms"]["GPU time"]) == {"pictures", "columns", "draws"}
    assert all(one["count"] >= FRAMES - 2 for one in summary["tracks_ms"]["GPU time"].values())
    assert [len(thread.loads) for thread in recording.threads] == [
        one["count"] for one in (summary["spans_ms"]["MainThread"]["draw"], summary["spans_ms"]["logic"]["tick"])
    ]
    assert (recording.tick_ns, recording.frame_ns) == (round(1e9 / 60), round(1e9 / 60))
    assert summary["profile"]["missing"] == []


def test_remarks_on_performance_are_told_with_the_line_that_led_to_them(tmp_path: Path) -> None:
    paths = {"html_path": tmp_path / "a.html", "perfetto_path": tmp_path / "a.json"}
    (message,) = fake(render_system=Complains, paths=paths)["messages"]
    assert message["text"].startswith("a <slow> copy (")
    assert f"{Path(__file__).name}:" in message["text"]
    assert message["count"] == 1
    assert "a &lt;slow&gt; copy" in paths["html_path"].read_text("utf-8")
    assert "a <slow> copy" in paths["perfetto_path"].read_text("utf-8")


def test_a_poor_driver_is_traced_all_the_same(tmp_path: Path) -> None:
    paths = {"html_path": tmp_path / "a.html", "perfetto_path": tmp_path / "a.json"}
    gl = FakeGL(size=(640, 360), version=(3, 3), extensions=(), timer_bits=0)
    summary = fake(gl=gl, paths=paths)
    gpu_time, remarks = summary["profile"]["missing"]
    assert gpu_time.startswith("GPU time: this driver has no timer queries")
    assert remarks.startswith("Remarks of the driver: it has no debug output")
    assert "GPU time" not in summary["tracks_ms"]
    assert summary["frames"]["count"] == FRAMES
    page = paths["html_path"].read_text("utf-8")
    assert f"Not recorded here: {gpu_time}" in page


def test_frames_that_follow_the_ticks_may_take_as_long_as_they() -> None:
    tracer = Tracer()
    with FakeApp(tracer=tracer, tick_rate=20, interpolate=False) as app:
        app.run(frames=2, frame_rate=100)
    assert (tracer.recording().tick_ns, tracer.recording().frame_ns) == (50_000_000, 50_000_000)


def test_without_a_tracer_nobody_watches() -> None:
    with FakeApp() as app:
        app.step()
        assert app.device.group("a") is app.device.group("b")
        assert not app.device.diagnostics.listening


@pytest.mark.gl
def test_a_real_driver_compiles_uploads_and_draws() -> None:
    tracer = Tracer()
    app = App(headless=True, size=(64, 64), tracer=tracer, render_system=UploadsMuch)
    summary = summary_of(app, tracer)
    calls = summary["tracks_ms"]["OpenGL calls"]
    assert "glLinkProgram" in calls or "glCompileShader" in calls
    assert calls["glTexSubImage2D"]["count"] >= 1
    assert "texture upload" in named(summary, "frames")
    assert summary["tracks_ms"]["GPU time"]["frame"]["count"] >= FRAMES - 3
    assert any("last tile" in sentence for sentence in summary["profile"]["missing"])
