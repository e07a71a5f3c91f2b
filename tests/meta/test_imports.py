"""The arrows between the rooms run one way: the table in ARCHITECTURE.md is the law, and it is read from there."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "ecs_engine"
WIRING = "wiring"
"""The room of the modules that lie directly in `ecs_engine/` and have no row of their own."""

OPEN_TO_ALL = "ecs_engine.core.errors"
"""Every room raises the engine's errors; the module imports nothing itself."""

LIBRARIES = {"esper": "esper", "numpy": "numpy", "PyGLM": "pyglm", "Pillow": "PIL", "uharfbuzz": "uharfbuzz"}
"""How the table calls a library -> how it is imported."""

ONLY_IN = {"OpenGL": {"gpu"}, "glfw": {"window", WIRING}}
"""Libraries that one room (and the wiring) keeps from the others."""


class Room(NamedTuple):
    """What one room may import: other rooms, third-party libraries (None: any), and whether only public names."""

    rooms: frozenset[str]
    libraries: frozenset[str] | None
    public_only: bool


def room_names(cell: str) -> list[str]:
    """The rooms that the first cell of a row names: '`ecs_engine/pacing/`, `trace/`' is pacing and trace."""
    paths = re.findall(r"`([^`]+)`", re.sub(r"\(.*?\)", "", cell))
    if any(path.endswith(".py") for path in paths):
        return [Path(path).stem if path not in ("ecs_engine/app.py", "cli.py") else WIRING for path in paths]
    return [path.rstrip("/").removeprefix("ecs_engine/") for path in paths]


def read_table(text: str) -> dict[str, Room]:
    """The table of the house: room -> what it may import."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `"]
    rows = [row for row in rows if len(row) == 3 and "/" in row[0]]
    every = {name for first, _, _ in rows for name in room_names(first)}
    table = {}
    for first, _, allowed in rows:
        said = re.sub(r"\(.*?\)", "", allowed)
        words = set(re.findall(r"\w+", said.split("**Never**")[0]))
        if said.startswith("all"):
            rooms, libraries = every, None
        elif said.startswith("everything but"):
            rooms, libraries = every - words, None
        else:
            rooms = every & words
            named = {module for name, module in LIBRARIES.items() if name in words}
            libraries = frozenset(named) if named else None
        for name in room_names(first):
            table[name] = Room(frozenset(rooms), libraries, "public names only" in said)
    return table


def source_files() -> Iterator[tuple[str, Path]]:
    """Every module of the package: its installed name and its file."""
    mapping = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-dir"]
    for package, folder in mapping.items():
        for path in sorted((ROOT / folder).rglob("*.py")):
            parts = path.relative_to(ROOT / folder).with_suffix("").parts
            yield ".".join([package, *(part for part in parts if part != "__init__")]), path


TABLE = read_table((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"))
MODULES = dict(source_files())


def room_of(module: str) -> str:
    """The room in which a module of ours lies."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in TABLE else WIRING


def imports(tree: ast.AST) -> Iterator[tuple[int, str, str]]:
    """Each import of a module: line, the module, and the name taken from it ('' for the module itself)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, ""
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, "." * node.level + (node.module or ""), alias.name


def faults(module: str, source: str) -> list[str]:
    """Every import in `source`, seen as the module `module`, that the table forbids."""
    room, found = room_of(module), []
    rule = TABLE[room]
    for line, target, name in imports(ast.parse(source)):
        where = f"{module}:{line} imports {target} {name}".rstrip()
        top = target.split(".")[0]
        if target.startswith("."):
            found.append(f"{where}: imports are absolute, by the installed name")
        elif top == PACKAGE:
            full = f"{target}.{name}" if f"{target}.{name}" in MODULES else target
            other = room_of(full)
            if OPEN_TO_ALL in (full, target) or other == room:
                continue
            if rule.public_only:
                if full.count(".") > 1 and other != "assets":
                    found.append(f"{where}: {room} uses public names only, from {PACKAGE} or {PACKAGE}.<room>")
            elif other not in rule.rooms:
                found.append(f"{where}: the room {room} may not import from {other}")
        elif room not in ONLY_IN.get(top, {room}):
            found.append(f"{where}: only {' and '.join(sorted(ONLY_IN[top]))} may import {top}")
        elif top not in sys.stdlib_module_names and rule.libraries is not None and top not in rule.libraries:
            found.append(f"{where}: the table gives {room} only {', '.join(sorted(rule.libraries))}")
    return found


def test_the_table_is_read() -> None:
    assert {"core", "components", "frame", "systems", "gpu", "render", "window", "testing", "demos"} <= set(TABLE)
    assert TABLE["core"].rooms == frozenset()
    assert TABLE["systems"].rooms == {"core", "components", "frame", "pictures", "text", "tilemap"}
    assert "gpu" in TABLE["render"].rooms
    assert "systems" not in TABLE["render"].rooms
    assert TABLE[WIRING].rooms == set(TABLE)


def test_every_folder_has_a_row() -> None:
    packages = {name.split(".")[1] for name, path in MODULES.items() if path.name == "__init__.py" and "." in name}
    assert packages <= set(TABLE), f"ARCHITECTURE.md has no row for {packages - set(TABLE)}"


@pytest.mark.parametrize("module", MODULES)
def test_imports_follow_the_table(module: str) -> None:
    assert faults(module, MODULES[module].read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ecs_engine.systems.x", "from ecs_engine.gpu import device"),
        ("ecs_engine.systems.x", "def f():\n    import ecs_engine.gpu.device"),
        ("ecs_engine.render.x", "from ecs_engine import systems"),
        ("ecs_engine.core.x", "from ecs_engine.components import Transform2D"),
        ("ecs_engine.core.x", "import PIL"),
        ("ecs_engine.gpu.x", "import ecs_engine.core.world"),
        ("ecs_engine.render.x", "from OpenGL import GL"),
        ("ecs_engine.core.x", "from . import world"),
        ("ecs_engine.demos.x", "from ecs_engine.core.world import World"),
    ],
)
def test_a_forbidden_import_is_found(module: str, source: str) -> None:
    assert len(faults(module, source)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("ecs_engine.systems.x", "from ecs_engine.core.world import World"),
        ("ecs_engine.gpu.x", "from ecs_engine.core.errors import GLError\nfrom OpenGL import GL"),
        ("ecs_engine.cli", "from ecs_engine.gpu import enums"),
        ("ecs_engine.demos.x", "from ecs_engine.components import Transform2D"),
    ],
)
def test_an_allowed_import_passes(module: str, source: str) -> None:
    assert faults(module, source) == []


def test_importing_the_engine_is_light() -> None:
    heavy = "OpenGL", "glfw", "PIL", "rich", "click", "pytest"
    check = f"import sys, ecs_engine; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
