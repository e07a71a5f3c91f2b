"""In CI nothing is skipped for want of a package: the rule of tests/conftest.py, tried on tests that skip."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parents[1] / "conftest.py"
SKIPPING = """
import pytest

def test_wants_a_package():
    pytest.skip("no such package")

def test_has_nothing_to_do_here():
    pytest.skip("by design: nothing to do here")

@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    assert False

@pytest.mark.x11
def test_wants_a_display():
    pass

def test_passes():
    pass
"""


def outcome(tree: Path, **environment: str) -> tuple[dict[str, int], str]:
    """Run pytest on `tree` under the rule; how many tests ended in which way, and all that was said."""
    shutil.copy(CONFTEST, tree)
    (tree / "pytest.ini").write_text("[pytest]\nmarkers =\n    gl: off screen\n    x11: in a window\n")
    kept = {name: value for name, value in os.environ.items() if name not in ("CI", "DISPLAY", "PYOPENGL_PLATFORM")}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", tree]
    done = subprocess.run(command, cwd=tree, env={**kept, **environment}, capture_output=True, text=True)
    counts = re.findall(r"(\d+) (passed|failed|skipped|xfailed|error)", done.stdout.splitlines()[-1])
    return {what: int(count) for count, what in counts}, done.stdout


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "test_it.py").write_text(SKIPPING)
    return tmp_path


def test_elsewhere_a_skip_says_why(tree: Path) -> None:
    counts, said = outcome(tree)
    assert counts == {"passed": 1, "skipped": 3, "xfailed": 1}
    assert "no such package" in said
    assert "make test-x11" in said


def test_in_ci_only_a_skip_by_design_stands(tree: Path) -> None:
    counts, said = outcome(tree, CI="true")
    assert counts == {"passed": 1, "failed": 1, "error": 1, "skipped": 1, "xfailed": 1}
    assert "nothing may be skipped in CI, and this was: Skipped: no such package" in said


def test_in_ci_a_file_that_skips_itself_fails(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("import pytest\npytest.importorskip('no_such_package')\n")
    assert outcome(tmp_path)[0] == {"skipped": 1}
    assert outcome(tmp_path, CI="true")[0] == {"error": 1}
