"""The rows of labels that change together, against each label on its own, for all settings and any Unicode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecs_engine import Text, Transform2D
from ecs_engine.systems import TEXTS, Drawables, TextSystem
from ecs_engine.systems.labels import FILL, LOOK, OUTLINE, QUAD, SHADOW
from ecs_engine.testing.app import FakeApp
from ecs_engine.text.compose import layout_of, place
from tests.text.any_text import any_text

COUNT = 4

color = st.one_of(st.just((0, 0, 0, 0)), st.tuples(*[st.integers(0, 255)] * 4))
run = st.one_of(any_text, st.tuples(any_text, color))
changes: dict[str, st.SearchStrategy[Any]] = {
    "text": st.one_of(any_text, st.lists(run, max_size=4)),
    "size": st.sampled_from([7.0, 20.0]),
    "wrap": st.sampled_from([0.0, 5.0, 80.0]),
    "align": st.sampled_from(["left", "center", "right"]),
    "anchor": st.tuples(st.floats(-1, 2), st.floats(-1, 2)),
    "line_spacing": st.sampled_from([0.0, 1.0, 1.7]),
    "outline": st.sampled_from([0.0, 1.5]),
    "shadow": st.sampled_from([(0.0, 0.0), (3.0, -2.0)]),
    "shadow_blur": st.sampled_from([0.0, 1.0]),
    "shown": st.one_of(st.none(), st.integers(0, 20)),
    "font": st.sampled_from(["pixels", "sans", "bold"]),
}
change = st.fixed_dictionaries({}, optional=changes)


@pytest.fixture(scope="module")
def app() -> Iterator[FakeApp]:
    with FakeApp() as app:
        yield app
    app.gl.assert_no_error()


def rows_of(label: Text, number: int, app: FakeApp) -> tuple[list[Any], list[Any], float]:
    """Quads and looks of one label, glyph by glyph, and how far they reach."""
    atlas, font = app.fonts.atlas, label.font or app.fonts.default
    layout = layout_of(font, label.size, label.wrap, label.align, label.anchor, label.line_spacing)
    placed = place(app.fonts.blocks, [label.plain], [font], [layout])
    runs = [(label.text, None)] if isinstance(label.text, str) else label.text
    colors = [color for words, color in runs for _ in words]
    quads, looks, reach = [], [], 0.0
    passes = [FILL]
    if label.outline:
        passes.insert(0, OUTLINE)
    if label.shadow != (0, 0) or label.shadow_blur:
        passes.insert(0, SHADOW)
    for one in passes:
        for entry, rect, at in zip(placed.entry, placed.rect, placed.character.tolist(), strict=True):
            if label.shown is not None and at >= label.shown:
                continue
            reach = max(reach, *(float(np.hypot(x, y)) for x in rect[::2] for y in rect[1::2]))
            own = colors[at]
            packed = 0 if own is None else max(own[0] | own[1] << 8 | own[2] << 16 | own[3] << 24, 1)
            looks.append([*atlas.corners[entry].tolist(), packed, (number * 3 + one) << 8 | int(atlas.page[entry])])
            quads.append((rect + np.float32([*label.shadow, *label.shadow]) if one == SHADOW else rect).tolist())
    return quads, looks, reach + float(np.hypot(*label.shadow))


def test_rows_of_labels_that_change_together_are_those_of_each_alone(app: FakeApp) -> None:
    labels = [Text("") for _ in range(COUNT)]
    for label in labels:
        app.world.create_entity(Transform2D(), label)
    fonts = {"pixels": None, "sans": app.fonts.sans(), "bold": app.fonts.sans(700)}
    app.step(draw=False)
    system = app.world.get_processor(TextSystem)
    assert system is not None
    (pool,) = app.world.resource(Drawables)[TEXTS.name].pools

    @settings(max_examples=150, deadline=None)
    @given(st.lists(change, min_size=COUNT, max_size=COUNT))
    def check(given: list[dict[str, Any]]) -> None:
        for label, values in zip(labels, given, strict=True):
            for name, value in values.items():
                setattr(label, name, fonts[value] if name == "font" else value)
        app.step()
        for number, label in enumerate(labels):
            quads, looks, reach = rows_of(label, number, app)
            first, room = int(pool.chunks.first[number]), int(pool.chunks.count[number])
            end = first + len(quads)
            assert len(quads) <= room
            np.testing.assert_array_equal(pool.readable[QUAD][first:end], np.float32(quads).reshape(-1, 4))
            np.testing.assert_array_equal(pool.readable[LOOK][first:end], np.uint32(looks).reshape(-1, 4))
            assert not pool.readable[QUAD][end : first + room].any()
            assert system._labels.reach[number] == pytest.approx(reach, rel=1e-5)

    check()
