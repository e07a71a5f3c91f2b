"""Changes the engine in small ways and runs the tests that are near: `python tools/mutate.py ROOM [--sample N]`.

A change that no test notices (it *survives*) is a gap in the tests, or makes no difference. ROOM: core, frame, systems.
The tree is copied, so that nothing of it is touched; the sample is the same for the same seed.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "core": ("ecs_engine/core", ["tests/core", "tests/frame/test_snapshot.py", "tests/systems/test_transform.py"]),
    "frame": ("ecs_engine/frame", ["tests/frame", "tests/systems/test_batching.py", "tests/render"]),
    "systems": ("systems", ["tests/systems", "tests/app/test_draw_calls.py"]),
}
"""Room -> its folder, and the tests that are near it."""
SECONDS = 300
"""A change that makes tests run for longer than this was noticed."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """One change: the file, the line, what it was and is, and the whole text with it."""

    path: Path
    line: int
    what: str
    text: str


def changed(node: ast.AST) -> Iterator[ast.AST]:
    """What can stand in for a node."""
    match node:
        case ast.Compare(ops=[operator, *_]) if type(operator) in COMPARISONS:
            other = deepcopy(node)
            other.ops[0] = COMPARISONS[type(operator)]()
            yield other
        case ast.BinOp(op=operator) if type(operator) in ARITHMETIC and not _is_type(node):
            other_sum = deepcopy(node)
            other_sum.op = ARITHMETIC[type(operator)]()
            yield other_sum
        case ast.BoolOp(op=operator):
            other_bool = deepcopy(node)
            other_bool.op = ast.Or() if isinstance(operator, ast.And) else ast.And()
            yield other_bool
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield ast.Constant(value + 1)
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Continue() | ast.Break():
            yield ast.Pass()


def _is_type(node: ast.BinOp) -> bool:
    """Whether it is a union of types rather than a sum."""
    return isinstance(node.op, ast.BitOr) and any(
        isinstance(side, ast.Constant) and side.value is None for side in (node.left, node.right)
    )


def places(tree: ast.Module) -> Iterator[tuple[ast.AST, str, int | None]]:
    """Every node within functions: its parent, the parent's field, and the place in it; annotations are left out."""
    waiting: list[ast.AST] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    seen: set[int] = set()
    for function in waiting:
        for parent in ast.walk(function):
            if id(parent) in seen:
                continue
            seen.add(id(parent))
            for name, value in ast.iter_fields(parent):
                if name in ("annotation", "returns", "decorator_list") or isinstance(parent, ast.JoinedStr):
                    continue
                if isinstance(value, ast.arguments):
                    continue
                if isinstance(value, list):
                    yield from ((parent, name, place) for place in range(len(value)))
                elif isinstance(value, ast.AST):
                    yield parent, name, None


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every change of one file."""
    tree = ast.parse(path.read_text("utf-8"))
    for parent, name, place in list(places(tree)):
        whole = getattr(parent, name)
        node = whole if place is None else whole[place]
        if not isinstance(node, ast.AST):
            continue
        for other in changed(node):
            _put(parent, name, place, other)
            text = ast.unparse(ast.fix_missing_locations(tree))
            _put(parent, name, place, node)
            what = f"{ast.unparse(node)}  ->  {ast.unparse(other)}"
            yield Mutant(path.relative_to(ROOT), getattr(node, "lineno", 0), what[:150].replace("\n", " "), text)


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def noticed(tree: Path, tests: list[str]) -> bool:
    """Whether the tests fail, or do not end."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not x11", "-p", "no:cacheprovider", *tests]
    # The copy comes before the installed package, whose folders are mapped: a finder of its own maps those of the copy.
    env = {
        **os.environ,
        "PYOPENGL_PLATFORM": "osmesa",
        "PYTHONPATH": str(tree / "mapped"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    try:
        done = subprocess.run(command, cwd=tree, env=env, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def copy_tree(tree: Path) -> None:
    """What tests need, laid out as it is installed, in a folder that is imported first."""
    for name in ("tests", "pyproject.toml", "docs", "README.md", "ARCHITECTURE.md", "tools", "Makefile"):
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tree / name)
    mapped = tree / "mapped" / "ecs_engine"
    shutil.copytree(ROOT / "ecs_engine", mapped)
    for name in ("systems", "components", "assets", "demos"):
        shutil.copytree(ROOT / name, mapped / name)


def main() -> int:
    parser = argparse.ArgumentParser(description="Changes that tests should notice.")
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    folder, tests = ROOMS[options.room]
    every = [mutant for path in sorted((ROOT / folder).rglob("*.py")) for mutant in mutants_of(path)]
    sample = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    survived = 0
    with tempfile.TemporaryDirectory() as place:
        tree = Path(place)
        copy_tree(tree)
        if noticed(tree, tests):
            print("The tests fail as they are: mend that first.", file=sys.stderr)
            return 2
        for number, mutant in enumerate(sample, 1):
            path = mutant.path if mutant.path.parts[0] == "ecs_engine" else Path("ecs_engine") / mutant.path
            file = tree / "mapped" / path
            before = file.read_text("utf-8")
            file.write_text(mutant.text, "utf-8")
            if not noticed(tree, tests):
                survived += 1
                print(f"survived: {mutant.path}:{mutant.line}: {mutant.what}", flush=True)
            file.write_text(before, "utf-8")
            print(f"{number} of {len(sample)} tried, {survived} survived", file=sys.stderr, flush=True)
    found = len(sample) - survived
    print(f"{options.room}: {found} of {len(sample)} changes were noticed ({found / len(sample):.0%}), of {len(every)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
