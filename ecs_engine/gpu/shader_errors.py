"""What a driver says of a shader, in one form: the place, the line itself, the driver's words, and a mend."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecs_engine.core.errors import ShaderError
from ecs_engine.gpu.shader_source import ShaderSource

_FORMATS = (
    # Mesa "0:12(5): error: message"
    re.compile(r"^\d+:(?P<line>\d+)\((?P<column>\d+)\)\s*:\s*(?P<kind>\w[\w ]*?)\s*:\s*(?P<text>.+)$"),
    # NVIDIA "0(12) : error C1008: message"
    re.compile(r"^\d+\((?P<line>\d+)\)\s*:\s*(?P<kind>\w+)(?:\s+C\d+)?\s*:\s*(?P<text>.+)$"),
    # AMD, Intel, Apple "ERROR: 0:12: message"
    re.compile(r"^(?P<kind>\w+)\s*:\s*\d+:(?P<line>\d+)\s*:\s*(?P<text>.+)$"),
)
_LINE_LESS = re.compile(r"^(?P<kind>error|warning)\s*:\s*(?P<text>.+)$", re.IGNORECASE)
_SUMMARY = re.compile(
    r"compilation errors?\.|no code generated|failed to compile with the following|^\s*$|^(vertex|fragment) info$|^-+$",
    re.IGNORECASE,
)
_CONTEXT_LINES = 2
_MOST = 5

_HINTS = (
    (r"undeclared|undefined variable|unknown variable", "check the spelling, or declare it above this line"),
    (r"redeclar|redefin", "it is declared twice; rename or remove one (an include may hold the other)"),
    (
        r"no (matching|overloaded) function|no function with name|unable to find compatible overloaded",
        "check the function's name and the types of its arguments",
    ),
    (
        r"syntax error|unexpected|expected",
        "look for a missing ';' or bracket on this line or the one above",
    ),
    (
        r"cannot convert|cannot (construct|be converted|assign|initiali)|type mismatch|operands? .*(type|must)"
        r"|incompatible types|wrong operand types|must be of (the same )?type|could not implicitly convert"
        r"|initializer of type",
        "the types differ: convert one, e.g. float(x) or vec2(x)",
    ),
    (
        r"(not|never) (declared|written|read|defined)|has not been|undefined reference|declared as type .* but"
        r"|mismatch between|unresolved",
        "the stages must agree: an 'out' of the vertex shader for each 'in' of the fragment shader, with the same name "
        "and type",
    ),
    (r"swizzle|not a member|no such (field|member)|no field", "this type has no such component"),
    (
        r"version|not supported|requires|reserved|unsupported|not available",
        "this needs a newer GLSL than 3.30, which is the engine's floor; use an older function",
    ),
    (r"\bmain\b", "each shader needs one 'void main()'"),
)


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message of a driver. ``line`` and ``column`` count from 1; 0 when the driver gave none."""

    line: int
    column: int
    kind: str
    text: str


def parse_log(log: str) -> list[Diagnostic]:
    """The messages in a driver's log, in the formats of Mesa, NVIDIA, AMD, Intel and Apple.

    Lines that say nothing of their own are dropped; lines of an unknown form are kept whole.
    """
    found = []
    for raw in log.replace("\0", "").splitlines():
        line = raw.strip()
        if _SUMMARY.search(line):
            continue
        match = next((match for match in (form.match(line) for form in _FORMATS) if match), None)
        if match:
            groups = match.groupdict()
            found.append(
                Diagnostic(int(groups["line"]), int(groups.get("column") or 0), groups["kind"].lower(), groups["text"])
            )
        elif match := _LINE_LESS.match(line):
            found.append(Diagnostic(0, 0, match["kind"].lower(), match["text"]))
        else:
            found.append(Diagnostic(0, 0, "error", line))
    return found


def compile_error(stage: str, label: str, log: str, source: ShaderSource) -> ShaderError:
    """The error for a ``stage`` ("vertex", ...) that did not compile."""
    diagnostics = parse_log(log)
    errors = _first_at_each_place([each for each in diagnostics if "warning" not in each.kind] or diagnostics)
    parts = [_describe(each, source) for each in errors[:_MOST]]
    if len(errors) > _MOST:
        parts.append(f"  and {len(errors) - _MOST} more")
    if not parts:
        parts = ["the driver gave no reason"]
    return ShaderError(f"{stage} shader of {label!r} does not compile:\n" + "\n".join(parts))


def _first_at_each_place(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """Drop what follows from the message before it: Mesa lists every candidate of a call at the call's place."""
    seen: set[tuple[int, int]] = set()
    kept = []
    for each in diagnostics:
        place = (each.line, each.column)
        if place not in seen or not each.column:
            kept.append(each)
        seen.add(place)
    return kept


def link_error(label: str, log: str) -> ShaderError:
    """The error for a program whose stages compile but do not fit together."""
    texts = [each.text for each in parse_log(log) if "warning" not in each.kind] or ["the driver gave no reason"]
    lines = [f"  {text}{_hint_line(text, '  ')}" for text in texts]
    return ShaderError(f"program {label!r} does not link:\n" + "\n".join(lines))


def _describe(diagnostic: Diagnostic, source: ShaderSource) -> str:
    text = diagnostic.text
    index = diagnostic.line - 1
    if not 0 <= index < len(source.lines):
        return f"  {text}{_hint_line(text, '  ')}"
    origin = source.origins[index]
    place = f"{origin.label}:{origin.line}" + (f":{diagnostic.column}" if diagnostic.column else "")
    rows = [f"  {place}: {text}"]
    first = max(0, index - _CONTEXT_LINES)
    for number in range(first, min(len(source.lines), index + _CONTEXT_LINES + 1)):
        if source.origins[number].label != origin.label:
            continue
        row = source.lines[number].replace("\t", " ")
        rows.append(f"  {'>' if number == index else ' '} {source.origins[number].line:4d} | {row}".rstrip())
        if number == index:
            start, length = _span(source.lines[index], diagnostic)
            rows.append("  " + " " * 7 + "| " + " " * start + "^" * length)
    return "\n".join(rows) + _hint_line(text, "  ")


def _span(line: str, diagnostic: Diagnostic) -> tuple[int, int]:
    """Where to put the marks: under the word that the driver quotes, else at its column, else under the line."""
    for quoted in re.findall(r"[`'\"]([^`'\"]+)[`'\"]", diagnostic.text):
        found = re.search(rf"(?<!\w){re.escape(quoted)}(?!\w)", line)
        if found:
            return found.start(), len(quoted)
    if 0 < diagnostic.column <= len(line):
        return diagnostic.column - 1, 1
    indent = len(line) - len(line.lstrip())
    return indent, max(1, len(line.strip()))


def _hint_line(text: str, indent: str) -> str:
    for pattern, hint in _HINTS:
        if re.search(pattern, text, re.IGNORECASE):
            return f"\n{indent}mend: {hint}"
    return ""
