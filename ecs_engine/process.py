"""What a run changes for the whole process, and puts back when it ends."""

from __future__ import annotations

import ctypes
import gc
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from ecs_engine.pacing.slack import GarbageSlack


@contextmanager
def switch_interval(seconds: float) -> Iterator[None]:
    """Let a thread keep the GIL for this long while another one wants it."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


PR_SET_TIMERSLACK, PR_GET_TIMERSLACK = 29, 30


@contextmanager
def fine_timers() -> Iterator[None]:
    """Have this thread, and those that it starts meanwhile, woken when they asked for it.

    Linux wakes a thread up to 50 us late, so that it can wake several at once. Does nothing on other systems.
    """
    prctl = ctypes.CDLL(None).prctl if sys.platform.startswith("linux") else None
    before = -1 if prctl is None else prctl(PR_GET_TIMERSLACK)
    if prctl is None or before < 0:
        yield
        return
    prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(1))
    try:
        yield
    finally:
        prctl(PR_SET_TIMERSLACK, ctypes.c_ulong(before))


_FROZEN_AT_IMPORT = gc.get_freeze_count()
"""CPython 3.12 freezes some objects of its own."""


@contextmanager
def frozen_garbage() -> Iterator[None]:
    """Keep all that was loaded so far out of the garbage collector's way, unless the game has done so itself."""
    if gc.get_freeze_count() > _FROZEN_AT_IMPORT:
        yield
        return
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


@contextmanager
def collected_in_slack(slack: GarbageSlack) -> Iterator[None]:
    """Have garbage collected in the slack and nowhere else, with all that was loaded so far set aside
    (:func:`frozen_garbage`). Where the game has switched the collector off, it stays off."""
    with frozen_garbage():
        if not gc.isenabled():
            yield
            return
        gc.disable()
        slack.enabled = True
        try:
            yield
        finally:
            slack.enabled = False
            gc.enable()


@contextmanager
def ctrl_c(handle: Callable[[], None]) -> Iterator[None]:
    """Call ``handle`` at Ctrl-C instead of raising KeyboardInterrupt, which could fall into a driver's callback and be
    lost there. Main thread only.

    ``handle`` runs between any two instructions of the main thread, which may just then hold any lock: it may set plain
    attributes, but no ``threading.Event``. A process that ignores Ctrl-C goes on ignoring it.
    """

    def handler(_signal: int, _frame: FrameType | None) -> None:
        handle()

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, handler)
    try:
        yield
    finally:
        # None stands for a handler that was not set from Python, which cannot be put back.
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
