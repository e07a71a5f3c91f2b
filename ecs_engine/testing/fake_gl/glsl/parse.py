"""GLSL tokens to a :class:`Stage`: the global declarations."""

from __future__ import annotations

from functools import lru_cache

from ecs_engine.gpu import enums
from ecs_engine.testing.fake_gl.glsl.bodies import Function, check_bodies, check_neighbours
from ecs_engine.testing.fake_gl.glsl.model import TYPES, Block, GLSLError, Stage, Variable
from ecs_engine.testing.fake_gl.glsl.preprocess import Preprocessor, Token

QUALIFIERS = frozenset({
    "in", "out", "inout", "uniform", "const", "flat", "smooth", "noperspective", "centroid", "sample", "invariant",
    "precise", "highp", "mediump", "lowp", "coherent", "volatile", "restrict", "readonly", "writeonly",
})  # fmt: skip
PAIRS = {"(": ")", "[": "]", "{": "}"}
END = Token("end", "end of file", 0, 0)


@lru_cache(maxsize=256)
def compile_stage(type: int, source: str, newest: int) -> Stage:
    """What the shader declares, which nobody may change: most tests compile the same shaders as the one before.

    Raises :class:`GLSLError` at the first error.
    """
    preprocessor = Preprocessor(newest)
    tokens = preprocessor.run(source)
    check_brackets(tokens)
    parser = Parser(tokens, Stage(type, preprocessor.version))
    parser.globals()
    stage = parser.stage
    stage.has_main = bool(parser.functions.get("main"))
    check_bodies(stage, parser.functions, parser.constants)
    check_interface(stage)
    return stage


def check_brackets(tokens: list[Token]) -> None:
    """Every bracket closes, in order."""
    open_ones: list[Token] = []
    heads_of_for: set[Token] = set()
    previous = END
    for token in tokens:
        if token.text in PAIRS:
            open_ones.append(token)
            if previous.text == "for":
                heads_of_for.add(token)
        elif token.text == ";" and open_ones and open_ones[-1].text != "{" and open_ones[-1] not in heads_of_for:
            raise GLSLError(token.line, token.column, "syntax error, unexpected ';'")
        elif token.text in PAIRS.values() and (not open_ones or PAIRS[open_ones.pop().text] != token.text):
            raise GLSLError(token.line, token.column, f"syntax error, unexpected '{token.text}'")
        previous = token
    if open_ones:
        last = tokens[-1]
        raise GLSLError(
            last.line, last.column,
            f"syntax error, unexpected end of file, '{open_ones[-1].text}' of line {open_ones[-1].line} is not closed",
        )  # fmt: skip


def check_interface(stage: Stage) -> None:
    """Rules on inputs and outputs that compilers check."""
    if stage.type == enums.FRAGMENT_SHADER:
        for variable in stage.of("in"):
            basic = TYPES.get(variable.type)
            if basic is not None and basic.base in ("int", "uint") and "flat" not in variable.qualifiers:
                raise GLSLError(
                    variable.line, 1,
                    "if a fragment input is (or contains) an integer, then it must be qualified with 'flat'",
                )  # fmt: skip
    for variable in stage.variables:
        basic = TYPES.get(variable.type)
        if basic is not None and basic.base == "sampler" and "uniform" not in variable.qualifiers:
            raise GLSLError(variable.line, 1, f"`{variable.name}': samplers must be declared as uniforms")


class Parser:
    """Reads the global declarations of one shader."""

    def __init__(self, tokens: list[Token], stage: Stage) -> None:
        self.tokens = tokens
        self.stage = stage
        self.at = 0
        self.functions: dict[str, list[Function]] = {}
        self.constants: dict[str, int | None] = {}

    # -- tokens ----------------------------------------------------------------------------------
    def peek(self, ahead: int = 0) -> Token:
        at = self.at + ahead
        if at < len(self.tokens):
            return self.tokens[at]
        last = self.tokens[-1] if self.tokens else END
        return Token("end", "end of file", max(1, last.line), max(1, last.column))

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def expect(self, text: str) -> Token:
        token = self.next()
        if token.text != text:
            raise unexpected(token, f"'{text}'")
        return token

    def name(self) -> Token:
        token = self.next()
        if token.kind != "name":
            raise unexpected(token, "an identifier")
        return token

    def accept(self, text: str) -> bool:
        if self.peek().text == text:
            self.at += 1
            return True
        return False

    def until(self, *stops: str) -> list[Token]:
        """The tokens before the first of ``stops`` outside brackets; the stop itself stays."""
        start, depth = self.at, 0
        while self.peek().kind != "end":
            text = self.peek().text
            if depth == 0 and text in stops:
                return self.tokens[start : self.at]
            depth += (text in PAIRS) - (text in PAIRS.values())
            self.at += 1
        raise unexpected(self.peek(), " or ".join(f"'{stop}'" for stop in stops))

    def value(self) -> list[Token]:
        """An initialiser; a missing semicolon is told where it is missing, not where the source ends."""
        start = self.at
        try:
            tokens = self.until(",", ";")
        except GLSLError:
            check_neighbours(self.tokens[start:], self.types())
            raise
        check_neighbours(tokens, self.types())
        return tokens

    def types(self) -> set[str]:
        return {*TYPES, *self.stage.structs}

    # -- declarations ----------------------------------------------------------------------------
    def globals(self) -> None:
        """Read declarations to the end of the source."""
        while self.peek().kind != "end":
            if self.accept(";"):
                continue
            if self.accept("precision"):
                self.until(";")
                continue
            qualifiers, layout = self.qualifiers()
            if qualifiers and self.peek().text == ";":  # such as layout(points) in;
                if "in" in qualifiers and layout:
                    self.stage.primitive = next(iter(layout))
            elif self.peek(1).text == "{" and self.peek().text not in TYPES and self.peek().text != "struct":
                self.block(qualifiers, layout)
            else:
                self.declaration(qualifiers, layout)

    def qualifiers(self) -> tuple[frozenset[str], dict[str, int | None]]:
        """Storage, interpolation and layout qualifiers in any order."""
        found: set[str] = set()
        layout: dict[str, int | None] = {}
        while self.peek().text in QUALIFIERS or self.peek().text == "layout":
            if self.next().text != "layout":
                found.add(self.tokens[self.at - 1].text)
                continue
            self.expect("(")
            while not self.accept(")"):
                key = self.name().text
                layout[key] = self.constant(self.until(",", ")")) if self.accept("=") else None
                self.accept(",")
        return frozenset(found), layout

    def block(self, qualifiers: frozenset[str], layout: dict[str, int | None]) -> None:
        """``uniform Name { members } instance;``"""
        storage = next((word for word in ("uniform", "in", "out", "buffer") if word in qualifiers), "")
        name = self.name()
        if not storage:
            raise GLSLError(name.line, name.column, f"syntax error, unexpected identifier `{name.text}'")
        members = self.members()
        instance = self.next().text if self.peek().kind == "name" else ""
        array = self.array()
        self.expect(";")
        self.stage.blocks.append(Block(name.text, instance, members, storage, array, layout))

    def members(self) -> tuple[Variable, ...]:
        """``{ type name, name[2]; ... }``"""
        self.expect("{")
        members: list[Variable] = []
        while not self.accept("}"):
            qualifiers, layout = self.qualifiers()
            kind = self.type()
            outer = self.array()
            while True:
                name = self.name()
                members.append(Variable(name.text, kind, self.array() or outer, qualifiers, layout, name.line))
                if not self.accept(","):
                    break
            if not self.accept(";"):
                raise unexpected(self.peek(), "',' or ';'")
        return tuple(members)

    def type(self) -> str:
        """The name of a known type; a struct is declared on the way."""
        token = self.name()
        if token.text == "struct":
            name = self.name().text if self.peek().kind == "name" else f"#anonymous{self.at}"
            self.stage.structs[name] = self.members()
            return name
        if token.text not in TYPES and token.text not in self.stage.structs and token.text != "void":
            message = f"syntax error, unexpected NEW_IDENTIFIER `{token.text}': unknown type"
            raise GLSLError(token.line, token.column, message)
        return token.text

    def array(self) -> int:
        """``[n]`` after a name or type; 0 when there is none, -1 when it is unsized."""
        if not self.accept("["):
            return 0
        size = self.until("]")
        place = self.expect("]")
        if not size:
            return -1
        value = self.constant(size)
        if value is None or value <= 0:
            raise GLSLError(place.line, place.column, "array size must be a positive constant integer")
        return value

    def constant(self, tokens: list[Token]) -> int | None:
        """The value of a constant integer expression, or None when it is not one that is understood."""
        words: list[str] = []
        for token in tokens:
            known = self.constants.get(token.text)
            if known is not None:
                words.append(str(known))
            elif token.kind == "number" and token.text.rstrip("uU").isdigit():
                words.append(token.text.rstrip("uU"))
            elif token.text in "+-*/()%":
                words.append("//" if token.text == "/" else token.text)
            else:
                return None
        try:
            return int(eval(" ".join(words), {"__builtins__": {}}))
        except (SyntaxError, ArithmeticError, TypeError):
            return None

    def declaration(self, qualifiers: frozenset[str], layout: dict[str, int | None]) -> None:
        """A struct, function, or variables."""
        kind = self.type()
        if self.accept(";"):
            return
        outer = self.array()
        name = self.name()
        if self.peek().text == "(":
            self.function(name)
            return
        while True:
            array = self.array() or outer
            value: list[Token] = []
            if self.accept("="):
                value = self.value()
            self.stage.variables.append(Variable(name.text, kind, array, qualifiers, layout, name.line))
            if "const" in qualifiers:
                self.constants[name.text] = self.constant(value) if kind in ("int", "uint") else None
            if not self.accept(","):
                break
            name = self.name()
        if not self.accept(";"):
            raise unexpected(self.peek(), "',' or ';'")

    def function(self, name: Token) -> None:
        """A prototype or a definition."""
        self.expect("(")
        parameters = self.until(")")
        self.expect(")")
        if self.accept(";"):
            self.functions.setdefault(name.text, [])
            return
        if self.peek().text != "{":
            raise unexpected(self.peek(), "'{' or ';'")
        self.next()
        body = self.until("}")
        end = self.expect("}")
        self.functions.setdefault(name.text, []).append(Function(name.text, parameters, [*body, end]))


def unexpected(token: Token, wanted: str) -> GLSLError:
    """A syntax error in Mesa's words."""
    kind = {"name": "IDENTIFIER", "number": "CONSTANT"}.get(token.kind, f"'{token.text}'")
    if token.kind == "end":
        kind = "end of file"
    return GLSLError(token.line, token.column, f"syntax error, unexpected {kind}, expecting {wanted}")
