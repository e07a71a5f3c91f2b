"""An explorer of interleavings: runs a small concurrent program under every schedule there is.

Write the program as a function that takes a `Run`, builds fresh objects and returns its tasks. Whatever two tasks
share goes through the run, and each such access is one micro-step, between any two of which any other task may run::

    def program(run: Run) -> dict[str, Task]:
        run.memory["x"] = 0

        def add() -> None:
            run.write("x", run.read("x") + 1)      # two micro-steps: another task may get in between

        def check() -> None:
            ...
            run.flag("lost update")                # names something that went wrong in this schedule

        return {"one": add, "two": add}

    report = explore(program)
    report.schedules                # how many schedules there are; all of them were covered
    report.flagged["lost update"]   # in how many of them that flag was raised
    report.examples["lost update"]  # one of those, as a list of "task: what it did"

The tasks are real threads that pass a baton, so the code under test is the real code, unchanged: give it a
`StepLock` and a `StepCondition` for its lock and condition, and route its shared fields to `Run.read` and
`Run.write` (`test_interleavings.py` does so for the `Exchange`). A schedule in which every task that is left waits
for ever gets the flag ``DEADLOCK``.

Schedules are too many to run one by one (the fine-grained program of the exchange has 1.6 million), but most
of them meet: when the shared memory is the same, and every task has made as many steps and read the same values,
then everything that can follow is the same too. Such states are explored once and counted by their number of
paths, so the counts are exact. That holds if tasks share nothing outside `memory` and are otherwise deterministic;
``merge=False`` runs every schedule for itself, to check just that.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

Task = Callable[[], None]
Program = Callable[["Run"], dict[str, Task]]
DEADLOCK = "deadlock"


class _Abandon(BaseException):
    """Unwinds a task's thread when the rest of its run is known already."""


def _closed_gate() -> threading.Lock:
    """A lock used as a gate: taken, so that the next to take it sleeps until another thread releases it."""
    gate = threading.Lock()
    gate.acquire()
    return gate


@dataclass(eq=False)
class _Thread:
    name: str
    gate: threading.Lock = field(default_factory=_closed_gate)
    enabled: Callable[[], bool] | None = None  # None: may go on at any time
    steps: int = 0
    seen: tuple[Hashable, ...] = ()
    done: bool = False
    atomic: int = 0
    error: BaseException | None = None


class Run:
    """One run of the program under one schedule. `memory` maps a cell's name to its value, both hashable."""

    def __init__(self, choose: Callable[[Run, list[int]], int | None]) -> None:
        self.memory: dict[Hashable, Any] = {}
        self.flags: frozenset[str] = frozenset()
        self.trace: list[str] = []
        self._choose = choose
        self._threads: list[_Thread] = []
        self._local = threading.local()
        self._explorer = _closed_gate()
        self._starting = True
        self._abandoned = False

    # For programs

    def read(self, cell: Hashable) -> Any:
        """The value of a cell: one micro-step."""
        self.step(f"read {cell}")
        value = self.memory[cell]
        if (thread := self._current()) is not None:
            thread.seen += (value,)
        return value

    def write(self, cell: Hashable, value: Hashable) -> None:
        """Set a cell: one micro-step."""
        self.step(f"write {cell} = {value}")
        self.memory[cell] = value

    def flag(self, reason: str) -> None:
        """Say that something went wrong; it is counted once per schedule."""
        self.flags |= {reason}

    def step(self, action: str, enabled: Callable[[], bool] | None = None) -> None:
        """Pause before `action`: any task may run here. With `enabled`, wait until it is true of the memory."""
        thread = self._current()
        if thread is None or self._abandoned:
            return  # the program is being built, or its threads are being unwound
        if thread.atomic and enabled is None:
            return
        thread.enabled = enabled
        if self._starting:
            self._explorer.release()
            thread.gate.acquire()
        else:
            self._pass_baton(thread)
        if self._abandoned:
            raise _Abandon
        thread.steps += 1
        self.trace.append(f"{thread.name}: {action}")

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Make the accesses inside part of the step before them."""
        thread = self._current()
        if thread is None:
            yield
            return
        thread.atomic += 1
        try:
            yield
        finally:
            thread.atomic -= 1

    def task_name(self) -> str | None:
        """The name of the task that calls, or None while the program is built."""
        thread = self._current()
        return None if thread is None else thread.name

    # For the explorer

    def execute(self, program: Program) -> None:
        tasks = program(self)
        threads = []
        for name, task in tasks.items():
            record = _Thread(name)
            self._threads.append(record)
            threads.append(threading.Thread(target=self._live, args=(record, task), name=name))
            threads[-1].start()
            self._explorer.acquire()  # it has reached its first step
        self._starting = False
        self._pass_baton(None)
        self._explorer.acquire()
        self._abandoned = True
        for record in self._threads:
            if not record.done:
                record.gate.release()
        for thread in threads:
            thread.join()
        for record in self._threads:
            if record.error is not None:
                record.error.add_note("schedule:\n  " + "\n  ".join(self.trace))
                raise record.error

    def state(self) -> Hashable:
        threads = tuple((thread.steps, thread.done, thread.seen) for thread in self._threads)
        return frozenset(self.memory.items()), threads, self.flags

    def _current(self) -> _Thread | None:
        return getattr(self._local, "thread", None)

    def _live(self, record: _Thread, task: Task) -> None:
        self._local.thread = record
        try:
            task()
        except _Abandon:
            return
        except BaseException as error:  # re-raised in the explorer's thread
            record.error = error
        record.done = True
        if self._starting:
            self._explorer.release()
        elif not self._abandoned:
            self._pass_baton(record)

    def _pass_baton(self, holder: _Thread | None) -> None:
        """Let the chosen task go on; the holder, unless it is the one chosen or done, sleeps until its turn."""
        failed = any(thread.error for thread in self._threads)
        ready = [i for i, t in enumerate(self._threads) if not t.done and (t.enabled is None or t.enabled())]
        if not ready and not all(thread.done for thread in self._threads):
            self.flag(DEADLOCK)
        choice = None if failed else self._choose(self, ready)
        if choice is None:
            self._explorer.release()
        elif self._threads[choice] is holder:
            return
        else:
            self._threads[choice].gate.release()
        if holder is not None and not holder.done:
            holder.gate.acquire()


class StepLock:
    """A mutual-exclusion lock whose acquisition is a micro-step; its release belongs to the step before it.

    `coarse` makes all that is done while holding it one step with the acquisition: right if everything shared is
    only touched under the lock, which is what the fine-grained exploration shows.
    """

    def __init__(self, run: Run, name: str = "lock", *, coarse: bool = False) -> None:
        self._run, self.name, self._coarse = run, name, coarse
        run.memory[name] = None

    def __enter__(self) -> None:
        self._run.step(f"take {self.name}", lambda: self._run.memory[self.name] is None)
        self._run.memory[self.name] = self._run.task_name()
        if self._coarse:
            self._section = self._run.atomic()
            self._section.__enter__()

    def __exit__(self, *_: object) -> None:
        if self._coarse:
            self._section.__exit__(None, None, None)
        self._run.memory[self.name] = None


class NoLock:
    """Looks like a lock and excludes nobody: a control."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class StepCondition:
    """A condition over a (not coarse) StepLock. A wait lasts until notified: timeouts never run out here."""

    def __init__(self, run: Run, lock: StepLock) -> None:
        self._run, self._lock = run, lock
        self._waiters = f"waiters of {lock.name}"
        run.memory[self._waiters] = frozenset()

    def wait(self) -> None:
        me, memory = self._run.task_name(), self._run.memory
        memory[self._waiters] |= {me}
        memory[self._lock.name] = None
        self._run.step("wake up", lambda: me not in memory[self._waiters] and memory[self._lock.name] is None)
        memory[self._lock.name] = me

    def wait_for(self, predicate: Callable[[], bool], timeout: float | None = None) -> bool:
        while not predicate():
            self.wait()
        return True

    def notify(self, n: int = 1) -> None:
        waiters = sorted(self._run.memory[self._waiters])
        self._run.memory[self._waiters] = frozenset(waiters[n:])

    def notify_all(self) -> None:
        self._run.memory[self._waiters] = frozenset()


@dataclass(frozen=True)
class Report:
    """What an exploration found; see the top of this file."""

    schedules: int
    flagged: Counter[str]
    examples: dict[str, list[str]]
    runs: int


def explore(program: Program, *, merge: bool = True) -> Report:
    """Cover every schedule of `program`; an exception in a task is raised here, with its schedule as a note."""
    explorer = _Explorer(program, merge)
    runs = 0
    while explorer.todo:
        explorer.run_one(*explorer.todo.pop())
        runs += 1
    schedules, flagged = explorer.count()
    return Report(schedules, flagged, explorer.examples, runs)


class _Explorer:
    """The graph of states met so far, and the schedules that lead into what is still unknown."""

    def __init__(self, program: Program, merge: bool) -> None:
        self._program, self._merge = program, merge
        self._following: dict[Hashable, dict[int, Hashable]] = {}  # state -> choice -> state
        self._flags: dict[Hashable, frozenset[str]] = {}  # final state -> flags
        self._root: Hashable = None
        self.examples: dict[str, list[str]] = {}
        self.todo: list[tuple[tuple[int, ...], Hashable]] = [((), None)]  # schedule, state before its last choice

    def run_one(self, prefix: tuple[int, ...], parent: Hashable) -> None:
        """Follow `prefix`, then the first choice each time, until a known or final state."""
        path: list[int] = []

        def choose(run: Run, ready: list[int]) -> int | None:
            nonlocal parent
            if len(path) < len(prefix):
                choice = prefix[len(path)]
            else:
                state = run.state() if self._merge else tuple(path)
                if path:
                    self._following[parent][path[-1]] = state
                else:
                    self._root = state
                if state in self._following:
                    return None
                self._following[state] = {}
                if not ready:
                    self._flags[state] = run.flags
                    for reason in run.flags:
                        self.examples.setdefault(reason, list(run.trace))
                    return None
                self.todo.extend(((*path, other), state) for other in ready[1:])
                parent, choice = state, ready[0]
            path.append(choice)
            return choice

        Run(choose).execute(self._program)

    def count(self) -> tuple[int, Counter[str]]:
        """Number of schedules, and of those with each flag: paths through the graph, counted from its ends."""

        @cache
        def below(state: Hashable) -> tuple[int, Counter[str]]:
            if state in self._flags:
                return 1, Counter(self._flags[state])
            total, flagged = 0, Counter[str]()
            for after in self._following[state].values():
                schedules, found = below(after)
                total += schedules
                flagged += found
            return total, flagged

        return below(self._root)
