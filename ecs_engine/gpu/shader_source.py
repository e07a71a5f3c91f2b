"""From the source a user wrote to the source a driver compiles, and back: each line remembers where it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from ecs_engine.core.errors import ShaderError

DEFAULT_VERSION = "#version 330 core"
_INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]\s*(?://.*)?$')
_VERSION = re.compile(r"^\s*#\s*version\b")
_EXTENSION = re.compile(r"^\s*#\s*extension\b")


class Origin(NamedTuple):
    """Where a line was written: the label of the source it is in, and its number there, from 1."""

    label: str
    line: int


@dataclass(frozen=True, slots=True)
class ShaderSource:
    """Lines as the driver sees them, each with its origin."""

    lines: tuple[str, ...]
    origins: tuple[Origin, ...]

    @property
    def text(self) -> str:
        """What goes to ``glShaderSource``."""
        return "\n".join(self.lines) + "\n"


def expand(
    source: str, label: str, *, defines: Mapping[str, object] | None = None, includes: Mapping[str, str] | None = None
) -> ShaderSource:
    """Put in the version line if there is none, then the ``defines``, and each ``#include "name"`` once.

    ``includes``: name -> source. Raises :class:`~ecs_engine.core.errors.ShaderError` for an include that is
    not there or includes itself.
    """
    texts = [
        (name, str(int(value)) if isinstance(value, bool) else str(value)) for name, value in (defines or {}).items()
    ]
    return _expand(source, label, tuple(texts), tuple((includes or {}).items()))


@lru_cache(maxsize=128)  # each App of a process has the same shaders as the one before
def _expand(
    source: str, label: str, defines: tuple[tuple[str, str], ...], includes: tuple[tuple[str, str], ...]
) -> ShaderSource:
    body: list[tuple[str, Origin]] = []
    _include(source, label, dict(includes), (label,), set(), body)
    version = next((i for i, (line, _) in enumerate(body) if _VERSION.match(line)), None)
    head = [(DEFAULT_VERSION, Origin("(added version line)", 1))]
    if version is not None:
        head = [body.pop(version)]
    # #extension must come before anything else but comments
    head += [entry for entry in body if _EXTENSION.match(entry[0])]
    body = [(("" if _EXTENSION.match(line) else line), origin) for line, origin in body]
    for number, (name, text) in enumerate(defines, 1):
        head.append((f"#define {name} {text}", Origin("(defines)", number)))
    lines, origins = zip(*(head + body), strict=True)
    return ShaderSource(lines, origins)


def _include(
    source: str,
    label: str,
    includes: Mapping[str, str],
    stack: tuple[str, ...],
    seen: set[str],
    lines: list[tuple[str, Origin]],
) -> None:
    for number, line in enumerate(source.splitlines(), 1):
        found = _INCLUDE.match(line)
        if found is None:
            lines.append((line, Origin(label, number)))
            continue
        name = found[1]
        if name in stack:
            raise ShaderError(f"{label}:{number}: {name!r} includes itself ({' > '.join(stack)}); take one include out")
        if name not in includes:
            known = ", ".join(sorted(includes)) or "none was given"
            raise ShaderError(f"{label}:{number}: there is no include {name!r}; known are: {known}")
        if name not in seen:
            seen.add(name)
            _include(includes[name], name, includes, (*stack, name), seen, lines)
