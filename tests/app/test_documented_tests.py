"""The tests in docs/testing.md pass, run by pytest in a process of their own as a user's would be."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"


@pytest.mark.gl
def test_the_documented_tests_pass(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    picture = "\n\ndef test_the_picture():\n    picture_of_the_title(Path(__file__).parent)\n"
    (tmp_path / "test_page.py").write_text("\n".join(blocks) + picture, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path],
        capture_output=True, text=True, timeout=100, cwd=tmp_path, env=os.environ | {"ECS_ENGINE_UPDATE_GOLDEN": "1"},
    )  # fmt: skip
    passed = [line for line in done.stdout.splitlines() if line.startswith("PASSED")]
    assert done.returncode == 0, done.stdout
    assert len(passed) == len(re.findall(r"^def test_", "\n".join(blocks), re.MULTILINE)) + 1
    assert (tmp_path / "title.png").exists()


def test_the_shortest_test_has_five_lines() -> None:
    first = re.search(r"^def test_.*?^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert first is not None
    assert len(first.group().splitlines()) - 1 == 5
