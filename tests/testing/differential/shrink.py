"""A sequence that fails, made as short as it can be."""

from __future__ import annotations

from collections.abc import Sequence

from .calls import Call, Disagreement, Player


def shrink(calls: Sequence[Call], failure: Disagreement, play: Player) -> tuple[list[Call], Disagreement]:
    """The fewest calls that still fail in the same way: first the shortest prefix, then without ever smaller parts.

    ``play`` makes the calls on fresh sides and returns in what they disagree, or None.
    """
    kept = up_to(calls, failure.call)
    part = max(1, len(kept) // 2)
    while True:
        at, removed = 0, False
        while at < len(kept) - 1:  # The last call is the one that fails.
            shorter = kept[:at] + kept[min(at + part, len(kept) - 1) :]
            found = play(shorter)
            if found is not None and found.kind == failure.kind:
                kept, failure, removed = up_to(shorter, found.call), found, True
            else:
                at += part
        if part == 1 and not removed:
            return kept, failure
        part = max(1, part // 2)


def up_to(calls: Sequence[Call], last: Call) -> list[Call]:
    """The calls until the first that is this very one."""
    return list(calls[: next(at for at, call in enumerate(calls) if call is last) + 1])
