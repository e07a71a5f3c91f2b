"""Small changes of Python sources, one at a time: what `tools/mutate.py` tries."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parent.parent

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift, ast.RShift: ast.LShift,
}  # fmt: skip
LEFT_OUT = ("annotation", "returns", "decorator_list")


@dataclass(frozen=True)
class Mutant:
    """One change: the file, its number among those of the file, the lines that run it, and what it was and is."""

    path: Path
    number: int
    lines: frozenset[int]
    what: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{min(self.lines)}: {self.what}"

    def code(self) -> CodeType:
        """The whole file with it, compiled. All else keeps its line."""
        tree = ast.parse(self.path.read_text("utf-8"))
        next(islice(_changes(tree), self.number, None))
        return compile(ast.fix_missing_locations(tree), str(self.path), "exec")


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every change of one file."""
    tree = ast.parse(path.read_text("utf-8"))
    for number, (statement, node, other) in enumerate(_changes(tree)):
        # A long statement reports some of its lines only, and its first in any case.
        lines = frozenset((statement.lineno, *range(node.lineno, (node.end_lineno or node.lineno) + 1)))
        what = f"{ast.unparse(node)}  ->  {ast.unparse(other)}"
        yield Mutant(path, number, lines, what[:150].replace("\n", " "))


def _changes(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.stmt | ast.expr, ast.AST]]:
    """Make every change in turn and take it back: the statement, what was there, and what is there now."""
    for statement, parent, name, place in list(_places(tree)):
        whole = getattr(parent, name)
        node = whole if place is None else whole[place]
        for other in _instead_of(node):
            _put(parent, name, place, ast.copy_location(other, node))
            yield statement, node, other
            _put(parent, name, place, node)


def _put(parent: ast.AST, name: str, place: int | None, node: ast.AST) -> None:
    if place is None:
        setattr(parent, name, node)
    else:
        getattr(parent, name)[place] = node


def _places(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.AST, str, int | None]]:
    """Every node within functions: its statement, parent, the parent's field, and the place in it."""
    seen: set[int] = set()
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        waiting: list[tuple[ast.stmt, ast.AST]] = [(function, function)]
        while waiting:
            above, parent = waiting.pop()
            if id(parent) in seen:
                continue
            seen.add(id(parent))
            for name, value in ast.iter_fields(parent):
                if name in LEFT_OUT or isinstance(value, ast.arguments) or isinstance(parent, ast.JoinedStr):
                    continue
                for place, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
                    if isinstance(node, ast.AST):
                        statement = node if isinstance(node, ast.stmt) else above
                        waiting.append((statement, node))
                        yield statement, parent, name, place


def _instead_of(node: ast.AST) -> Iterator[ast.AST]:
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
