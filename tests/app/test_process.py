"""What a run changes in the process is put back, whatever happens."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import signal
import sys
import threading

import pytest

from ecs_engine.process import PR_GET_TIMERSLACK, ctrl_c, fine_timers, frozen_garbage, switch_interval


def test_the_switch_interval() -> None:
    before = sys.getswitchinterval()
    with contextlib.suppress(LookupError), switch_interval(0.002):
        assert sys.getswitchinterval() == pytest.approx(0.002)
        raise LookupError
    assert sys.getswitchinterval() == before


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="by design: timer slack is a thing of Linux")
def test_timers_are_fine_for_threads_started_meanwhile_and_put_back() -> None:
    def slack() -> int:
        return int(ctypes.CDLL(None).prctl(PR_GET_TIMERSLACK))

    inside: list[int] = []
    before = slack()
    if before < 0:
        pytest.skip("by design: this system keeps no timer slack")
    with contextlib.suppress(LookupError), fine_timers():
        thread = threading.Thread(target=lambda: inside.append(slack()))
        thread.start()
        thread.join()
        inside.append(slack())
        raise LookupError
    assert inside == [1, 1]
    assert slack() == before


def test_garbage_is_frozen_and_thawed() -> None:
    gc.unfreeze()  # CPython 3.12 freezes some objects of its own
    with contextlib.suppress(LookupError), frozen_garbage():
        assert gc.get_freeze_count() > 1000
        raise LookupError
    assert gc.get_freeze_count() == 0


def test_what_the_game_froze_stays_frozen() -> None:
    gc.freeze()
    try:
        count = gc.get_freeze_count()
        with frozen_garbage():
            pass
        assert gc.get_freeze_count() == pytest.approx(count, abs=100)  # frozen objects that died are not counted
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


def test_ctrl_c_is_handled_here_and_only_here() -> None:
    calls: list[int] = []
    before = signal.getsignal(signal.SIGINT)
    with ctrl_c(lambda: calls.append(1)):
        signal.raise_signal(signal.SIGINT)
    assert calls == [1]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_handler_that_python_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """A host program may have one in C; Python can tell only that it is there."""
    put_back: list[object] = []
    real = signal.signal
    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    monkeypatch.setattr(signal, "signal", lambda number, handler: (put_back.append(handler), real(number, handler))[1])
    try:
        with ctrl_c(lambda: None):
            pass
    finally:
        real(signal.SIGINT, before)
    assert put_back[-1] is signal.SIG_DFL
