"""The examples run: every ```python block of the pages, and every example in a docstring.

The blocks of one page make one program, from top to bottom, which runs in a process of its own. A block that
cannot run has `<!-- not run: why -->` on a line of its own right before it.
"""

from __future__ import annotations

import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ecs_engine
from ecs_engine.core.errors import EngineError

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    page
    for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
    if "```python" in page.read_text() and page.name != "tutorial.md"  # test_tutorial.py runs that one, step by step
]
NOT_RUN = re.compile(r"<!-- not run: \S.*-->")


def program(page: str) -> str:
    """The page with all but its Python blocks blanked, so that a traceback tells the line of the page."""
    lines: list[str] = []
    inside = skipped = False
    previous = ""
    for line in page.splitlines():
        if inside and line.startswith("```"):
            inside = False
            lines.append("")
        elif inside:
            lines.append("" if skipped else line)
        else:
            if line.startswith("```python"):
                inside, skipped = True, bool(NOT_RUN.fullmatch(previous.strip()))
            lines.append("")
        previous = line or previous
    return "\n".join(lines) + "\n"


def modules() -> list[str]:
    """Every module of the package, `__main__` aside."""
    found = pkgutil.walk_packages(ecs_engine.__path__, "ecs_engine.")
    return ["ecs_engine", *(module.name for module in found if not module.name.endswith("__main__"))]


def test_blocks_keep_their_lines() -> None:
    page = "text\n```python\na = 1\n```\n<!-- not run: no time -->\n```python\nboom()\n```\n```sh\nls\n```\n"
    assert program(page).splitlines() == ["", "", "a = 1", "", "", "", "", "", "", "", ""]


@pytest.mark.gl
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page_runs(page: Path, tmp_path: Path) -> None:
    script = tmp_path / page.name
    script.write_text(program(page.read_text(encoding="utf-8")), encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr


def test_the_readme_shows_the_hello_demo() -> None:
    assert (ROOT / "demos" / "hello.py").read_text(encoding="utf-8") in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", modules())
def test_docstring_examples(name: str) -> None:
    failed, _ = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS)
    assert failed == 0


def test_every_error_has_its_entry() -> None:
    for name in modules():
        importlib.import_module(name)
    classes, todo = set(), [EngineError]
    while todo:
        one = todo.pop()
        if one.__module__.startswith("ecs_engine"):
            classes.add(one.__name__)
        todo += one.__subclasses__()
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (\w+)$", page, re.MULTILINE)) == classes


@pytest.mark.parametrize(
    "page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=lambda page: str(page.relative_to(ROOT))
)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []
