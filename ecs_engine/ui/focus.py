"""Where the focus goes."""

from __future__ import annotations

from collections.abc import Sequence

from ecs_engine.ui.widget import Widget


def next_of(order: Sequence[Widget], focus: Widget | None, step: int) -> Widget | None:
    """The widget after (1) or before (-1) the one with the focus, round and round; None where there is none."""
    if not order:
        return None
    if focus not in order:
        return order[0 if step > 0 else -1]
    return order[(order.index(focus) + step) % len(order)]


def nearest(order: Sequence[Widget], focus: Widget, across: int, down: int) -> Widget | None:
    """The widget nearest to the one with the focus in a direction, (1, 0) being right and (0, 1) down; None if there is
    none that way. What lies to the side counts as twice as far away."""
    found: list[tuple[float, int]] = []
    fx, fy, fw, fh = focus.rect
    for index, one in enumerate(order):
        x, y, width, height = one.rect
        ahead = across * (x + width / 2 - fx - fw / 2) + down * (y + height / 2 - fy - fh / 2)
        if one is focus or ahead <= 0.5:
            continue
        # Between the edges that face each other, along the way and beside it; 0 where they overlap.
        apart_x = max(x - fx - fw, fx - x - width, 0.0)
        apart_y = max(y - fy - fh, fy - y - height, 0.0)
        along, beside = (apart_x, apart_y) if across else (apart_y, apart_x)
        if along == 0.0 and beside > 0.0:  # beside it rather than ahead
            continue
        found.append((along + 2.0 * beside + ahead * 1e-3, index))
    return order[min(found)[1]] if found else None
