"""The processors of a world, in the order in which a tick runs them."""

from __future__ import annotations

import inspect
import itertools
import random
import weakref
from bisect import bisect_right, insort
from collections.abc import Iterator, Sequence, Set
from math import isnan
from numbers import Real
from typing import Any, NamedTuple, Protocol

import esper

from ecs_engine.core.system import Stage, System

Key = tuple[int, float, int]


class Entry(NamedTuple):
    """One processor's place in the order."""

    key: Key
    """Stage, falling priority, number of insertion."""
    processor: esper.Processor
    takes_arguments: bool
    """Whether ``process`` has parameters; one without is called with none."""
    name: str
    """Of its class."""
    needs: frozenset[type]
    """See :attr:`System.needs`."""


def _key(entry: Entry) -> Key:
    return entry.key


class Schedule:
    """Keeps the processors in order of stage, falling priority and insertion; iterating gives them so."""

    __slots__ = ("_awake", "_awake_of", "_numbers", "by_type", "changes", "entries")

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.by_type: dict[type[esper.Processor], esper.Processor] = {}
        """As in esper, the last one that was added of each class."""
        self.changes = 0
        """How often a processor came, went or changed its place."""
        self._numbers = itertools.count()
        self._awake: list[Entry] = []
        self._awake_of = (-1, -1)

    def __iter__(self) -> Iterator[esper.Processor]:
        return iter([entry.processor for entry in self.entries])

    def add(self, processor: esper.Processor, number: int | None = None) -> None:
        """Put a processor in its place; ``number`` ranks it among equals, by default behind them."""
        stage = processor.stage if isinstance(processor, System) else Stage.UPDATE
        key = (stage, -processor.priority, next(self._numbers) if number is None else number)
        takes_arguments = bool(inspect.signature(processor.process).parameters)
        needs = frozenset(processor.needs if isinstance(processor, System) else ())
        entry = Entry(key, processor, takes_arguments, type(processor).__name__, needs)
        insort(self.entries, entry, key=_key)
        self.by_type[type(processor)] = processor
        self.changes += 1

    def remove(self, processor: esper.Processor) -> None:
        """Take a processor out.

        Raises:
            ValueError: it is not in here.
        """
        del self.entries[list(self).index(processor)]
        if self.by_type.get(type(processor)) is processor:
            del self.by_type[type(processor)]
        self.changes += 1

    def number(self, processor: esper.Processor) -> int:
        """What ranks a processor among equals.

        Raises:
            ValueError: it is not in here.
        """
        return self.entries[list(self).index(processor)].key[2]

    def shuffle(self, processors: Sequence[esper.Processor], rng: random.Random) -> None:
        """Exchange the places of these processors among themselves, where neither stage nor priority tells them apart.

        Raises:
            ValueError: one of them is not in here.
        """
        groups: dict[tuple[int, float], list[Entry]] = {}
        for processor in processors:
            entry = self.entries[list(self).index(processor)]
            groups.setdefault(entry.key[:2], []).append(entry)
        for entries in groups.values():
            numbers = [entry.key[2] for entry in entries]
            rng.shuffle(numbers)
            for entry, number in zip(entries, numbers, strict=True):
                self.entries.remove(entry)
                insort(self.entries, entry._replace(key=(*entry.key[:2], number)), key=_key)
        self.changes += 1

    def awake(self, known: Set[type]) -> list[Entry]:
        """The processors that have something to do in a world whose entities have had components of the ``known``
        types (which only grow), in order."""
        basis = self.changes, len(known)
        if basis != self._awake_of:
            self._awake_of = basis
            self._awake = [entry for entry in self.entries if not entry.needs or entry.needs & known]
        return self._awake

    @staticmethod
    def after(entries: list[Entry], entry: Entry) -> int:
        """The index in ``entries`` behind the place of an entry, which need not be there."""
        return bisect_right(entries, entry.key, key=_key)


def check_processor(thing: object, priority: object = None) -> None:
    """Check that something is a processor that can be put in order and run; ``priority`` stands for its own if given.

    Raises:
        TypeError: it is not.
    """
    if isinstance(thing, type) and issubclass(thing, esper.Processor):
        raise TypeError(f"The class {thing.__name__} was given as a processor: pass an instance, {thing.__name__}().")
    if not isinstance(thing, esper.Processor):
        raise TypeError(f"{thing!r} is no processor: derive it from System or esper.Processor.")
    name, process = type(thing).__name__, thing.process
    if any(kind(process) for kind in _CALLS_DO_NOTHING):
        raise TypeError(f"{name}.process is asynchronous or has a yield, so calling it does nothing: make it plain.")
    if isinstance(thing, System) and not isinstance(thing.stage, Stage):
        raise TypeError(f"The stage of {name} is {thing.stage!r}: give one of Stage, such as Stage.UPDATE.")
    priority = thing.priority if priority is None else priority
    if not isinstance(priority, Real) or isnan(priority):  # NaN is in no order with anything
        raise TypeError(f"The priority of {name} is {priority!r}: give a number; higher ones run first.")


_CALLS_DO_NOTHING = (inspect.iscoroutinefunction, inspect.isgeneratorfunction, inspect.isasyncgenfunction)


class ProcessorHost(Protocol):
    """The world, as :class:`EsperProcessors` sees it."""

    _schedule: Schedule

    def _put_in(self, processor: esper.Processor) -> None: ...
    def _take_out(self, processor: esper.Processor) -> None: ...


class EsperProcessors:
    """What esper takes for its list and its dictionary of processors: both are a world's :class:`Schedule`.

    esper's module holds on to them, and a processor usually to its world; so they hold the world weakly, or none would
    ever be collected that nobody closed.
    """

    __slots__ = ("_owner",)

    def __init__(self, owner: ProcessorHost) -> None:
        self._owner = weakref.ref(owner)

    # -- the list ----------------------------------------------------------------------------------
    def append(self, processor: esper.Processor) -> None:
        if owner := self._owner():
            owner._put_in(processor)

    def remove(self, processor: esper.Processor) -> None:
        if owner := self._owner():
            owner._take_out(processor)

    def sort(self, **_: Any) -> None:
        """Nothing to do: the schedule is in order."""

    def __iter__(self) -> Iterator[esper.Processor]:
        owner = self._owner()
        return iter(owner._schedule if owner else ())

    # -- the dictionary ----------------------------------------------------------------------------
    def __setitem__(self, processor_type: type[esper.Processor], processor: esper.Processor) -> None:
        """Nothing to do: :meth:`append` has noted it."""

    def get(self, processor_type: type[esper.Processor], default: Any = None) -> Any:
        owner = self._owner()
        return owner._schedule.by_type.get(processor_type, default) if owner else default

    def pop(self, processor_type: type[esper.Processor], default: Any = None) -> Any:
        """Only looks it up: :meth:`remove` follows."""
        return self.get(processor_type, default)
