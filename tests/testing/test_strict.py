"""Each rule of strict FakeGL finds its defect, in words that name cause and mend; docs/mock.md lists every rule."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from ecs_engine.gpu import enums as gl
from ecs_engine.testing import FakeGL, FakeGLError

from .strict import images, lives, memory, reads  # noqa: F401  # importing them fills DEFECTS
from .strict.parts import BLOCK, DEFECTS, Defect, draw, map_persistently, ready

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mock.md"
ASKED_FOR = {"leak", "error never looked at", "redundant call", "function of a newer version"}
"""Found without strict mode, too: asked for, or more than any driver can do."""


@pytest.mark.parametrize("defect", DEFECTS, ids=[each.rule for each in DEFECTS])
def test_the_defect_is_found(defect: Defect) -> None:
    with pytest.raises(FakeGLError, match=defect.words):
        defect.program(FakeGL(**defect.options))


@pytest.mark.parametrize("defect", DEFECTS, ids=[each.rule for each in DEFECTS])
def test_without_strict_mode_it_passes_as_with_a_driver(defect: Defect) -> None:
    """At most there is a GL error, which the programs that wait for one look for."""
    fake = FakeGL(strict=False, **defect.options)
    if defect.rule in ASKED_FOR or defect.sets_error:
        with pytest.raises(FakeGLError, match=defect.words):
            defect.program(fake)
    else:
        defect.program(fake)


def drawn_in_flight() -> tuple[FakeGL, Any]:
    """A draw that a GPU two frames behind has still to read, and the mapped bytes that it reads."""
    fake = FakeGL(fence_latency=2)
    mapped = map_persistently(fake)
    ready(fake, BLOCK)
    fake.glBindBufferRange(gl.UNIFORM_BUFFER, 0, 1, 0, 80)
    draw(fake)
    fake.end_frame()
    return fake, mapped


def test_memory_may_be_written_once_its_frame_is_done() -> None:
    fake, mapped = drawn_in_flight()
    fake.end_frame()
    mapped[4] = 1
    fake.end_frame()


def test_memory_may_be_written_after_a_wait() -> None:
    fake, mapped = drawn_in_flight()
    fence = fake.glFenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0)
    assert fake.glClientWaitSync(fence, gl.SYNC_FLUSH_COMMANDS_BIT, 1000) == gl.CONDITION_SATISFIED
    mapped[4] = 1
    fake.end_frame()


def test_a_reset_gpu_reads_nothing() -> None:
    fake, mapped = drawn_in_flight()
    fake.lose_context()
    mapped[4] = 1
    fake.end_frame()


def test_bytes_beside_those_in_flight_may_be_written() -> None:
    fake, mapped = drawn_in_flight()
    mapped[80:] = 1
    fake.end_frame()


def test_there_is_one_defect_a_rule_and_the_page_lists_them() -> None:
    rules = [defect.rule for defect in DEFECTS]
    assert len(set(rules)) == len(rules) >= 40
    listed = re.findall(r"^\| ([^|]+?) \| [^|]+ \| `", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(rules)


def test_the_page_quotes_what_is_said() -> None:
    said = dict(re.findall(r"^\| ([^|]+?) \| [^|]+ \| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    for defect in DEFECTS:
        with pytest.raises(FakeGLError) as caught:
            defect.program(FakeGL(**defect.options))
        pattern = ".*".join(re.escape(part) for part in said[defect.rule].split("…"))
        assert re.search(pattern, str(caught.value)), f"{defect.rule}: {caught.value}"
