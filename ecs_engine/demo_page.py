"""The demos as a page to read without a network: a picture, a line, the figures and the source of each.

It is a plain list to a browser without scripts; with them, a field filters it.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from ecs_engine.assets import palette
from ecs_engine.highlighting import Kind, highlighted

if TYPE_CHECKING:
    from ecs_engine.demo_runner import Demo, Figures

SMALL = "small"
"""The folder beside the page with the pictures that it shows; each leads to the one of full size."""
SMALL_SIZE = (640, 360)
"""Pixels that a picture on the page fits into."""

STYLE = Template("""
:root { color-scheme: dark; --night: $night; --ink: $ink; --dusk: $dusk; --mist: $mist; --cloud: $cloud;
  --cream: $cream; --lemon: $lemon; --mint: $mint; --sky: $sky; --rose: $rose; --amber: $amber; --coral: $coral }
* { box-sizing: border-box }
body { margin: 0 auto; padding: clamp(1rem, 3vw, 2.5rem); max-width: 90rem; background: var(--night);
  color: var(--cloud); font: 1rem/1.5 system-ui, sans-serif }
h1, h2, p, dl, dd { margin: 0 }
h1 { color: var(--cream); font-size: clamp(1.6rem, 5vw, 2.6rem); line-height: 1.2 }
h1 span { white-space: nowrap }
h2 { color: var(--lemon); font-size: 1.25rem }
a { color: var(--sky) }
:focus-visible { outline: 3px solid var(--sky); outline-offset: 2px }
header { display: flex; flex-wrap: wrap; gap: 1rem 2rem; align-items: end; justify-content: space-between;
  margin-bottom: 1.5rem }
header > div { flex: 1 1 15rem; max-width: 44rem }
form { flex: 0 1 20rem; min-width: 15rem }
label { display: block; color: var(--mist) }
input { width: 100%; padding: .55rem .8rem; border: 1px solid var(--mist); border-radius: .6rem;
  background: var(--ink); color: var(--cream); font: inherit }
main { display: grid; gap: 1.25rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 21rem), 1fr)) }
article { display: flex; flex-direction: column; min-width: 0; overflow: hidden; border: 1px solid var(--dusk);
  border-radius: .9rem; background: var(--ink) }
article[hidden], form[hidden] { display: none }
article:has(> .words > details[open]) { grid-column: 1 / -1 }
img { display: block; width: 100%; height: auto; aspect-ratio: 16 / 9; object-fit: contain; background: var(--night) }
article:has(> .words > details[open]) img { max-height: 24rem }
.words { display: flex; flex-direction: column; flex: 1; gap: .6rem; min-width: 0; padding: 1rem }
.words > p { flex: 1 }
dl { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .85rem }
dl div { display: flex; gap: .35rem }
dt { color: var(--mist) }
dd { font-variant-numeric: tabular-nums }
.met { color: var(--mint) } .missed { color: var(--coral) }
code, pre { font: .85rem/1.5 ui-monospace, monospace }
code { color: var(--mint); overflow-wrap: anywhere }
pre code { color: inherit; overflow-wrap: normal }
summary { width: fit-content; padding: .25rem 0; color: var(--sky); cursor: pointer }
details details { padding-left: 1rem }
pre { margin: .25rem 0 0; padding: 1rem; max-height: 34rem; overflow: auto; border-radius: .6rem;
  background: var(--night); color: var(--cloud) }
.k { color: var(--rose) } .s { color: var(--mint) } .c { color: var(--mist); font-style: italic }
.n { color: var(--amber) } .d { color: var(--lemon) } .a { color: var(--sky) }
""").substitute(
    {name.lower(): "#{:02x}{:02x}{:02x}".format(*getattr(palette, name)) for name in dir(palette) if name.isupper()}
)

SCRIPT = """
const form = document.querySelector("form"), field = form.elements.words, told = document.querySelector("output");
const all = [...document.querySelectorAll("article")];
const wordsOf = one => one.querySelector("h2").textContent + " " + one.querySelector("p").textContent;
form.hidden = false;
form.addEventListener("submit", event => event.preventDefault());
field.addEventListener("input", () => {
  const asked = field.value.toLowerCase().split(/\\s+/);
  for (const one of all) one.hidden = !asked.every(word => wordsOf(one).toLowerCase().includes(word));
  const shown = all.filter(one => !one.hidden).length;
  told.value = field.value.trim() ? `${shown} of ${all.length} demos` : "";
});
"""

CLASSES: dict[Kind, str] = {
    "keyword": "k", "string": "s", "comment": "c", "number": "n", "definition": "d", "decorator": "a",
}  # fmt: skip


def write_page(figures: dict[Demo, Figures], folder: Path) -> Path:
    """Write ``index.html`` and the small pictures beside ``<demo>.png``, which are there already. Any thread.

    Returns:
        Where the page is.
    """
    (folder / SMALL).mkdir(exist_ok=True)
    articles = [_article(demo, cost, _shrink(folder, demo.name)) for demo, cost in figures.items()]
    page = folder / "index.html"
    page.write_text(_page(articles), encoding="utf-8")
    return page


def _shrink(folder: Path, name: str) -> tuple[int, int]:
    """Write the small picture of a demo; its size in pixels."""
    from PIL import Image

    with Image.open(folder / f"{name}.png") as picture:
        small = picture.convert("RGB")
    small.thumbnail(SMALL_SIZE, Image.Resampling.LANCZOS)
    small.save(folder / SMALL / f"{name}.png", optimize=True)
    return small.size


def _page(articles: list[str]) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>The demos of ecs-engine</title>
<link rel="icon" href="data:,">
<style>{STYLE}</style>
</head>
<body>
<header>
<div>
<h1>The demos of <span>ecs-engine</span></h1>
<p>{len(articles)} small programs, each with its source. Times are medians: what the processor takes for a tick
of the game and for a frame, the drawing itself left out.</p>
</div>
<form role="search" hidden>
<label for="words">Find a demo</label>
<input id="words" name="words" type="search" autocomplete="off">
<output for="words" aria-live="polite"></output>
</form>
</header>
<main>
{"".join(articles)}</main>
<script>{SCRIPT}</script>
</body>
</html>
"""


def _article(demo: Demo, cost: Figures, size: tuple[int, int]) -> str:
    name, summary = escape(demo.name), escape(demo.summary)
    return f"""<article id="{name}" aria-labelledby="{name}-name">
<a href="{name}.png"><img src="{SMALL}/{name}.png" alt="{name}: {summary}" width="{size[0]}" height="{size[1]}"
 loading="lazy"></a>
<div class="words">
<h2 id="{name}-name">{name}</h2>
<p>{escape(demo.sentence)}</p>
<dl>{_figures(demo, cost)}</dl>
<code>ecs-engine demo {name}</code>
<details><summary>Source</summary>{_source(demo)}</details>
</div>
</article>
"""


def _figures(demo: Demo, cost: Figures) -> str:
    budget = f"{demo.budget_ms:g} ms"
    if cost.noop:
        word = "met" if cost.meets(demo.budget_ms) else "missed"
        budget += f' <span class="{word}">{word}</span>'
    told = {
        "tick": f"{cost.tick_p50:.2f} ms",
        "frame": f"{cost.render_p50:.2f} ms",
        "budget": budget,
        "draw calls": f"{cost.draw_calls}",
        "entities": f"{cost.entities:,}",
    }
    return "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in told.items())


def _source(demo: Demo) -> str:
    """The file of a demo, or each of its files behind its name."""
    listings = [
        f'<pre tabindex="0" role="region" aria-label="{escape(demo.name)}: {path.name}"><code>'
        f"{coloured(path.read_text(encoding='utf-8'))}</code></pre>"
        for path in demo.sources
    ]
    if len(listings) == 1:
        return listings[0]
    return "".join(
        f"<details{' open' if number == 0 else ''}><summary>{path.name}</summary>{listing}</details>"
        for number, (path, listing) in enumerate(zip(demo.sources, listings, strict=True))
    )


def coloured(source: str) -> str:
    """Python as HTML, with spans around keywords, strings, comments, numbers, what is defined, and decorators.

    >>> coloured("x = 1  # one")
    'x = <span class="n">1</span>  <span class="c"># one</span>\\n'
    """
    parts = []
    for text, kind in highlighted(source):
        shown = escape(text, quote=False)
        parts.append(shown if kind is None else f'<span class="{CLASSES[kind]}">{shown}</span>')
    return "".join(parts)
