"""The pytest plugin, in pytest runs of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("numpy", "OpenGL", "glfw", "PIL", "esper", "ecs_engine.core", "ecs_engine.gpu", "ecs_engine.testing.fake_gl")


def run(folder: Path, source: str, name: str = "test_game.py") -> subprocess.CompletedProcess[str]:
    (folder / name).write_text(source, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ecs_engine.testing.plugin", "-p", "no:cacheprovider", name]
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)


def test_imports_nothing_heavy() -> None:
    """Nothing beyond what `import ecs_engine` itself loads."""
    heavy = f"{{name for name in {HEAVY} if name in sys.modules}}"
    code = f"import sys, ecs_engine; had = {heavy}; import ecs_engine.testing.plugin; print(sorted({heavy} - had))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_fixtures(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
from ecs_engine.gpu import enums

def test_gl(fake_gl):
    (name,) = fake_gl.glGenBuffers(1)
    fake_gl.glBindBuffer(enums.ARRAY_BUFFER, name)
    fake_gl.glDeleteBuffers([name])

def test_world(world):
    assert world.entity_exists(world.create_entity())

def test_world_is_fresh(world):
    assert not world.entity_exists(1)
""",
    )
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


@pytest.mark.parametrize(("body", "words"), [
    ("fake_gl.glGenBuffers(2)", "2 GL objects were never deleted: buffer 1, buffer 2"),
    ("fake_gl.glEnable(0x1234)", "a GL error was never looked at: GL_INVALID_ENUM in glEnable"),
])  # fmt: skip
def test_teardown_fails(tmp_path: Path, body: str, words: str) -> None:
    done = run(tmp_path, f"def test_it(fake_gl):\n    {body}\n")
    assert done.returncode == 1
    assert words in done.stdout
