"""What a summary says of its profile, in the words that the terminal and the page share."""

from __future__ import annotations

from typing import Any

from ecs_engine.trace.rules import percent
from ecs_engine.trace.svg import milliseconds

MESSAGES_TOLD = 10
"""Remarks of the driver that are told; the JSON has all."""


def lost_words(summary: dict[str, Any]) -> str:
    """How many frames and ticks were late, and by how much in all."""
    frames, ticks = summary["profile"]["lost"]["frames"], summary["profile"]["lost"]["ticks"]
    if frames["limit_ms"]:
        words = f"{_late(frames, 'frames')}."
    else:
        words = f"There is no limit to the number of frames, so all time counts: {milliseconds(frames['lost_ms'])} ms."
    if ticks["limit_ms"]:
        words += f" {_late(ticks, 'ticks')}."
    for kind, lost in (("frames", frames), ("ticks", ticks)):
        if lost["lost_ms"] and lost["unexplained_ms"] >= 0.1 * lost["lost_ms"]:
            words += f" Of what {kind} lost, {percent(lost['unexplained_ms'] / lost['lost_ms'])} is not explained."
    return words


def _late(lost: dict[str, Any], kind: str) -> str:
    words = (
        f"{lost['late']} of {lost['count']} {kind} took longer than the {milliseconds(lost['limit_ms'])} ms they may"
    )
    return f"{words}, by {milliseconds(lost['lost_ms'])} ms in all" if lost["late"] else words


def bottleneck_heading(bottleneck: dict[str, Any]) -> str:
    """``explains 80.1 ms, 95 % of what frames lost``."""
    share = percent(bottleneck["share"])
    return f"explains {milliseconds(bottleneck['explained_ms'])} ms, {share} of what {bottleneck['of']} lost"


def message_words(summary: dict[str, Any]) -> list[str]:
    """A line for each of the first remarks of the driver, and one for what is left."""
    messages = summary["messages"]
    lines = [f"{one['count']} x from {one['first_s']} s on: {one['text']}" for one in messages[:MESSAGES_TOLD]]
    left = len(messages) - MESSAGES_TOLD
    return [*lines, f"and {left} others"] if left > 0 else lines
