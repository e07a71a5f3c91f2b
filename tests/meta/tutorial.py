"""The tutorial as its reader types it: the file after each step."""

from __future__ import annotations

import ast
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorial.md"


def sections(page: str) -> dict[str, list[str]]:
    """The Python blocks of a page by the heading that they stand under."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    blocks = [re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL) for text in parts[2::2]]
    return dict(zip(parts[1::2], blocks, strict=True))


def programs(page: str) -> list[str]:
    """The whole file after each of the steps."""
    files: list[str] = []
    for heading, blocks in sections(page).items():
        if heading.startswith("Step "):
            (block,) = blocks
            files.append(followed(files[-1], block) if files else block)
    return files


def followed(file: str, block: str) -> str:
    """What the page tells its reader to do: a definition takes the place of the one of its name; new ones go above
    ``build``."""
    for name, text in definitions(block).items():
        known = definitions(file)
        if name in known:
            file = file.replace(known[name], text)
        else:
            file = file.replace(known["build"], f"{text}\n\n\n{known['build']}")
    return file


def definitions(file: str) -> dict[str, str]:
    """The functions, classes and variables of a file by name, with their text."""
    lines, found = file.splitlines(), {}
    for node in ast.parse(file).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            name = node.name
        elif isinstance(node, ast.Assign):
            first, name = node.lineno, ast.unparse(node.targets[0])
        else:
            continue
        found[name] = "\n".join(lines[first - 1 : node.end_lineno])
    return found
