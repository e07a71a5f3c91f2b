"""Column components: plain classes whose data lives in numpy columns.

``@component`` turns a class with typed fields into a *column component*. An instance that is not (yet) part of
an entity keeps its own values; once added to an entity, the very same instance becomes a handle that reads and
writes the entity's row. Any class without the decorator is an ordinary esper component.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar, cast, dataclass_transform, get_origin, get_type_hints, overload

import numpy as np

from ecs_engine.core import fields
from ecs_engine.core.errors import ComponentError
from ecs_engine.core.fields import PACKING_FAILURES, Field, field_type
from ecs_engine.core.homes import Detached
from ecs_engine.core.vector import RowVector

C = TypeVar("C")

_order = itertools.count()


@dataclass(frozen=True, eq=False, slots=True)
class ComponentSpec:
    """What the engine knows of one column component class."""

    order: int
    """Position in the order of declaration: tables sort their component types by it."""
    fields: tuple[Field, ...]
    companions: tuple[type, ...]
    """Column components that share every table with this one, without being added by name."""
    record: np.dtype[Any]
    """A record, the packed values of all fields one after another, as a structured dtype."""
    defaults: bytes
    """The record of an instance that was given no values."""
    names: dict[str, Field]


_SPEC = "__column_component__"


def spec_of(cls: type) -> ComponentSpec | None:
    """The spec of a column component class, or ``None`` for any other class."""
    return cls.__dict__.get(_SPEC)


def field_of(cls: type, name: str) -> Field:
    """The field of a column component by its name.

    Raises:
        ComponentError: not a column component, or no such field.
    """
    spec = spec_of(cls)
    if spec is None or name not in spec.names:
        raise ComponentError(f"{cls.__name__} has no column {name!r}: name a field of a column component.")
    return spec.names[name]


@overload
def component(cls: type[C], /) -> type[C]: ...
@overload
def component(*, companions: tuple[type, ...] = ()) -> Callable[[type[C]], type[C]]: ...
@dataclass_transform()
def component(cls: type[C] | None = None, /, *, companions: tuple[type, ...] = ()) -> Any:
    """Class decorator: declare a column component.

    Args:
        companions: column components whose columns stand in every table that holds this one. Systems keep derived
            data there (``select`` finds it); it is not listed among the entity's own components.

    Raises:
        ComponentError: no fields, a field without a known type, a wrong default, a base class, an ``__init__``, or a
            companion that is no column component.

    Example:
        >>> from ecs_engine import World, component
        >>> from ecs_engine.core.fields import Vec2
        >>> @component
        ... class Wind:
        ...     force: Vec2 = (0.0, 0.0)
        ...     gusts: int = 3
        >>> world = World()
        >>> breeze = world.create_entity(Wind(force=(1, 2)))
        >>> wind = world.component_for_entity(breeze, Wind)
        >>> wind.force.x += 0.5
        >>> wind
        Wind(force=(1.5, 2.0), gusts=3)
    """
    if cls is None:
        return lambda target: _declare(target, companions)
    return _declare(cls, companions)


def _declare(cls: type[C], companions: tuple[type, ...]) -> type[C]:
    if not isinstance(cls, type):
        raise ComponentError(f"@component stands before {cls!r}, which is no class: declare a class with typed fields.")
    name = cls.__name__
    if cls.__bases__ != (object,):
        raise ComponentError(
            f"The column component {name} derives from {cls.__bases__[0].__name__}, and columns cannot be inherited: "
            "give it its own fields, or make it an ordinary class."
        )
    if "__init__" in cls.__dict__:
        raise ComponentError(
            f"The column component {name} has an __init__, which would never run, as its rows are made in bulk: "
            "give its fields defaults, and build it with a function or a class method."
        )
    for companion in companions:
        if spec_of(companion) is None:
            raise ComponentError(
                f"{companion.__name__}, a companion of {name}, is no column component: decorate it with @component."
            )
    columns = tuple(_read_fields(cls))
    if not columns:
        raise ComponentError(
            f"The column component {name} has no typed field: annotate one, such as `value: Float = 0.0`, "
            "or drop @component for a marker class."
        )
    names = {field.name for field in columns}
    body = {k: v for k, v in cls.__dict__.items() if k not in names and k not in ("__dict__", "__weakref__")}
    body.setdefault("__repr__", _repr)
    body |= {field.name: _property_for(field) for field in columns}
    body |= {
        "__qualname__": cls.__qualname__,
        "__slots__": ("_home",),
        "__match_args__": tuple(field.name for field in columns),
        "__init__": _make_init(columns),
        "__reduce__": _reduce,
        "__init_subclass__": classmethod(_refuse_subclass),
        _SPEC: ComponentSpec(
            next(_order),
            columns,
            companions,
            np.dtype([(field.name, field.type.dtype, field.type.shape(1)[1:]) for field in columns]),
            b"".join([field.pack(field.default) for field in columns]),
            {field.name: field for field in columns},
        ),
    }
    return cast("type[C]", type(name, (), body))


def _read_fields(cls: type) -> Iterator[Field]:
    # The field types are known by name even where the class stands in a function that imports them.
    names = {**vars(fields), **vars(sys.modules[cls.__module__])}
    offset = 0
    for name, annotation in get_type_hints(cls, names, include_extras=True).items():
        if get_origin(annotation) is ClassVar:
            continue
        if name.startswith("_"):
            raise ComponentError(f"{cls.__name__}.{name} begins with an underscore: give columns public names.")
        kind = field_type(annotation)
        if kind is None:
            raise ComponentError(
                f"{cls.__name__}.{name} is annotated {annotation!r}, which is no column type: "
                "use float, int, bool, or one of ecs_engine.core.fields."
            )
        field = Field(cls.__name__, name, kind, offset)
        offset = field.place.stop
        if name in cls.__dict__:
            values = field.unpack(field.pack(cls.__dict__[name]))
            field.default = values if kind.width else values[0]
        yield field


def _property_for(field: Field) -> property:
    if field.type.width:

        def get_vector(self: Any) -> RowVector:
            self._home.views[field]  # a stale handle says so here rather than at first use of the vector
            return RowVector(self, field)

        def set_vector(self: Any, value: Any) -> None:
            # The second half of `component.field += value` has nothing left to do.
            if not (type(value) is RowVector and value.is_value_of(self, field)):
                self._home.store(field, value)

        return property(get_vector, set_vector, doc=f"{field.type}, default {field.default}")

    def get(self: Any) -> Any:
        home = self._home
        return home.views[field][home.index]

    def set_(self: Any, value: Any) -> None:
        self._home.store(field, value)

    return property(get, set_, doc=f"{field.type}, default {field.default}")


_GIVEN_NOTHING = object()


def _make_init(columns: tuple[Field, ...]) -> Any:
    """The ``__init__`` of a column component, written out for its fields as dataclasses do it: games make thousands of
    instances a tick, and walking over the fields would treble what one costs.

    Values go straight to ``struct``. Where that refuses one, the fields are asked, which say what is wrong, or know
    what to do with it.
    """
    # No field begins with an underscore, so these names are free. Values by position come under names of their own,
    # or Python itself would refuse one that is given twice, in words of its own.
    places = ", ".join(f"_at_{index}=_nothing" for index in range(len(columns)))
    parameters = ", ".join(f"{field.name}=_nothing" for field in columns)
    lines = [f"def __init__(_self, {places}, *_more, {parameters}, **_unknown):", "    if _more or _unknown:"]
    lines.append("        _refuse(_self, _more, _unknown)")
    for index, field in enumerate(columns):
        indent = "    " * (index + 1)
        lines.append(f"{indent}if _at_{index} is not _nothing:")
        lines.append(f"{indent}    if {field.name} is not _nothing:")
        lines.append(f"{indent}        _refuse_second(_self, {field.name!r})")
        lines.append(f"{indent}    {field.name} = _at_{index}")
    quick = ", ".join(f"_default_{f.name} if {f.name} is _nothing else {_packing(f)}" for f in columns)
    checked = ", ".join(f"_default_{f.name} if {f.name} is _nothing else _checked_{f.name}({f.name})" for f in columns)
    lines += ["    try:", f"        _self._home = _Detached(_join(({quick},)))", "    except _failures:"]
    lines.append(f"        _self._home = _Detached(_join(({checked},)))")
    names: dict[str, Any] = {"_Detached": Detached, "_join": b"".join, "_nothing": _GIVEN_NOTHING}
    names |= {"_refuse": _refuse_arguments, "_refuse_second": _refuse_second, "_failures": PACKING_FAILURES}
    for field in columns:
        names[f"_default_{field.name}"] = field.pack(field.default)
        names[f"_pack_{field.name}"] = field.raw_pack
        names[f"_checked_{field.name}"] = field.pack
    exec("\n".join(lines), names)
    return names["__init__"]


def _packing(field: Field) -> str:
    """The expression for a field's bytes. ``struct`` takes anything for a bool, so the field looks at those itself."""
    if field.is_bool:
        return f"_checked_{field.name}({field.name})"
    return f"_pack_{field.name}({'*' if field.type.width else ''}{field.name})"


def _refuse_arguments(instance: Any, more: tuple[Any, ...], unknown: dict[str, Any]) -> None:
    name, spec = type(instance).__name__, instance.__column_component__
    if unknown:
        raise ComponentError(f"{name} has no field {min(unknown)!r}: its fields are {', '.join(spec.names)}.")
    given = len(spec.fields) + len(more)
    raise ComponentError(f"{name} has {len(spec.fields)} fields and got {given} values: pass fewer.")


def _refuse_second(instance: Any, field_name: str) -> None:
    name = type(instance).__name__
    raise ComponentError(f"{name} got {field_name!r} twice, by position and by name: pass it once.")


def _values(instance: Any) -> Iterator[tuple[str, Any]]:
    spec: ComponentSpec = instance.__column_component__
    for field in spec.fields:
        values = field.unpack(instance._home.packed_value(field))
        yield field.name, values if field.type.width else values[0]


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={value}' for name, value in _values(self))})"


def _reduce(self: Any) -> tuple[type, tuple[Any, ...]]:
    """Copies and pickles hold the values, and belong to no entity."""
    return type(self), tuple(value for _, value in _values(self))


def detached(component_type: type[C], record: bytes = b"") -> C:
    """An instance that belongs to no entity, with the values of a record; without one, a row must become its home."""
    instance: Any = component_type.__new__(component_type)
    instance._home = Detached(record)
    return cast("C", instance)


def detach(instance: Any) -> None:
    """Let a column component's instance keep its values by itself, and belong to no entity.

    Raises:
        StaleHandleError: its entity has been deleted.
    """
    instance._home = detached_home(instance)


def detached_home(instance: Any) -> Detached:
    """A home with the values that the instance has now."""
    home = instance._home
    return Detached(b"".join([home.packed_value(field) for field in instance.__column_component__.fields]))


def _refuse_subclass(cls: type, /, **_: Any) -> None:
    raise ComponentError(
        f"{cls.__name__} derives from a column component, whose columns cannot be inherited: "
        "declare it with @component and its own fields."
    )


class Batch:
    """Values for many entities at once; made by :func:`batch`."""

    __slots__ = ("component_type", "values")

    def __init__(self, component_type: type, values: dict[Field, Any]) -> None:
        self.component_type = component_type
        self.values = values

    def columns(self, count: int) -> dict[Field, np.ndarray[Any, Any]]:
        """The values checked against ``count`` entities, for every field of the component.

        Raises:
            ComponentError: a wrong dtype or shape.
        """
        spec: ComponentSpec = self.component_type.__column_component__  # type: ignore[attr-defined]
        return {field: field.convert_rows(self.values.get(field, field.default), count) for field in spec.fields}


def check_instance(thing: Any) -> None:
    """Check that a component is no class and no batch: both would go unnoticed, as any object can be a component.

    Raises:
        ComponentError: it is one.
    """
    if type(thing) is type:
        raise ComponentError(f"The class {thing.__name__} was given as a component: pass an instance of it.")
    if type(thing) is Batch:
        raise ComponentError(
            f"A batch of {thing.component_type.__name__} was given to one entity: "
            "pass an instance, or use create_entities or add_components."
        )


def batch(component_type: type, **values: Any) -> Batch:
    """Values of one column component for many entities: each an array of shape (n,) or (n, k), or one value for all.

    Fields that are not named keep their defaults. The arrays are copied when the batch is used.

    Raises:
        ComponentError: not a column component, or an unknown field. Dtypes and shapes are checked on use.
    """
    spec = spec_of(component_type) if isinstance(component_type, type) else None
    if spec is None:
        name = component_type.__name__ if isinstance(component_type, type) else repr(component_type)
        raise ComponentError(f"{name} is no column component and has no arrays: decorate a class with @component.")
    for name in values:
        if name not in spec.names:
            raise ComponentError(
                f"{component_type.__name__} has no field {name!r}: its fields are {', '.join(spec.names)}."
            )
    return Batch(component_type, {spec.names[name]: value for name, value in values.items()})
