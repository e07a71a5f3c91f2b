"""GLSL text to tokens: comments, directives and macros."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from ecs_engine.testing.fake_gl.glsl.model import GLSLError

CORE_VERSIONS = (140, 150, 330, 400, 410, 420, 430, 440, 450, 460)
TOKEN = re.compile(
    r"(?P<number>(?:\d+\.\d*|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?(?:lf|LF|[fF])?|0[xX][0-9a-fA-F]+[uU]?|\d+[uU]?)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<op><<=|>>=|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||\^\^|[-+*/%&|^]=|[-+*/%<>=!~&|^?:;,.(){}\[\]#])"
)


class Token(NamedTuple):
    """One token and where it stands, counted from 1."""

    kind: str
    text: str
    line: int
    column: int


@dataclass(slots=True)
class Macro:
    """A ``#define``; ``parameters`` is None for one without brackets."""

    parameters: list[str] | None
    body: list[Token]


def strip_comments(source: str) -> str:
    """The source with comments blanked, every line and column where it was."""

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    return re.sub(r"//[^\n]*|/\*.*?\*/", blank, source, flags=re.S)


def join_continued(source: str) -> str:
    """The source with lines that end in a backslash joined to the next one; what follows keeps its line number."""

    def join(match: re.Match[str]) -> str:
        return match.group().replace("\\\n", "  ") + "\n" * match.group().count("\\\n")

    return re.sub(r"(?:[^\n]*\\\n)+[^\n]*", join, source)


def tokenise(text: str, line: int) -> list[Token]:
    """The tokens of one line."""
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = TOKEN.match(text, at)
        if match is None:
            raise GLSLError(line, at + 1, f"syntax error, unexpected character '{text[at]}'")
        tokens.append(Token(match.lastgroup or "op", match.group(), line, at + 1))
        at = match.end()
    return tokens


class Preprocessor:
    """Runs the directives of one source; ``version`` is set when it is done."""

    def __init__(self, newest: int) -> None:
        self.newest = newest
        self.version = 110
        self.macros: dict[str, Macro] = {"GL_core_profile": Macro(None, tokenise("1", 0))}
        self._branches: list[list[bool]] = []  # per #if: [taken now, some branch was taken]

    def run(self, source: str) -> list[Token]:
        """All tokens that are left, macros expanded."""
        tokens: list[Token] = []
        lines = join_continued(strip_comments(source)).split("\n")
        seen_code = False
        for number, text in enumerate(lines, 1):
            stripped = text.strip()
            if stripped.startswith("#"):
                self._directive(stripped[1:].strip(), number, text.index("#") + 1, seen_code)
                seen_code = True
            elif stripped and self._active():
                if not seen_code:
                    self._check_version(110, number, 1)
                seen_code = True
                tokens += tokenise(text, number)
        if self._branches:
            raise GLSLError(len(lines), 1, "Unterminated #if")
        if not seen_code:
            self._check_version(110, 1, 1)
        return self.expand(tokens)

    def _active(self) -> bool:
        return all(branch[0] for branch in self._branches)

    def _check_version(self, version: int, line: int, column: int) -> None:
        if version not in CORE_VERSIONS or version > self.newest:
            supported = ", ".join(f"{v // 100}.{v % 100:02}" for v in CORE_VERSIONS if v <= self.newest)
            raise GLSLError(
                line, column, f"GLSL {version // 100}.{version % 100:02} is not supported. "
                f"Supported versions are: {supported}",
            )  # fmt: skip
        self.version = version
        self.macros["__VERSION__"] = Macro(None, tokenise(str(version), 0))

    def _directive(self, text: str, line: int, column: int, seen_code: bool) -> None:
        word, _, rest = text.partition(" ")
        word, rest = word.strip(), rest.strip()
        if "(" in word:
            word, rest = text[: text.index("(")], text[text.index("(") :]
        match word:
            case "if" | "ifdef" | "ifndef":
                value = self._active() and self._condition(word, rest, line, column)
                self._branches.append([value, value or not self._active()])
            case "elif" | "else" | "endif":
                self._branch(word, rest, line, column)
            case _ if not self._active():
                pass
            case "version":
                if seen_code:
                    raise GLSLError(line, column, "#version must appear on the first line")
                parts = rest.split()
                if not parts or not parts[0].isdigit() or (len(parts) > 1 and parts[1] != "core"):
                    raise GLSLError(line, column, f"illegal text in #version: {rest}")
                self._check_version(int(parts[0]), line, column + 9)
            case "define":
                self._define(rest, line)
            case "undef":
                self.macros.pop(rest, None)
            case "error":
                raise GLSLError(line, column, f"#error {rest}")
            case "" | "extension" | "pragma" | "line":
                pass
            case _:
                raise GLSLError(line, column, f"syntax error, unexpected preprocessing directive '#{word}'")

    def _branch(self, word: str, rest: str, line: int, column: int) -> None:
        if not self._branches:
            raise GLSLError(line, column, f"#{word} without #if")
        branch = self._branches.pop()
        if word == "endif":
            return
        value = not branch[1] and (word == "else" or self._condition("if", rest, line, column))
        self._branches.append([value, branch[1] or value])

    def _define(self, rest: str, line: int) -> None:
        match = re.match(r"([A-Za-z_]\w*)(\(([^)]*)\))?", rest)
        if match is None:
            raise GLSLError(line, 1, "#define without a macro name")
        parameters = None if match[2] is None else [name.strip() for name in match[3].split(",") if name.strip()]
        self.macros[match[1]] = Macro(parameters, tokenise(rest[match.end() :], line))

    def _condition(self, word: str, rest: str, line: int, column: int) -> bool:
        if word != "if":
            return (rest in self.macros) == (word == "ifdef")
        text = re.sub(r"defined\s*\(?\s*(\w+)\s*\)?", lambda m: str(int(m[1] in self.macros)), rest)
        words = [token.text for token in self.expand(tokenise(text, line))]
        python = " ".join({"&&": "and", "||": "or", "!": "not"}.get(word, word) for word in words)
        # Only numbers and operators may be left, so that this evaluates nothing but arithmetic; shifts could be huge.
        if not re.fullmatch(r"(?:\d+|and|or|not|[-+*/%<>=!&|^~() ])*", python) or "<<" in words:
            raise GLSLError(line, column, f"#if with an undefined name: {rest}")
        try:
            return bool(eval(python.replace("/", "//"), {"__builtins__": {}}))
        except (SyntaxError, ArithmeticError):
            raise GLSLError(line, column, f"syntax error in #if {rest}") from None

    def expand(self, tokens: list[Token], hidden: frozenset[str] = frozenset()) -> list[Token]:
        """Tokens with macros replaced; each keeps the place where the macro was used."""
        done: list[Token] = []
        at = 0
        while at < len(tokens):
            token = tokens[at]
            at += 1
            macro = self.macros.get(token.text) if token.kind == "name" and token.text not in hidden else None
            if token.text == "__LINE__":
                done.append(Token("number", str(token.line), token.line, token.column))
            elif macro is None:
                done.append(token)
            else:
                body = macro.body
                if macro.parameters is not None:
                    if at >= len(tokens) or tokens[at].text != "(":
                        done.append(token)
                        continue
                    arguments, at = _arguments(tokens, at)
                    if len(arguments) != len(macro.parameters):
                        raise GLSLError(token.line, token.column, f"macro {token.text} got {len(arguments)} arguments")
                    values = dict(zip(macro.parameters, arguments, strict=True))
                    body = [part for word in body for part in values.get(word.text, [word])]
                placed = [part._replace(line=token.line, column=token.column) for part in body]
                done += self.expand(placed, hidden | {token.text})
        return done


def _arguments(tokens: list[Token], at: int) -> tuple[list[list[Token]], int]:
    """The arguments of a macro call whose bracket opens at ``at``, and where the call ends."""
    depth, start, arguments = 0, at + 1, list[list[Token]]()
    for here in range(at, len(tokens)):
        text = tokens[here].text
        depth += (text in "([") - (text in ")]")
        if depth == 0 or (depth == 1 and text == ","):
            if here > start or arguments or text == ",":
                arguments.append(tokens[start:here])
            start = here + 1
        if depth == 0:
            return arguments, here + 1
    raise GLSLError(tokens[at].line, tokens[at].column, "syntax error, unexpected end of file in a macro call")
