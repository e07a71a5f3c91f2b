"""Function bodies: broken syntax, undeclared names, and what ``main`` can reach.

Bodies are not parsed. Two neighbours that no statement allows (``x = 1.0 y``) mean a missing semicolon or
operator, and a name that no declaration brings is undeclared: this finds the mistakes that people make, and never
complains about a correct shader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ecs_engine.testing.fake_gl.glsl.model import TYPES, GLSLError, Stage
from ecs_engine.testing.fake_gl.glsl.preprocess import Token

STATEMENT_WORDS = frozenset({
    "return", "else", "do", "case", "const", "in", "out", "inout", "highp", "mediump", "lowp", "precise", "flat",
})  # fmt: skip
KEYWORDS = STATEMENT_WORDS | {
    "if",
    "for",
    "while",
    "switch",
    "default",
    "break",
    "continue",
    "discard",
    "true",
    "false",
    "struct",
    "void",
}
BUILT_IN = re.compile(
    r"gl_\w+|[iu]?(?:texture|texel|sampler|image)\w*|atomic\w*|bitfield\w*|interpolateAt\w+|(?:un)?pack\w+|dFd[xy]\w*"
    r"|(?:float|int|uint)BitsTo\w+|(?:less|greater)Than(?:Equal)?|u?addCarry|usubBorrow|[ui]mulExtended|memoryBarrier\w*"
)
FUNCTIONS = frozenset({
    "radians", "degrees", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh",
    "atanh", "pow", "exp", "log", "exp2", "log2", "sqrt", "inversesqrt", "abs", "sign", "floor", "trunc", "round",
    "roundEven", "ceil", "fract", "mod", "modf", "min", "max", "clamp", "mix", "step", "smoothstep", "isnan",
    "isinf", "fma", "frexp", "ldexp", "length", "distance", "dot", "cross", "normalize", "faceforward", "reflect",
    "refract", "matrixCompMult", "outerProduct", "transpose", "determinant", "inverse", "equal", "notEqual", "any",
    "all", "not", "bitCount", "findLSB", "findMSB", "EmitVertex", "EndPrimitive", "EmitStreamVertex",
    "EndStreamPrimitive", "barrier", "fwidth", "fwidthCoarse", "fwidthFine",
})  # fmt: skip


@dataclass(slots=True)
class Function:
    """A function definition; ``body`` ends with its closing brace."""

    name: str
    parameters: list[Token]
    body: list[Token]


def check_bodies(stage: Stage, functions: dict[str, list[Function]], constants: dict[str, int | None]) -> None:
    """Check every body, and put the names that ``main`` reaches into ``stage.reached``."""
    global_names = {*constants, *functions, *stage.structs, *(variable.name for variable in stage.variables)}
    for block in stage.blocks:
        global_names |= {block.instance} if block.instance else {member.name for member in block.members}
    types = {*TYPES, *stage.structs}
    for overloads in functions.values():
        for function in overloads:
            check_neighbours(function.body, types)
            check_names(function, global_names, types)
    waiting, done = ["main"], set[str]()
    while waiting:
        name = waiting.pop()
        if name in done:
            continue
        done.add(name)
        for function in functions.get(name, []):
            used = {token.text for token in function.body if token.kind == "name"}
            stage.pulled |= pulled(function.body)
            stage.reached |= used
            waiting += used & functions.keys()


def pulled(body: list[Token]) -> dict[str, int]:
    """Samplers read with ``texelFetch(name, gl_VertexID)`` or ``... >> number)``, and that number."""
    found = {}
    texts = [token.text for token in body]
    for at, text in enumerate(texts):
        if text != "texelFetch" or texts[at + 3 : at + 5] != [",", "gl_VertexID"]:
            continue
        if texts[at + 5] == ")":
            found[texts[at + 2]] = 0
        elif texts[at + 5] == ">>" and texts[at + 6].isdigit() and texts[at + 7] == ")":
            found[texts[at + 2]] = int(texts[at + 6])
    return found


def check_neighbours(body: list[Token], types: set[str]) -> None:
    """Raise where a ``;``, a ``,`` or an operator must be missing between two tokens."""
    heads: list[bool] = []  # per open bracket: does it belong to if, for, while or switch
    after_head = False
    previous = Token("op", "{", 0, 0)
    for token in body:
        is_operand = token.kind == "number" or (token.kind == "name" and token.text not in KEYWORDS)
        ends_operand = previous.text in (")", "]") or previous.kind == "number" or (
            previous.kind == "name" and previous.text not in KEYWORDS
        )  # fmt: skip
        is_declaration = previous.text in types or (previous.text == "]" and token.kind == "name")
        starts_statement = token.kind == "name" and token.text in (KEYWORDS - {"true", "false"})
        if ends_operand and not after_head:
            if (is_operand or starts_statement) and not is_declaration:
                what = "CONSTANT" if token.kind == "number" else "IDENTIFIER" if is_operand else token.text.upper()
                raise GLSLError(token.line, token.column, f"syntax error, unexpected {what}, expecting ',' or ';'")
            if token.text == "}" and previous.text != "}" and not _closes_list(body, token):
                raise GLSLError(token.line, token.column, "syntax error, unexpected '}', expecting ',' or ';'")
        if previous.text in ("=", "+", "-", "*", "/", "(", ",") and token.text == ";" and not _in_for(heads):
            raise GLSLError(token.line, token.column, "syntax error, unexpected ';'")
        after_head = False
        if token.text == "(":
            heads.append(previous.text in ("if", "for", "while", "switch"))
        elif token.text == ")" and heads:
            after_head = heads.pop()
        previous = token


def _in_for(heads: list[bool]) -> bool:
    return bool(heads) and heads[-1]


def _closes_list(body: list[Token], brace: Token) -> bool:
    """Whether a ``}`` closes an initialiser list, ``= { 1.0, 2.0 }``, or a struct, rather than statements."""
    depth = 0
    for at in range(body.index(brace), -1, -1):
        depth += (body[at].text == "}") - (body[at].text == "{")
        if depth == 0:
            return at > 0 and body[at - 1].text in ("=", ",", "{")
    return False


def check_names(function: Function, global_names: set[str], types: set[str]) -> None:
    """Raise at the first name that nothing declares."""
    known = global_names | types | KEYWORDS | FUNCTIONS
    known |= declared(function.parameters, types) | declared(function.body, types)
    previous = ""
    for token in function.body:
        if token.kind == "name" and previous != "." and token.text not in known and not BUILT_IN.fullmatch(token.text):
            raise GLSLError(token.line, token.column, f"`{token.text}' undeclared")
        previous = token.text


def declared(tokens: list[Token], types: set[str]) -> set[str]:
    """Names that a type stands before, and those after a comma in the same declaration."""
    names: set[str] = set()
    at = 0
    while at < len(tokens) - 1:
        if tokens[at].text not in types:
            at += 1
            continue
        at += 1
        at = _skip_brackets(tokens, at)
        while at < len(tokens) and tokens[at].kind == "name" and tokens[at].text not in types | KEYWORDS:
            names.add(tokens[at].text)
            at = _next_declarator(tokens, at + 1)
    return names


def _skip_brackets(tokens: list[Token], at: int) -> int:
    while at < len(tokens) and tokens[at].text == "[":
        while at < len(tokens) and tokens[at].text != "]":
            at += 1
        at += 1
    return at


def _next_declarator(tokens: list[Token], at: int) -> int:
    """Where the name after the next comma of this declaration stands, or the declaration's end."""
    depth = 0
    while at < len(tokens):
        text = tokens[at].text
        if depth == 0 and text == ",":
            return at + 1
        if depth == 0 and text in (";", ")", "}"):
            return at
        depth += (text in "([{") - (text in ")]}")
        at += 1
    return at
