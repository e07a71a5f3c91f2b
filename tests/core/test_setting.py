"""Settings check what they are given, and note what differs."""

from __future__ import annotations

from typing import Any

import pytest

from ecs_engine.core.errors import ComponentError
from ecs_engine.core.setting import Setting, settings_of


class Box:
    side = Setting(float, 1, "a number")
    label: Any = Setting(str.strip, 2, "a text")

    def __init__(self) -> None:
        self.notes: list[int] = []

    def _note(self, changes: int) -> None:
        self.notes.append(changes)

    @property
    def area(self) -> float:
        return self.side**2


def test_values_are_converted_and_only_changes_are_noted() -> None:
    box = Box()
    box.side, box.label = 3, " text "
    assert (box.side, box.label, box.area) == (3.0, "text", 9.0)
    assert box.notes == [1, 2]
    box.side, box.label = 3.0, "text"
    assert box.notes == [1, 2]
    box.side = 4
    assert box.notes == [1, 2, 1]


@pytest.mark.parametrize("value", ["wide", None, 10**400])
def test_a_bad_value_is_told_and_changes_nothing(value: Any) -> None:
    box = Box()
    box.side = 3
    with pytest.raises(ComponentError, match=r"^Box\.side was set to .*: give a number\.$"):
        box.side = value
    assert (box.side, box.notes) == (3.0, [1])


def test_settings_of_a_class() -> None:
    assert settings_of(Box) == ("side", "label")
