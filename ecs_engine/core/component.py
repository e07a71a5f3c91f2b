"""Column components: plain classes whose data lives in numpy columns.

``@component`` turns a class with typed fields into a *column component*. An instance that is not (yet) part of
an entity keeps its own values; once added to an entity, the very same instance becomes a handle that reads and
writes the entity's row. Any class without the decorator is an ordinary esper component.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar, cast, dataclass_transform, get_type_hints, overload

import numpy as np

from ecs_engine.core.errors import ComponentError
from ecs_engine.core.fields import Field, field_type
from ecs_engine.core.vector import RowVector

C = TypeVar("C")

_order = itertools.count()


class Home(Protocol):
    """Where a component instance keeps its values: by itself (:class:`Detached`), or in a row of a table."""

    index: int

    @property
    def views(self) -> Any:
        """Field -> something that gives the value at ``[index]``."""

    def store(self, field: Field, value: Any) -> None: ...
    def element(self, field: Field, position: int) -> Any: ...
    def store_element(self, field: Field, position: int, value: Any) -> None: ...


class Detached:
    """The home of an instance that belongs to no entity: Field -> its packed value."""

    __slots__ = ("packed",)
    index: ClassVar[int] = 0

    def __init__(self, packed: dict[Field, bytes]) -> None:
        self.packed = packed

    @property
    def views(self) -> Detached:
        return self

    def __getitem__(self, field: Field) -> tuple[Any, ...]:
        return field.unpack(self.packed[field])

    def store(self, field: Field, value: Any) -> None:
        self.packed[field] = field.pack(value)

    def element(self, field: Field, position: int) -> Any:
        return self[field][position]

    def store_element(self, field: Field, position: int, value: Any) -> None:
        values = list(self[field])
        values[position] = value
        self.packed[field] = field.pack(values)


@dataclass(frozen=True, eq=False, slots=True)
class ComponentSpec:
    """What the engine knows of one column component class."""

    order: int
    """Position in the order of declaration: tables sort their component types by it."""
    fields: tuple[Field, ...]
    companions: tuple[type, ...]
    """Column components that share every table with this one, without being added by name."""
    defaults: dict[Field, bytes]
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
        ComponentError: no fields, a field without a known type, a wrong default, or a base class.

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
    name = cls.__name__
    if cls.__bases__ != (object,):
        raise ComponentError(
            f"The column component {name} derives from {cls.__bases__[0].__name__}, and columns cannot be inherited: "
            "give it its own fields, or make it an ordinary class."
        )
    fields = tuple(_read_fields(cls))
    if not fields:
        raise ComponentError(
            f"The column component {name} has no typed field: annotate one, such as `value: Float = 0.0`, "
            "or drop @component for a marker class."
        )
    names = {field.name for field in fields}
    body = {k: v for k, v in cls.__dict__.items() if k not in names and k not in ("__dict__", "__weakref__")}
    body |= {field.name: _property_for(field) for field in fields}
    body |= {
        "__slots__": ("_home",),
        "__match_args__": tuple(field.name for field in fields),
        "__init__": _init,
        "__repr__": _repr,
        "__init_subclass__": classmethod(_refuse_subclass),
        _SPEC: ComponentSpec(
            next(_order),
            fields,
            companions,
            {field: field.pack(field.default) for field in fields},
            {field.name: field for field in fields},
        ),
    }
    return cast("type[C]", type(name, (), body))


def _read_fields(cls: type) -> Iterator[Field]:
    for name, annotation in get_type_hints(cls, include_extras=True).items():
        kind = field_type(annotation)
        if kind is None:
            raise ComponentError(
                f"{cls.__name__}.{name} is annotated {annotation!r}, which is no column type: "
                "use float, int, bool, or one of ecs_engine.core.fields."
            )
        field = Field(cls.__name__, name, kind)
        if name in cls.__dict__:
            values = field.unpack(field.pack(cls.__dict__[name]))
            field.default = values if kind.width else values[0]
        yield field


def _property_for(field: Field) -> property:
    if field.type.width:

        def get_vector(self: Any) -> RowVector:
            self._home.views[field]  # a stale handle says so here rather than at first use of the vector
            return RowVector(self._home, field)

        get: Callable[[Any], Any] = get_vector
    else:

        def get_scalar(self: Any) -> Any:
            home = self._home
            return home.views[field][home.index]

        get = get_scalar

    def set_(self: Any, value: Any) -> None:
        self._home.store(field, value)

    return property(get, set_, doc=f"{field.type}, default {field.default}")


def _init(self: Any, *args: Any, **values: Any) -> None:
    spec: ComponentSpec = self.__column_component__
    packed = spec.defaults.copy()
    if args:
        values = _with_positions(type(self), spec, args, values)
    names = spec.names
    for name, value in values.items():
        if name not in names:
            raise ComponentError(f"{type(self).__name__} has no field {name!r}: its fields are {', '.join(names)}.")
        field = names[name]
        packed[field] = field.pack(value)
    self._home = Detached(packed)


def _with_positions(
    cls: type, spec: ComponentSpec, args: tuple[Any, ...], values: dict[str, Any]
) -> dict[str, Any]:
    if len(args) > len(spec.fields):
        raise ComponentError(f"{cls.__name__} has {len(spec.fields)} fields and got {len(args)} values: pass fewer.")
    named = dict(zip(spec.names, args, strict=False))
    twice = next((name for name in named if name in values), None)
    if twice is not None:
        raise ComponentError(f"{cls.__name__} got {twice!r} twice, by position and by name: pass it once.")
    return named | values


def _repr(self: Any) -> str:
    spec: ComponentSpec = self.__column_component__
    home = self._home
    texts = []
    for field in spec.fields:
        value = tuple(RowVector(home, field)) if field.type.width else home.views[field][home.index]
        texts.append(f"{field.name}={value}")
    return f"{type(self).__name__}({', '.join(texts)})"


def _refuse_subclass(cls: type, **_: Any) -> None:
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
        """The values checked against ``count`` entities.

        Raises:
            ComponentError: a wrong dtype or shape.
        """
        return {field: field.convert_rows(value, count) for field, value in self.values.items()}


def batch(component_type: type, **values: Any) -> Batch:
    """Values of one column component for many entities: each an array of shape (n,) or (n, k), or one value for all.

    Fields that are not named keep their defaults. The arrays are copied when the batch is used.

    Raises:
        ComponentError: not a column component, or an unknown field. Dtypes and shapes are checked on use.
    """
    spec = spec_of(component_type)
    if spec is None:
        raise ComponentError(
            f"{component_type.__name__} is no column component and has no arrays: decorate it with @component."
        )
    for name in values:
        if name not in spec.names:
            raise ComponentError(
                f"{component_type.__name__} has no field {name!r}: its fields are {', '.join(spec.names)}."
            )
    return Batch(component_type, {spec.names[name]: value for name, value in values.items()})
