"""The page of the demos: what is on it, that it needs no network, and how a real browser lays it out."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections import Counter
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from ecs_engine.demo_page import write_page
from ecs_engine.demo_runner import Demo, Figures, find_demos

FIGURES = Figures(
    noop=True, frames=300, tick_p50=1.25, tick_p99=2.0, render_p50=0.5, render_p99=0.75, draw_calls=3, gl_calls=20,
    entities=12_345,
)  # fmt: skip
VOID = {"meta", "link", "img", "input"}


class Page(HTMLParser):
    """A page as lists: elements with what they hold, and the text of some of them."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.open: list[tuple[str, str]] = []
        self.feed(source)
        self.close()
        assert not self.open, "every element is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append((tag, ""))

    def handle_data(self, data: str) -> None:
        self.open = [(tag, text + data) for tag, text in self.open]

    def handle_endtag(self, tag: str) -> None:
        name, text = self.open.pop()
        assert name == tag, "elements close in the order in which they were opened"
        self.texts.append((name, text))

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def words(self, tag: str) -> list[str]:
        return [text for name, text in self.texts if name == tag]


def write(folder: Path, demos: dict[Demo, Figures]) -> str:
    for demo in demos:
        Image.new("RGB", (1280, 720), (40, 60, 90)).save(folder / f"{demo.name}.png")
    page = write_page(demos, folder)
    assert page == folder / "index.html"
    return page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    write(folder, dict.fromkeys(find_demos(), FIGURES))
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> Page:
    return Page((folder / "index.html").read_text(encoding="utf-8"))


def test_every_demo_has_its_place(page: Page) -> None:
    names = [demo.name for demo in find_demos()]
    assert page.words("h2") == names
    assert [article["id"] for article in page.all("article")] == names
    assert len(page.words("h1")) == len(page.all("main")) == 1
    summaries = [text.lower() for text in page.words("p")]
    assert all(demo.summary.lower() in summaries for demo in find_demos())


def test_pictures_are_told_in_words_and_loaded_late_from_files_beside_the_page(page: Page, folder: Path) -> None:
    images = page.all("img")
    assert len(images) == len(find_demos())
    for image, demo in zip(images, find_demos(), strict=True):
        assert image["loading"] == "lazy"
        assert image["alt"] == f"{demo.name}: {demo.summary}"
        with Image.open(folder / image["src"]) as picture:
            assert picture.size == (int(image["width"]), int(image["height"])) == (640, 360)
    links = [link["href"] for link in page.all("a")]
    assert all((folder / link).is_file() for link in links)


def test_the_source_is_there_to_the_letter(page: Page) -> None:
    listings = [text for text in page.words("code") if not text.startswith("ecs-engine demo")]
    sources = [path.read_text(encoding="utf-8") for demo in find_demos() for path in demo.sources]
    assert listings == sources
    names = [text for text in page.words("summary") if text != "Source"]
    assert names == [path.name for demo in find_demos() if len(demo.sources) > 1 for path in demo.sources]


def test_it_needs_no_network_and_no_script(page: Page) -> None:
    assert {value for _, attributes in page.elements for name, value in attributes.items()
            if name in ("href", "src") and not re.fullmatch(r"(small/)?\w+\.png|data:,", value)} == set()  # fmt: skip
    style, script = page.words("style")[0], page.words("script")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert "fetch(" not in script
    (form,) = page.all("form")
    assert "hidden" in form, "without scripts the field would do nothing"


def test_what_reads_it_aloud_finds_names(page: Page) -> None:
    assert page.all("html") == [{"lang": "en"}]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert max(Counter(ids).values()) == 1
    assert page.all("label")[0]["for"] == page.all("input")[0]["id"]
    assert {article["aria-labelledby"] for article in page.all("article")} <= set(ids)
    assert all(listing["tabindex"] == "0" and listing["aria-label"] for listing in page.all("pre"))


def test_figures_tell_whether_the_budget_was_met(tmp_path: Path) -> None:
    source = tmp_path / "one.py"
    source.write_text('"""One: <b>bold</b> & so on."""\nBUDGET_MS = 2\n', encoding="utf-8")
    met, missed = (Demo(name, "<b>bold</b>", budget, (source,)) for name, budget in (("met", 1.75), ("not", 1.7)))
    unjudged = Demo("unjudged", "x", 1.0, (source,))
    drawn = Figures(**{name: getattr(FIGURES, name) for name in Figures.__slots__} | {"noop": False})
    page = Page(write(tmp_path, {met: FIGURES, missed: FIGURES, unjudged: drawn}))
    figures = page.words("dd")
    assert figures[:5] == ["1.25 ms", "0.50 ms", "1.75 ms met", "3", "12,345"]
    assert figures[7] == "1.7 ms missed"
    assert figures[12] == "1 ms"
    assert "<b>bold</b>" in page.words("p")


PROBE = """<!doctype html><meta charset="utf-8"><body>{frames}<pre id="told"></pre><script>
addEventListener("load", () => {{
  const told = [...document.querySelectorAll("iframe")].map(frame => {{
    const page = frame.contentDocument, all = [...page.querySelectorAll("article")];
    const field = page.querySelector("input");
    const shown = () => all.filter(one => one.getBoundingClientRect().width > 0).map(one => one.id);
    const search = words => {{ field.value = words; field.dispatchEvent(new Event("input")); return shown(); }};
    const wide = () => page.documentElement.scrollWidth;
    const columns = new Set(all.map(one => Math.round(one.getBoundingClientRect().left))).size;
    const result = {{ columns, wide: wide(), all: shown().length, one: search(" BOids "), none: search("xyzzy"),
      said: page.querySelector("output").value, again: search("").length }};
    for (const one of page.querySelectorAll("details")) one.open = true;
    return {{ ...result, wideOpen: wide(), code: page.querySelector("pre").getBoundingClientRect().width }};
  }});
  document.getElementById("told").textContent = JSON.stringify(told);
}});
</script>"""
WIDTHS = (360, 768, 1440)


def test_a_browser_lays_it_out_for_phone_and_desktop(folder: Path, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip(
            "by design: there is no browser here, and none is installed for this alone: the package is chromium"
        )
    source = escape((folder / "index.html").read_text(encoding="utf-8"))
    frames = "".join(f'<iframe width="{width}" height="800" srcdoc="{source}"></iframe>' for width in WIDTHS)
    probe = folder / "probe.html"
    probe.write_text(PROBE.format(frames=frames), encoding="utf-8")
    command = [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--virtual-time-budget=10000",
        "--dump-dom", probe.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    found = re.search(r'<pre id="told">(\[[^<]*\])</pre>', done.stdout)
    assert found, done.stdout[-2000:]
    count = len(find_demos())
    for width, columns, told in zip(WIDTHS, (1, 2, 3), json.loads(found[1]), strict=True):
        assert told["wide"] <= width, f"nothing reaches beyond {width} pixels"
        assert told["wideOpen"] <= width
        assert told["columns"] == columns
        assert told["all"] == told["again"] == count
        assert (told["one"], told["none"], told["said"]) == (["boids"], [], f"0 of {count} demos")
        assert told["code"] > 0.7 * width - 80
