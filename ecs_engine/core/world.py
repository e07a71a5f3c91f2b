"""The world: esper's entities, components, processors and events, with numpy columns.

The file is long because the world has a method for each of esper's functions; the work is done elsewhere.
"""

from __future__ import annotations

import contextlib
import itertools
import operator
import random
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from time import perf_counter_ns
from types import MappingProxyType, TracebackType
from typing import Any, TypeVar, overload

import esper
import numpy as np

from ecs_engine.core import contexts
from ecs_engine.core.bulk import Bulk, distinct
from ecs_engine.core.component import check_instance, spec_of
from ecs_engine.core.errors import ComponentError, EngineError, MissingError, ThreadError, no_entity
from ecs_engine.core.handlers import HandlerRegistry
from ecs_engine.core.owner import Owner
from ecs_engine.core.schedule import Entry, EsperProcessors, Schedule, check_processor
from ecs_engine.core.selection import Query, Rows
from ecs_engine.core.storage import EntityStore
from ecs_engine.core.system import Stage, System
from ecs_engine.core.table import Table

C = TypeVar("C")
C2 = TypeVar("C2")
C3 = TypeVar("C3")
P = TypeVar("P", bound=esper.Processor)
Array = np.ndarray[Any, Any]

_numbers = itertools.count(1)
_STAGES = len(Stage)


class World:
    """A world of entities in an esper context of its own.

    The methods that esper also has behave as esper's functions do. Only the thread that owns the world may touch it:
    the one that made it, until :meth:`hand_over`. A context manager: leaving it closes the world.

    Example:
        >>> from ecs_engine import Transform2D, Velocity, World, writable
        >>> world = World()
        >>> rock = world.create_entity(Transform2D(position=(3, 4)), Velocity(linear=(1, 0)))
        >>> for transform, velocity in world.select(writable(Transform2D), Velocity):
        ...     transform.position += velocity.linear * 0.5
        >>> world.component_for_entity(rock, Transform2D).position.x
        3.5
    """

    def __init__(self) -> None:
        self._context = f"ecs-engine world {next(_numbers)}"
        self._owner = Owner()
        self._store = EntityStore(self._owner)
        self._handlers = HandlerRegistry()
        self._queries: dict[tuple[Any, ...], Query] = {}
        self._resources: dict[type, Any] = {}
        self._schedule = Schedule()
        self._processing = False
        self._open = True
        self.running_processor: esper.Processor | None = None
        """The processor that is running, or the one that raised last."""
        self.on_processed: Callable[[str, int, int], None] | None = None
        """Called after each processor with its class name and when it began and ended (``time.perf_counter_ns``)."""
        self.process_times: dict[str, float] = {}
        """Class name of each processor -> milliseconds of its last run."""
        self.stage_times: list[float] = [0.0] * len(Stage)
        """Milliseconds that the processors of each :class:`Stage` took in the last :meth:`process`, by stage."""
        previous = contexts.current()
        contexts.switch_to(self._context)
        processors = EsperProcessors(self)
        esper._entities = self._store  # type: ignore[assignment]
        esper._components = self._store.index
        esper._processors = processors  # type: ignore[assignment]
        esper._processors_dict = processors  # type: ignore[assignment]
        esper.event_registry = self._handlers
        contexts.switch_to(previous)
        self._finalizer = weakref.finalize(self, contexts.drop, self._context)
        self._finalizer.atexit = False

    # -- ownership -----------------------------------------------------------------------------------
    def _enter(self) -> None:
        """Check the calling thread, and make this world's the current esper context."""
        if threading.get_ident() != self._owner.ident:
            self._owner.require()
        if esper.current_world != self._context:
            self._activate()

    def _activate(self) -> None:
        if not self._open:
            raise EngineError("The world was used after close(): make a new World().")
        if self._context not in esper._context_map:
            raise EngineError(
                f"esper.delete_world({self._context!r}) took the world's context away: close the world instead."
            )
        contexts.switch_to(self._context)

    @property
    def owner(self) -> threading.Thread:
        """The thread that may touch the world."""
        return self._owner.thread

    def hand_over(self, thread: threading.Thread | None = None) -> None:
        """Make ``thread`` (by default the calling one) the owner. Call it while nobody is using the world.

        Raises:
            ThreadError: the thread has not started, or a system is running.
        """
        thread = thread or threading.current_thread()
        if self._processing:
            raise ThreadError(
                f"The world cannot go to thread {thread.name!r} while {self.owner.name!r} runs its systems: "
                "hand it over when process() has returned."
            )
        self._owner.hand_over(thread)

    def close(self) -> None:
        """Remove every processor, delete everything and give the esper context back. Closing twice does nothing.

        Raises:
            EngineError: a system is running.
            Exception: whatever an ``on_remove`` raised; the world is closed nevertheless.
        """
        if not self._open:
            return
        if self._processing:
            raise EngineError(f"{self._running_name()} closed the world it runs in: close it after process() returns.")
        previous = contexts.current()
        self._enter()
        with contextlib.ExitStack() as stack:
            stack.callback(self._leave, "default" if previous == self._context else previous)
            for processor in self._schedule:
                stack.callback(self._take_out, processor)

    def _leave(self, context: str) -> None:
        self._enter()
        esper.clear_database()
        self._handlers.clear()
        self._resources.clear()
        self._finalizer.detach()
        contexts.switch_to(context)
        self._open = False
        esper.delete_world(self._context)

    def _running_name(self) -> str:
        return type(self.running_processor).__name__

    def __enter__(self) -> World:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # -- entities ------------------------------------------------------------------------------------
    def create_entity(self, *components: Any) -> int:
        """Create an entity with these component instances and return its id (ids begin at 1, never come back)."""
        self._enter()
        shape = tuple(map(type, components))
        table = self._store.tables_by_shape.get(shape)
        if table is None or len(table.types) < len(shape):  # new, or with object components
            return esper.create_entity(*components)
        # What esper.create_entity does, without the sets of entities that tables make unnecessary.
        entity = next(esper._entity_count)
        self._store.spawn(entity, shape, components)
        esper.clear_cache()
        return entity

    def create_entities(self, count: int, *components: Any) -> Array:
        """Create many entities at once; returns their ids, (count,) int64.

        Args:
            count: how many.
            components: for each component type one :func:`batch` of arrays, or one instance whose values all the
                entities get (an object component is shared by all of them, as in esper).

        Raises:
            ComponentError: a type given twice, or an array of a wrong dtype or shape; nothing is created then.
        """
        self._enter()
        count = operator.index(count)
        if count < 0:
            raise ComponentError(f"create_entities was asked for {count} entities: ask for 0 or more.")
        bulk = Bulk.read(count, components)
        first: int = next(esper._entity_count)
        esper._entity_count = itertools.count(first + count)
        if count:
            if not self._processing:
                self._store.flush()
            self._store.create(range(first, first + count), bulk, later=self._processing)
            esper.clear_cache()
        return np.arange(first, first + count, dtype=np.int64)

    def delete_entity(self, entity: int, immediate: bool = False) -> None:
        """Delete an entity at the start of the next :meth:`process`, or at once.

        Raises:
            MissingError: there is no such entity (esper itself says so only at the next ``process``).
        """
        self._enter()
        if entity not in self._store:
            raise no_entity(entity)
        if immediate:
            self._delete_now([entity])
        else:
            esper._dead_entities.add(entity)

    def delete_entities(self, entities: Array | Iterable[int], immediate: bool = False) -> None:
        """Delete many entities, as :meth:`delete_entity` does one; repeated ids count once.

        Raises:
            MissingError: one of them does not exist; none is deleted then.
            ComponentError: they are no whole numbers.
        """
        self._enter()
        ids = distinct(self._known(entities)).tolist()
        if immediate:
            self._delete_now(ids)
        else:
            esper._dead_entities.update(ids)

    def entity_exists(self, entity: int) -> bool:
        """Whether the entity lives: it was created, and not deleted or marked for deletion."""
        self._enter()
        return esper.entity_exists(entity)

    def get_entities(self) -> Iterator[int]:
        """All entity ids."""
        self._enter()
        return iter(list(self._store))

    @property
    def next_entity(self) -> int:
        """The id that the entity created next will get."""
        self._enter()
        number = next(esper._entity_count)
        esper._entity_count = itertools.count(number)
        return number

    @property
    def entity_count(self) -> int:
        """How many entities :meth:`get_entities` gives."""
        self._enter()
        return len(self._store)

    @property
    def dead_entities(self) -> Array:
        """The ids of the entities that are marked for deletion, (n,) int64, rising."""
        self._enter()
        return np.array(sorted(esper._dead_entities), np.int64)

    def clear_dead_entities(self) -> None:
        """Delete the entities that were marked for it; :meth:`process` does this at its start."""
        self._enter()
        dead = esper._dead_entities
        if dead:
            self._delete_now(sorted(dead))
            dead.clear()

    def _delete_now(self, entities: list[int]) -> None:
        self._store.delete(entities)
        esper.clear_cache()

    def clear_database(self) -> None:
        """Remove all entities and components, and count ids from 1 again. Processors and resources stay."""
        self._enter()
        esper.clear_database()

    def clear_cache(self) -> None:
        """Drop esper's cached query results."""
        self._enter()
        esper.clear_cache()

    # -- components of one entity --------------------------------------------------------------------
    def add_component(self, entity: int, component_instance: Any, type_alias: type | None = None) -> None:
        """Add a component, replacing one of the same type. ``type_alias`` files it under another type.

        Raises:
            MissingError: there is no such entity.
            ComponentError: ``type_alias`` is a column component of another class, or a class or batch was given.
        """
        self._enter()
        self._store[entity]
        check_instance(component_instance)
        esper.add_component(entity, component_instance, type_alias)

    def remove_component(self, entity: int, component_type: type[C]) -> C:
        """Remove a component and return it; a column component then keeps its values by itself.

        Raises:
            MissingError: no such entity, or it has no such component.
        """
        self._enter()
        self._store[entity][component_type]  # raises where there is none
        return esper.remove_component(entity, component_type)

    def try_remove_component(self, entity: int, component_type: type[C]) -> C | None:
        """As :meth:`remove_component`, but ``None`` where the entity has no such component."""
        self._enter()
        return esper.try_remove_component(entity, component_type)

    def component_for_entity(self, entity: int, component_type: type[C]) -> C:
        """The entity's component; for a column component the handle of its row.

        Raises:
            MissingError: no such entity, or it has no such component.
        """
        self._enter()
        return self._store[entity][component_type]  # type: ignore[no-any-return]

    def components_for_entity(self, entity: int) -> tuple[Any, ...]:
        """All components of an entity. Raises MissingError if there is no such entity."""
        self._enter()
        return esper.components_for_entity(entity)

    def has_component(self, entity: int, component_type: type) -> bool:
        """Whether the entity has the component. Raises MissingError if there is no such entity."""
        self._enter()
        return esper.has_component(entity, component_type)

    def has_components(self, entity: int, *component_types: type) -> bool:
        """Whether the entity has all the components. Raises MissingError if there is no such entity."""
        self._enter()
        return esper.has_components(entity, *component_types)

    def try_component(self, entity: int, component_type: type[C]) -> C | None:
        """The entity's component, or ``None``."""
        self._enter()
        return esper.try_component(entity, component_type)

    def try_components(self, entity: int, *component_types: type) -> tuple[Any, ...] | None:
        """The entity's components, or ``None`` if it lacks one."""
        self._enter()
        return esper.try_components(entity, *component_types)

    # -- queries -------------------------------------------------------------------------------------
    def get_component(self, component_type: type[C]) -> list[tuple[int, C]]:
        """Every (entity, component) of one type. Column components come as handles: see :meth:`select`."""
        self._enter()
        return esper.get_component(component_type)

    @overload
    def get_components(self, c1: type[C], c2: type[C2], /) -> list[tuple[int, tuple[C, C2]]]: ...
    @overload
    def get_components(self, c1: type[C], c2: type[C2], c3: type[C3], /) -> list[tuple[int, tuple[C, C2, C3]]]: ...
    @overload
    def get_components(self, *component_types: type) -> list[tuple[int, tuple[Any, ...]]]: ...
    def get_components(self, *component_types: type) -> Any:
        """Every (entity, components) that has all these types."""
        self._enter()
        return esper.get_components(*component_types)

    def select(self, *terms: Any, without: tuple[type, ...] = (), include_empty: bool = False) -> list[Rows]:
        """The tables whose entities have all these column components, as numpy columns.

        Args:
            terms: component types; ``writable(T)`` for those whose columns will be changed.
            without: column components the entities must not have.
            include_empty: give tables that have no rows just now, too.

        Inside a running system, what it has created, deleted or changed since it began does not show here yet.

        Raises:
            ComponentError: a term is no column component.
        """
        self._enter()
        if not self._processing:
            self.flush()
        key = (terms, without)
        query = self._queries.get(key)
        if query is None:
            query = self._queries[key] = Query(terms, without)
        return query.rows(self._store.tables, include_empty)

    def location(self, entity: int) -> tuple[Table, int] | None:
        """The table and row of an entity's columns, valid until the next structural change; ``None`` while a change
        of it waits to be applied.

        Raises:
            MissingError: there is no such entity.
        """
        self._enter()
        store = self._store
        if entity not in store:
            raise no_entity(entity)
        return None if entity in store.waiting or entity not in store.places else store.locate(entity)

    def locate(self, entities: Array) -> Iterator[tuple[Table, Array, Array]]:
        """Where many entities are: for each table the rows, (k,) int64, of those that are in it, and their positions in
        ``entities``, (n,) int64. Valid until the next structural change.

        Entities that do not exist, or wait for a change to be applied, are left out.
        """
        self._enter()
        store = self._store
        if store.waiting or store.removed:
            entities = np.array([0 if e in store.waiting or e in store.removed else e for e in entities.tolist()])
        return store.by_table(entities)

    def flush(self) -> None:
        """Apply structural changes that still wait to the tables. Systems need not: it is done after each of them."""
        self._enter()
        if self._store.has_waiting():
            self._store.flush()

    @property
    def table_count(self) -> int:
        """How many tables there are. Tables only come. Any thread."""
        return len(self._store.tables)

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every table, in the order in which they were made, which is that of :meth:`select`."""
        self._enter()
        return tuple(self._store.tables)

    def knows(self, component_type: type) -> bool:
        """Whether an entity has a component of this very type, or ever had one. Any thread."""
        return component_type in self._store.index.known

    def component_types(self) -> tuple[type, ...]:
        """The types of components that entities have, in the order in which they were first used."""
        self._enter()
        return tuple(kind for kind, members in self._store.index.items() if len(members))

    def members(self, component_type: type) -> Array:
        """The ids of the entities that have a component, (n,) int64, rising."""
        self._enter()
        return np.array(sorted(self._store.index.get(component_type, ())), np.int64)

    # -- components of many entities -----------------------------------------------------------------
    def add_components(self, entities: Array | Iterable[int], component: Any) -> None:
        """Give many entities a component: a :func:`batch` of arrays in the order of ``entities``, or one instance.

        Raises:
            MissingError: one of the entities does not exist; nothing is changed then.
            ComponentError: a wrong dtype or shape, or ids that are no whole numbers; nothing is changed then.
        """
        self._enter()
        ids = self._known(entities)
        bulk = Bulk.read(len(ids), (component,))
        if bulk.types and not self._processing:
            self.flush()
            # Of an entity that is named twice, the last value counts, as it does one by one.
            distinct, from_end = np.unique(ids[::-1], return_index=True)
            last = len(ids) - 1 - from_end
            self._store.add_component(distinct, Bulk(len(last), bulk.types, bulk.rows(last), ()))
            esper.clear_cache()
            return
        for position, entity in enumerate(ids.tolist()):
            instance = bulk.instance(bulk.types[0], position) if bulk.types else component
            esper.add_component(entity, instance)

    def remove_components(self, entities: Array | Iterable[int], component_type: type) -> None:
        """Take a component from many entities; those that lack it are left as they are.

        Raises:
            MissingError: one of the entities does not exist; nothing is changed then.
            ComponentError: they are no whole numbers.
        """
        self._enter()
        ids = self._known(entities)
        if spec_of(component_type) is not None and not self._processing:
            self.flush()
            self._store.remove_component(distinct(ids), component_type)
            esper.clear_cache()
            return
        for entity in ids.tolist():
            esper.try_remove_component(entity, component_type)

    def _known(self, entities: Array | Iterable[int]) -> Array:
        """Entity ids as an array (n,) int64, all of which exist."""
        ids = np.asarray(entities if isinstance(entities, np.ndarray) else list(entities))
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            raise ComponentError(
                f"Entities were given as an array of {ids.dtype} and shape {ids.shape}: pass one whole number for each."
            )
        ids = ids.astype(np.int64, copy=False)
        store = self._store
        unsure = ids if store.has_waiting() else ids[store.places.find(ids) < 0]
        for entity in unsure.tolist():
            if entity not in store:
                raise no_entity(entity)
        return ids

    # -- resources -----------------------------------------------------------------------------------
    def add_resource(self, resource: Any, type_alias: type | None = None) -> None:
        """Keep one object per type for all systems to share; a second of the same type replaces the first."""
        self._enter()
        self._resources[type_alias or type(resource)] = resource

    def resource(self, resource_type: type[C]) -> C:
        """The resource of a type.

        Raises:
            MissingError: there is none; the message says how to add it.
        """
        self._enter()
        try:
            return self._resources[resource_type]  # type: ignore[no-any-return]
        except KeyError:
            raise MissingError(
                f"The world has no {resource_type.__name__} resource: add one with world.add_resource(...)."
            ) from None

    def try_resource(self, resource_type: type[C]) -> C | None:
        """The resource of a type, or ``None``."""
        self._enter()
        return self._resources.get(resource_type)

    def remove_resource(self, resource_type: type[C]) -> C | None:
        """Remove and return the resource of a type, or ``None``."""
        self._enter()
        resource: C | None = self._resources.pop(resource_type, None)
        return resource

    @property
    def resources(self) -> Mapping[type, Any]:
        """Every resource by its type, in the order in which the types came."""
        self._enter()
        return MappingProxyType(self._resources)

    # -- processors ----------------------------------------------------------------------------------
    def add_processor(self, processor_instance: esper.Processor, priority: int | None = None) -> None:
        """Add a processor: a :class:`System`, or any ``esper.Processor`` (which runs in stage UPDATE).

        Args:
            priority: higher runs first within a stage; by default the class's own ``priority``.

        Raises:
            TypeError: it is no processor, or could never run: its stage, priority or ``process`` is of a wrong kind.
        """
        self._enter()
        check_processor(processor_instance, priority)
        esper.add_processor(processor_instance, processor_instance.priority if priority is None else priority)

    def _put_in(self, processor: esper.Processor, number: int | None = None) -> None:
        """What ``esper.add_processor`` does, whoever calls it."""
        self._schedule.add(processor, number)
        if isinstance(processor, System):
            processor.world = self
            try:
                processor.on_add()
            except BaseException:
                self._schedule.remove(processor)
                raise

    def _take_out(self, processor: esper.Processor) -> None:
        """What ``esper.remove_processor`` does, whoever calls it; nothing if the processor is gone already."""
        if processor not in self._schedule:
            return
        self._schedule.remove(processor)
        self.process_times.pop(type(processor).__name__, None)
        if isinstance(processor, System):
            processor.on_remove()

    def remove_processor(self, processor: type[esper.Processor] | esper.Processor) -> None:
        """Remove a processor by its class, as esper does, or just this one; nothing happens if it is not there."""
        self._enter()
        if isinstance(processor, type):
            esper.remove_processor(processor)
        else:
            self._take_out(processor)

    def replace_processor(self, processor_type: type[esper.Processor], replacement: esper.Processor) -> None:
        """Put ``replacement`` (usually of a subclass) in the place of the processor of this class.

        Stage and priority are the replacement's own; among equals it keeps the place. If its ``on_add`` raises, the
        old one is put back.

        Raises:
            MissingError: there is no processor of that class.
            TypeError: the replacement is no processor.
        """
        self._enter()
        old = self._schedule.by_type.get(processor_type)
        if old is None:
            raise MissingError(f"The world has no {processor_type.__name__} to replace: add it by add_processor.")
        check_processor(replacement)
        number = self._schedule.number(old)
        self._take_out(old)
        try:
            self._put_in(replacement, number)
        except BaseException:
            self._put_in(old, number)
            raise

    def get_processor(self, processor_type: type[P]) -> P | None:
        """The processor of exactly this class, or ``None``."""
        self._enter()
        return esper.get_processor(processor_type)  # type: ignore[return-value]

    def process(self, *args: Any, **kwargs: Any) -> None:
        """Delete what is marked for it, then run every processor in order, each with these arguments.

        Processors that take no arguments are called without any; those whose :attr:`System.needs` no entity has had are
        not called. One that is added meanwhile runs in this tick if its place in the order is still to come, and one
        that is removed does not. Times go to :attr:`process_times` and :attr:`stage_times`.

        Raises:
            EngineError: a processor called it.
            Exception: whatever a processor raised; :attr:`running_processor` is that one.
        """
        if self._processing:
            raise EngineError(f"{self._running_name()} called process() of the world it runs in: return instead.")
        self._enter()
        self.running_processor = None
        with contexts.running:
            self.clear_dead_entities()
            self.flush()
            self.stage_times = stage_times = [0.0] * _STAGES
            schedule, known = self._schedule, self._store.index.known
            entries, index = schedule.awake(known), 0
            basis = schedule.changes, len(known)
            while index < len(entries):
                entry = entries[index]
                stage_times[entry.key[0]] += self._run(entry, args, kwargs)
                index += 1
                if (schedule.changes, len(known)) != basis:
                    basis = schedule.changes, len(known)
                    entries = schedule.awake(known)
                    index = schedule.after(entries, entry)

    def _run(self, entry: Entry, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> float:
        """Run one processor and apply the structural changes it made, also when it raises; how many milliseconds that
        took."""
        processor, store = entry.processor, self._store
        began = perf_counter_ns()
        self._processing = True
        self.running_processor = processor
        try:
            if entry.takes_arguments:
                processor.process(*args, **kwargs)
            else:
                processor.process()
            self.running_processor = None
        finally:
            self._processing = False
            if esper.current_world != self._context:
                self._activate()
            if store.has_waiting():
                store.flush()
            ended = perf_counter_ns()
            self.process_times[entry.name] = milliseconds = (ended - began) * 1e-6
            if self.on_processed is not None:
                self.on_processed(entry.name, began, ended)
        return milliseconds

    def shuffle_processors(self, processors: Iterable[esper.Processor], seed: int) -> None:
        """Have these processors run in another order where nothing but the order of adding decided it: those with equal
        stage and priority change places. For tests: a game should not notice.

        Raises:
            ValueError: one of them is not in the world.
            EngineError: a system is running.
        """
        self._enter()
        if self._processing:
            raise EngineError(f"{self._running_name()} shuffled the processors it runs among: do it between ticks.")
        self._schedule.shuffle(list(processors), random.Random(seed))

    @property
    def processors(self) -> tuple[esper.Processor, ...]:
        """All processors in the order in which a tick runs them."""
        self._enter()
        return tuple(self._schedule)

    # -- events --------------------------------------------------------------------------------------
    def dispatch_event(self, name: str, *args: Any) -> None:
        """Call every handler of an event, in the order in which they were set."""
        self._enter()
        esper.dispatch_event(name, *args)

    def set_handler(self, name: str, func: Callable[..., None]) -> None:
        """Register a handler. As in esper, only a weak reference is kept: keep the function or its object alive."""
        self._enter()
        self._handlers.add(name, func)

    def remove_handler(self, name: str, func: Callable[..., None]) -> None:
        """Remove a handler; nothing happens if it is none."""
        self._enter()
        self._handlers.discard(name, func)
