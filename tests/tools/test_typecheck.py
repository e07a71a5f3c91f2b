"""The mirror of the installed layout: whole, or refused."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "typecheck.py"


@pytest.fixture
def typecheck(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("typecheck", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "typecheck", module)
    spec.loader.exec_module(module)
    return module


def test_the_mirror_holds_every_module(typecheck: ModuleType, tmp_path: Path) -> None:
    typecheck.build_mirror(tmp_path / "mirror")
    found = typecheck.modules(tmp_path / "mirror")
    assert {Path("ecs_engine/__init__.py"), Path("ecs_engine/systems/__init__.py"), Path("ecs_engine/cli.py")} <= found


def test_a_module_that_is_missing_is_named(
    typecheck: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = typecheck.modules

    def without_one(folder: Path) -> set[Path]:
        return {path for path in real(folder) if path.name != "cli.py" or "mirror" not in str(folder)}

    monkeypatch.setattr(typecheck, "modules", without_one)
    with pytest.raises(SystemExit, match=r"ecs_engine/cli\.py"):
        typecheck.build_mirror(tmp_path / "mirror")


def test_messages_name_the_files_of_the_repository(typecheck: ModuleType) -> None:
    said = "ecs_engine/systems/a.py:1: error: no\necs_engine/core/b.py:2: error: no\nSuccess\n"
    assert typecheck.to_repository_paths(said).splitlines() == [
        "systems/a.py:1: error: no",
        "ecs_engine/core/b.py:2: error: no",
        "Success",
    ]
