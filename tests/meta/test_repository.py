"""The repository speaks of the project alone: no path of a machine and no address of a package registry in it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {
    "a path of a machine": re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+|opt/\w+)/|\b[A-Z]:\\\\Users"),
    "an address of a package registry": re.compile(
        r"pypi\.org|pythonhosted\.org|(?:extra-)?index-url|find-links|(?:deb|snapshot|archive)\.(?:debian|ubuntu)\.\w+"
    ),
}


def committed_files() -> list[Path]:
    """Every file that is in the repository or would be with the next `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("by design: this tree is not a git checkout, so nothing tells its files from stray ones")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def fault(text: str) -> str | None:
    """What `text` holds that it should not, or None."""
    for what, pattern in FORBIDDEN.items():
        if match := pattern.search(text):
            return f"{what}: {match.group()!r}"
    return None


def test_nothing_of_a_machine_is_in_the_repository() -> None:
    faults = []
    for path in committed_files():
        data = path.read_bytes()
        if path != Path(__file__).resolve() and b"\0" not in data:
            faults += [f"{path.relative_to(ROOT)}: {found}"] if (found := fault(data.decode("utf-8"))) else []
    assert faults == []


@pytest.mark.parametrize("text", ["open('/home/ann/x')", "--index-url x", "https://pypi.org/simple", "cd /root/it"])
def test_a_fault_is_found(text: str) -> None:
    assert fault(text)


@pytest.mark.parametrize("text", ["a /usr/bin/env bash", "1/home", "frame/work/", "an index"])
def test_what_is_none_passes(text: str) -> None:
    assert fault(text) is None
