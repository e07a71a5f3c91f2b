"""The stages and which events count as input."""

from __future__ import annotations

from typing import get_args

from ecs_engine.core.events import (
    CloseEvent,
    ContextRestoredEvent,
    Event,
    FocusEvent,
    GamepadEvent,
    PasteEvent,
    ResizeEvent,
)
from ecs_engine.trace.latency import LEGS
from ecs_engine.trace.stages import EVENT_KINDS, EventKind, Stage


def test_the_stages_are_in_the_order_of_the_way() -> None:
    assert [stage.name for stage in Stage] == ["INPUT", "UPDATE", "RENDER", "GPU", "PRESENT"]
    assert [int(stage) for stage in Stage] == list(range(5))
    assert {end for _, end in LEGS} == set(Stage) - {Stage.INPUT}


def test_every_event_is_input_or_known_not_to_be() -> None:
    others = {ResizeEvent, FocusEvent, CloseEvent, ContextRestoredEvent, GamepadEvent, PasteEvent}
    assert set(get_args(Event)) - set(EVENT_KINDS) == others
    assert sorted(EVENT_KINDS.values()) == list(EventKind)
