"""The exchange under every schedule, next to schemes that are known to be wrong and must be caught.

A frame here is a slot with two halves, written and read in one micro-step each; it is torn when they differ.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from ecs_engine.frame.exchange import Exchange
from tests.frame.interleavings import DEADLOCK, NoLock, Run, StepCondition, StepLock, Task, explore

# Fields that only one of the two threads ever touches (checked below), and objects that never change.
PRIVATE = {"_back", "_last", "_published", "_dropped", "_front", "_front_sequence"}
FIXED = {"_lock", "_arrived", "_producer", "_consumer"}


@dataclass(frozen=True)  # equal by name, so that states of different runs can be compared
class Slot:
    """The name of one slot; its halves live in the memory of the run."""

    name: str

    def __str__(self) -> str:
        return self.name


class SteppedExchange(Exchange[Slot]):
    """The real exchange, with every field that both threads may touch kept in the memory of a run.

    A field added to the exchange later is shared until it is listed as private, so that it cannot be forgotten.
    """

    def __init__(self, run: Run, lock: StepLock | NoLock) -> None:
        object.__setattr__(self, "run", run)
        object.__setattr__(self, "touched", {})
        numbers = count()
        super().__init__(lambda: Slot(f"slot {next(numbers)}"))
        object.__setattr__(self, "_lock", lock)
        if isinstance(lock, StepLock):
            object.__setattr__(self, "_arrived", StepCondition(run, lock))

    def __getattribute__(self, name: str) -> Any:
        values = object.__getattribute__(self, "__dict__")
        if name in PRIVATE:
            self._touch(name)
        elif name in values["run"].memory:
            return values["run"].read(name)
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in PRIVATE:
            self._touch(name)
            object.__setattr__(self, name, value)
        elif name in FIXED:
            object.__setattr__(self, name, value)
        else:
            values = object.__getattribute__(self, "__dict__")
            values["run"].write(name, value)

    def _touch(self, name: str) -> None:
        values = object.__getattribute__(self, "__dict__")
        task = values["run"].task_name()
        if task is not None and values["touched"].setdefault(name, task) != task:
            raise AssertionError(f"{name} is touched by both tasks: it is shared, not private")


def write_halves(run: Run, slot: object, number: int) -> None:
    run.write(f"{slot} a", number)
    run.write(f"{slot} b", number)


def read_halves(run: Run, slot: object) -> int:
    a, b = run.read(f"{slot} a"), run.read(f"{slot} b")
    if a != b:
        run.flag("torn")
    return int(a)


def fill(run: Run, *slots: object) -> None:
    for slot in slots:
        run.memory[f"{slot} a"] = run.memory[f"{slot} b"] = 0


def exchange_program(writes: int, reads: int, *, coarse: bool = False, locked: bool = True) -> Any:
    """`writes` frames numbered from 1, and `reads` times acquire and read what is in front (0: no frame yet)."""

    def program(run: Run) -> dict[str, Task]:
        exchange = SteppedExchange(run, StepLock(run, coarse=coarse) if locked else NoLock())
        fill(run, "slot 0", "slot 1", "slot 2")

        def writer() -> None:
            for number in range(1, writes + 1):
                write_halves(run, exchange.back, number)
                exchange.publish(number)

        def reader() -> None:
            last = 0
            for _ in range(reads):
                newer = exchange.acquire()
                number = read_halves(run, exchange.front)
                if number < last:
                    run.flag("went back")
                if newer != (number > last) or number != max(exchange.front_sequence, 0):
                    run.flag("misreported")
                last = number

        return {"writer": writer, "reader": reader}

    return program


def flip_program(writes: int, reads: int) -> Any:
    """The control: two buffers and an atomic index of the one to read."""

    def program(run: Run) -> dict[str, Task]:
        run.memory["front"] = 0
        fill(run, 0, 1)

        def writer() -> None:
            for number in range(1, writes + 1):
                back = number % 2
                write_halves(run, back, number)
                run.write("front", back)

        def reader() -> None:
            for _ in range(reads):
                read_halves(run, run.read("front"))

        return {"writer": writer, "reader": reader}

    return program


def test_two_buffers_and_a_flip_tear() -> None:
    report = explore(flip_program(3, 2))
    assert report.schedules == math.comb(15, 6) == 5005
    assert report.flagged["torn"] == 1692
    assert any("writer: write" in line for line in report.examples["torn"])


def test_the_exchange_never_tears_with_publish_and_acquire_as_one_step_each() -> None:
    report = explore(exchange_program(3, 2, coarse=True), merge=False)
    assert report.schedules == report.runs == 5005
    assert not report.flagged


def test_the_exchange_never_tears_with_each_access_to_a_shared_field_as_a_step() -> None:
    report = explore(exchange_program(3, 2))
    assert report.schedules == 1_575_030  # as in docs/exchange.md; it changes with the accesses the exchange makes
    assert not report.flagged


def test_the_exchange_without_its_lock_is_caught() -> None:
    report = explore(exchange_program(3, 1, locked=False))
    assert (report.schedules, report.flagged["torn"]) == (55_472, 3_465)
    assert report.flagged["misreported"] > 0


@pytest.mark.parametrize("program", [flip_program(2, 2), exchange_program(2, 1, coarse=True)])
def test_merging_states_counts_as_if_every_schedule_ran(program: Any) -> None:
    merged, plain = explore(program), explore(program, merge=False)
    assert (merged.schedules, merged.flagged) == (plain.schedules, plain.flagged)
    assert merged.runs < plain.runs == plain.schedules


class MuteCondition(StepCondition):
    """Wakes nobody: a control."""

    def notify(self, n: int = 1) -> None: ...

    def notify_all(self) -> None: ...


def waiting_program(*, closes: bool, notifies: bool = True) -> Any:
    """A consumer that sleeps until a frame came or the exchange was closed."""

    def program(run: Run) -> dict[str, Task]:
        lock = StepLock(run)
        exchange = SteppedExchange(run, lock)
        if not notifies:
            object.__setattr__(exchange, "_arrived", MuteCondition(run, lock))
        fill(run, "slot 0", "slot 1", "slot 2")

        def producer() -> None:
            if closes:
                exchange.close()
            else:
                write_halves(run, exchange.back, 1)
                exchange.publish(1)

        def consumer() -> None:
            if exchange.wait_for_frame() == closes:
                run.flag("misreported")
            if not closes and not (exchange.acquire() and read_halves(run, exchange.front) == 1):
                run.flag("not the frame")

        return {"producer": producer, "consumer": consumer}

    return program


@pytest.mark.parametrize("closes", [False, True], ids=["publish", "close"])
def test_no_wake_up_is_lost(closes: bool) -> None:
    report = explore(waiting_program(closes=closes))
    assert report.schedules >= 2
    assert not report.flagged


@pytest.mark.parametrize("closes", [False, True], ids=["publish", "close"])
def test_a_wake_up_that_is_forgotten_is_caught(closes: bool) -> None:
    report = explore(waiting_program(closes=closes, notifies=False))
    assert 0 < report.flagged[DEADLOCK] < report.schedules


def test_the_explorer_counts_lost_updates() -> None:
    def program(run: Run) -> dict[str, Task]:
        run.memory["x"] = run.memory["ended"] = 0

        def add() -> None:
            run.write("x", run.read("x") + 1)
            with run.atomic():
                run.write("ended", run.read("ended") + 1)
                if run.read("ended") == 2 and run.read("x") != 2:
                    run.flag("lost update")

        return {"one": add, "two": add}

    report = explore(program)
    assert report.schedules == math.comb(4, 2)
    assert report.flagged["lost update"] == 4  # all but the two in which one task ends before the other begins


def test_an_exception_in_a_task_comes_with_its_schedule() -> None:
    def program(run: Run) -> dict[str, Task]:
        run.memory["x"] = 0

        def check() -> None:
            assert run.read("x") == 0, "x was changed"

        return {"check": check, "change": lambda: run.write("x", 1)}

    with pytest.raises(AssertionError, match="x was changed") as caught:
        explore(program)
    assert "change: write x = 1" in caught.value.__notes__[0]


def test_a_field_both_threads_touch_cannot_pass_as_private() -> None:
    def program(run: Run) -> dict[str, Task]:
        exchange = SteppedExchange(run, StepLock(run))
        return {"one": lambda: setattr(exchange, "_front", None), "two": lambda: setattr(exchange, "_front", None)}

    with pytest.raises(AssertionError, match="shared, not private"):
        explore(program)
