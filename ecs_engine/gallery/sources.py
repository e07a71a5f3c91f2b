"""The sources of demos, as lines for a TextView."""

from __future__ import annotations

from pathlib import Path

from ecs_engine.assets.palette import AMBER, LEMON, MINT, MIST, ROSE, SKY, SLATE, Colour
from ecs_engine.highlighting import Kind, highlighted

COLOURS: dict[Kind, Colour] = {
    "keyword": ROSE, "string": MINT, "comment": MIST, "number": AMBER, "definition": LEMON, "decorator": SKY,
}  # fmt: skip
"""The same as on the page of the demos."""

Piece = tuple[str, Colour | None]


def source_lines(path: Path) -> list[list[Piece]]:
    """The numbered lines of a file, in colour.

    Raises:
        OSError: it cannot be read.
    """
    lines: list[list[Piece]] = [[]]
    for text, kind in highlighted(path.read_text(encoding="utf-8")):
        for number, part in enumerate(text.split("\n")):
            if number:
                lines.append([])
            if part:
                lines[-1].append((part, None if kind is None else COLOURS[kind]))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    digits = len(str(len(lines)))
    return [[(f"{number:<{digits + 2}}", SLATE), *line] for number, line in enumerate(lines, 1)]
