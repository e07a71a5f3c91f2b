"""What the pages of reports are made of: one HTML file that needs nothing else, neither a script nor a connection."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from ecs_engine.trace.svg import Picture

WIDE, NARROW = 1080.0, 340.0
"""Widths of each picture, in pixels: for a screen, and for a phone."""

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: #1b2530; font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 1144px; margin: 0 auto; padding: 24px 12px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 19px; margin: 0 0 6px; }
h3 { font-size: 16px; margin: 18px 0 6px; }
p { margin: 0 0 12px; max-width: 78ch; } .quiet { color: #52606d; }
section { background: #fff; border: 1px solid #d5dbe1; border-radius: 8px; padding: 18px 20px; margin: 16px 0 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 16px; }
.card { background: #fff; border: 1px solid #d5dbe1; border-radius: 8px; padding: 10px 16px; }
.card b { display: block; font-size: 27px; line-height: 1.25; font-weight: 600; }
.card small { font-size: 14px; color: #52606d; }
.scroll { overflow-x: auto; margin: 10px 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 15px; }
th, td { text-align: right; padding: 5px 8px; border-bottom: 1px solid #e6eaee; white-space: nowrap; }
th { color: #52606d; font-weight: 600; } th:first-child, td:first-child { text-align: left; }
svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.narrow { display: none; }
ul, ol { margin: 0; padding-left: 20px; } .found li { margin: 0 0 14px; max-width: 90ch; overflow-wrap: anywhere; }
progress { display: block; width: 100%; max-width: 320px; height: 10px; margin: 4px 0; accent-color: #0072b2; }
@media (max-width: 800px) {
  .wide { display: none; } .narrow { display: block; }
  section { padding: 14px 10px; } h1 { font-size: 22px; }
  .cards { grid-template-columns: repeat(2, 1fr); } th, td { padding: 5px 3px; font-size: 13.5px; }
  th:first-child, td:first-child { white-space: normal; overflow-wrap: anywhere; min-width: 84px; }
}
"""


def page(title: str, body: Iterable[str]) -> str:
    """The whole file. ``body`` is HTML."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>\n"
        + "\n".join(body)
        + "\n</main></body></html>\n"
    )


def section(name: str, note: str, content: str) -> str:
    """A box with a heading, a sentence in grey, and what ``content`` holds as HTML."""
    quiet = f'<p class="quiet">{escape(note)}</p>' if note else ""
    return f"<section><h2>{escape(name)}</h2>{quiet}{content}</section>"


def both(draw: Callable[[float], Picture]) -> str:
    """A picture twice, drawn for a screen and for a phone: the page shows the one that fits."""
    return f'<div class="wide">{draw(WIDE).to_svg()}</div><div class="narrow">{draw(NARROW).to_svg()}</div>'


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A table; its first column is a name, the others are figures."""
    lines = ["".join(f"<th>{escape(cell)}</th>" for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
    return '<div class="scroll"><table>' + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"
