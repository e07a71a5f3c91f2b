"""The exchange: finished frames go from the logic thread to the context thread.

Two buffers and a flip tear: a writer that laps a slow reader writes into the buffer being read. So there are
three slots, and each has exactly one owner at any moment::

    producer (logic thread)               spare slot                consumer (context thread)
    back: being written   -- publish() -- ready: newest -- acquire() --   front: being read

`publish` swaps back and ready, `acquire` swaps ready and front, each under one lock that is held for a few
assignments and never while data is copied. Neither thread ever waits for the other to finish a frame: a frame
that nobody took is simply replaced by a newer one, and counted in `dropped`.

The lock is needed: in CPython a bare tuple swap of two attributes is several bytecodes, and another thread may
run between any two of them (see ``tests/frame/test_interleavings.py``, which removes the lock and sees it fail).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from ecs_engine.core.errors import EngineError, ThreadError

T = TypeVar("T")


class ExchangeError(EngineError, ValueError):
    """An exchange was given something it cannot use: shared slots, a sequence that goes back, a bad timeout."""


class _Owner:
    """Remembers which thread plays one role, and names both threads when another one tries."""

    __slots__ = ("_ident", "_name", "_role")

    def __init__(self, role: str) -> None:
        self._role = role
        self.forget()

    def forget(self) -> None:
        self._ident = 0  # never the identifier of a live thread
        self._name = ""

    def check(self, action: str) -> None:
        ident = threading.get_ident()
        if ident == self._ident:
            return
        name = threading.current_thread().name
        if self._ident == 0:
            self._ident, self._name = ident, name
            return
        raise ThreadError(
            f"Exchange.{action} was used from thread '{name}' (id {ident}), but the {self._role} of this exchange is "
            f"thread '{self._name}' (id {self._ident}): use it from that thread, or call rebind() while both threads "
            f"are at rest."
        )


class Exchange(Generic[T]):
    """Hands the newest complete frame from one producer thread to one consumer thread, without waiting or copying.

    Producer: fill `back`, then `publish()`. Consumer: `acquire()`, then read `front`. One thread may play both
    roles, as it does when an app is stepped.

    The first thread to use a role owns it; any other one gets a ThreadError naming both. `rebind` forgets both
    owners. These checks are skipped under ``python -O``.

    A slot comes back to the producer with the contents of an older frame, usually not of the last one: either write
    it whole, or keep in the slot the versions of what it holds and write what differs.
    """

    def __init__(self, make_slot: Callable[[], T]) -> None:
        """Make the three slots.

        Args:
            make_slot: called three times, here and never again; each call must return a new object.

        Raises:
            ExchangeError: if two of the three slots are the same object, which both threads would then share.
        """
        back, ready, front = make_slot(), make_slot(), make_slot()
        if back is ready or ready is front or front is back:
            raise ExchangeError(
                "make_slot returned the same object twice, so both threads would share it: build a new slot in each "
                "call."
            )
        # Each line says who may touch the fields on it; those of the lock only while holding it.
        self._back, self._last, self._published, self._dropped = back, -1, 0, 0  # producer
        self._front, self._front_sequence = front, -1  # consumer
        self._ready: T = ready  # lock
        self._ready_sequence = -1  # lock; -1 means that `_ready` holds nothing new
        self._waiting = False  # lock
        self._closed = False  # lock
        self._lock = threading.Lock()
        self._arrived = threading.Condition(self._lock)
        self._producer, self._consumer = _Owner("producer"), _Owner("consumer")

    # Producer

    @property
    def back(self) -> T:
        """The slot to write. It is a different one after each `publish`. Producer thread only.

        Raises:
            ThreadError: if another thread is the producer.
        """
        if __debug__:
            self._producer.check("back")
        return self._back

    def publish(self, sequence: int | None = None) -> int:
        """Make what is in `back` the newest frame, and get another slot as `back`. Producer thread only.

        Never waits for the consumer, and may be called after `close`. A producer that fails half-way through a
        frame just does not call this: the last good frame stays.

        Args:
            sequence: number of the frame, at least 0 and greater than the last one; None means the last plus one.

        Returns:
            The frame's sequence number; the first one is 0 unless given.

        Raises:
            ThreadError: if another thread is the producer.
            ExchangeError: if the sequence does not grow; nothing is published then.
        """
        if __debug__:
            self._producer.check("publish")
        if sequence is None:
            sequence = self._last + 1
        elif sequence <= self._last:
            raise ExchangeError(
                f"Frame {sequence} cannot be published after frame {self._last}: give each frame a greater number "
                f"than the one before, or none at all; numbers start at 0."
            )
        self._last = sequence
        with self._lock:
            self._back, self._ready = self._ready, self._back
            if self._ready_sequence >= 0:
                self._dropped += 1
            self._published += 1
            self._ready_sequence = sequence
            if self._waiting:
                self._arrived.notify()
        return sequence

    # Consumer

    @property
    def front(self) -> T:
        """The slot to read: the frame that `acquire` took last, until `acquire` returns True again.

        Before that it is an empty slot as `make_slot` made it (`front_sequence` is -1). Consumer thread only.

        Raises:
            ThreadError: if another thread is the consumer.
        """
        if __debug__:
            self._consumer.check("front")
        return self._front

    @property
    def front_sequence(self) -> int:
        """Sequence number of the frame in `front`, or -1 before the first one; it never goes back. Any thread."""
        return self._front_sequence

    def acquire(self) -> bool:
        """Take the newest complete frame as `front`, if there is a newer one. Consumer thread only; never waits.

        Returns:
            True if `front` is now a newer frame, False if it is the same one as before.

        Raises:
            ThreadError: if another thread is the consumer.
        """
        if __debug__:
            self._consumer.check("acquire")
        with self._lock:
            sequence = self._ready_sequence
            if sequence < 0:
                return False
            self._front, self._ready = self._ready, self._front
            self._ready_sequence = -1
        self._front_sequence = sequence
        return True

    def wait_for_frame(self, timeout: float | None = None) -> bool:
        """Sleep until there is a frame to `acquire`, the exchange is closed, or the time is up. Consumer thread only.

        Args:
            timeout: the longest wait in seconds, at least 0; None waits for as long as it takes.

        Returns:
            True if a newer frame is ready, False if the time was up or the exchange is closed.

        Raises:
            ThreadError: if another thread is the consumer.
            ExchangeError: if the timeout is negative or not a number.
        """
        if __debug__:
            self._consumer.check("wait_for_frame")
        if timeout is not None:
            if not timeout >= 0.0:  # also true of NaN, with which Condition.wait_for would spin for ever
                raise ExchangeError(f"A timeout of {timeout} s is no time to wait: give 0 or more seconds, or None.")
            timeout = min(timeout, threading.TIMEOUT_MAX)
        with self._lock:
            self._waiting = True
            try:
                self._arrived.wait_for(self._ready_or_closed, timeout)
            finally:
                self._waiting = False
            return self._ready_sequence >= 0

    def _ready_or_closed(self) -> bool:
        return self._ready_sequence >= 0 or self._closed

    # Either

    @property
    def published(self) -> int:
        """Frames published so far. Any thread."""
        return self._published

    @property
    def dropped(self) -> int:
        """Published frames that a newer one replaced before the consumer took them. Any thread."""
        return self._dropped

    @property
    def closed(self) -> bool:
        """True once `close` was called. Any thread."""
        return self._closed

    def close(self) -> None:
        """Wake the consumer, and let it never sleep here again; calling it twice is harmless. Any thread.

        Frames can still be published and acquired, so a producer in the middle of a tick needs no special case.
        """
        with self._lock:
            self._closed = True
            self._arrived.notify_all()

    def rebind(self) -> None:
        """Forget which threads are producer and consumer; the next users become them. Frames stay as they are.

        For an app that was stepped on the main thread and now runs its logic on a worker. Any thread, while
        neither role is in use.
        """
        self._producer.forget()
        self._consumer.forget()
