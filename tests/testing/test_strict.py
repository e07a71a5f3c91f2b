"""Each rule of strict FakeGL finds its defect, in words that name cause and mend; docs/mock.md lists every rule."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ecs_engine.testing import FakeGL, FakeGLError

from .strict import images, lives, memory, reads  # noqa: F401  # importing them fills DEFECTS
from .strict.parts import DEFECTS, Defect

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
    gl = FakeGL(strict=False, **defect.options)
    if defect.rule in ASKED_FOR or defect.sets_error:
        with pytest.raises(FakeGLError, match=defect.words):
            defect.program(gl)
    else:
        defect.program(gl)


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
