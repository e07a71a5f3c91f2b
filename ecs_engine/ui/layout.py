"""Flexible boxes: how the room of a row or a column is shared out among what is in it.

The terms are those of CSS flexible boxes (w3.org/TR/css-flexbox-1): along the main axis things stand one after the
other with gaps between, growing by their shares of what is left; across it, each is aligned by itself. Nothing wraps,
and only what grows gives way.
"""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.ui.widget import Align, Justify

_BEFORE = {"start": 0.0, "stretch": 0.0, "center": 0.5, "end": 1.0}
"""What of the room beside something is before it."""


def share(natural: Sequence[float], grow: Sequence[float], room: float) -> list[float]:
    """Lengths along the main axis: what is left of ``room`` goes to those that grow, by their shares; what is missing
    is taken from them, in proportion to their natural lengths, down to 0."""
    left = room - sum(natural)
    if left >= 0.0:
        shares = sum(grow)
        return [n + left * g / shares for n, g in zip(natural, grow, strict=True)] if shares > 0.0 else list(natural)
    giving = sum(n for n, g in zip(natural, grow, strict=True) if g > 0.0)
    if giving <= 0.0:
        return list(natural)
    keep = max(1.0 + left / giving, 0.0)
    return [n * keep if g > 0.0 else n for n, g in zip(natural, grow, strict=True)]


def starts(lengths: Sequence[float], gap: float, room: float, justify: Justify) -> list[float]:
    """Where each begins along the main axis, of which ``room`` is there. What does not fit begins at 0 all the same."""
    left = max(room - sum(lengths) - gap * max(len(lengths) - 1, 0), 0.0)
    at = {"start": 0.0, "center": left / 2, "end": left, "space_between": 0.0}[justify]
    if justify == "space_between" and len(lengths) > 1:
        gap += left / (len(lengths) - 1)
    found = []
    for length in lengths:
        found.append(at)
        at += length + gap
    return found


def across(natural: float, fixed: bool, room: float, align: Align) -> tuple[float, float]:
    """Begin and length across the main axis. What has a length of its own is not stretched."""
    if align == "stretch" and not fixed:
        return 0.0, room
    return max(room - natural, 0.0) * _BEFORE[align], natural
