"""The tool that changes sources: which changes it makes, and what it says of each."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools"


@pytest.fixture
def mutations(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("mutations", TOOLS / "mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "mutations", module)  # where its dataclass looks for it
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return module


def test_each_change_is_one_and_the_rest_stays(mutations: ModuleType, tmp_path: Path) -> None:
    file = tmp_path / "thing.py"
    file.write_text("LIMIT = 9\n\n\ndef f(a: int = 1) -> int:\n    if not a < 3:\n        print(a)\n    return a + 2\n")
    found = list(mutations.mutants_of(file))
    assert sorted(map(str, found)) == [
        "thing.py:5: 3  ->  4",
        "thing.py:5: a < 3  ->  a <= 3",
        "thing.py:5: not a < 3  ->  a < 3",
        "thing.py:6: print(a)  ->  pass",
        "thing.py:7: 2  ->  3",
        "thing.py:7: a + 2  ->  a - 2",
        "thing.py:7: return a + 2  ->  return None",
    ]
    (mutant,) = [one for one in found if one.what == "a + 2  ->  a - 2"]
    names: dict[str, object] = {}
    exec(mutant.code(), names)
    f = names["f"]
    assert callable(f)
    assert (f(1), names["LIMIT"], f.__code__.co_firstlineno) == (-1, 9, 4)


MODULE = """
def noticed():
    return 1

def survived():
    return len("ab") > 1

def not_run():
    return 1

def unclear():
    return 1
"""
TESTS = """
import thing

seen = []

def test_noticed():
    seen.append(1)
    assert thing.noticed() == 1

def test_survived():
    thing.survived()

def test_unclear():  # fails without the first, which does not run what is changed here
    assert seen
    assert thing.unclear() == 1
"""


def test_what_is_said_of_changes(tmp_path: Path) -> None:
    """In a folder of its own, where each function is an example of one answer."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "thing.py").write_text(MODULE)
    (tmp_path / "test_thing.py").write_text(TESTS)
    code = (
        "import sys, mutate, mutations; from pathlib import Path\n"
        "mutate.ROOT = mutations.ROOT = Path.cwd()\n"
        "mutate.ROOMS = {'room': ('source', ['test_thing.py'])}\n"
        "sys.exit(mutate.main())"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TOOLS), str(source)))}
    command = [sys.executable, "-c", code, "room", "--sample", "99"]
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *told, total = done.stdout.splitlines()
    assert sorted(told) == [
        "not run: source/thing.py:9: 1  ->  2",
        "not run: source/thing.py:9: return 1  ->  return None",
        "noticed: source/thing.py:3: 1  ->  2 (test_thing.py::test_noticed)",
        "noticed: source/thing.py:3: return 1  ->  return None (test_thing.py::test_noticed)",
        "survived: source/thing.py:6: 1  ->  2 (1 tests)",
        "survived: source/thing.py:6: len('ab') > 1  ->  len('ab') >= 1 (1 tests)",
        "survived: source/thing.py:6: return len('ab') > 1  ->  return None (1 tests)",
        "unclear: source/thing.py:12: 1  ->  2 (test_thing.py::test_unclear)",
        "unclear: source/thing.py:12: return 1  ->  return None (test_thing.py::test_unclear)",
    ]
    assert total.startswith("room: ")
    assert total.endswith("; 9 of 9 changes were tried")
