"""The picture and the table of docs/performance.md, of a result of ``ecs-engine bench scale --json``.

``python -m ecs_engine.bench.scale.draw RESULT.json PICTURE.svg`` writes the one and prints the lines of the other.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ecs_engine.bench.scale.curves import summary_rows
from ecs_engine.bench.scale.overview import measured_parts, overview
from ecs_engine.trace.svg import Picture

WIDTH = 900.0


def to_file(picture: Picture) -> str:
    """The picture as a file of its own, on white."""
    head = '<svg xmlns="http://www.w3.org/2000/svg" font-family="system-ui, sans-serif" font-size="12" '
    svg = picture.to_svg().replace("<svg ", head, 1)
    return svg.replace(">", '><rect width="100%" height="100%" fill="#fff"/>', 1) + "\n"


def main() -> None:
    source, target = map(Path, sys.argv[1:])
    result = json.loads(source.read_text("utf-8"))
    measured = measured_parts(result)
    target.write_text(to_file(overview(measured, result["budget_ms"], WIDTH)), "utf-8")
    for row in summary_rows(measured):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
