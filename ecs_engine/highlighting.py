"""Python's source in colour, for pages and for the gallery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

Kind = Literal["keyword", "string", "comment", "number", "definition", "decorator"]


def highlighted(source: str) -> Iterator[tuple[str, Kind | None]]:
    """The source in pieces, each with what it is, where that has a colour.

    >>> list(highlighted("x = 1  # one"))[-4:]
    [('1', 'number'), ('  ', None), ('# one', 'comment'), ('\\n', None)]
    """
    from pygments.lexers.python import PythonLexer
    from pygments.token import Token

    kinds: dict[object, Kind] = {
        Token.Keyword: "keyword", Token.Operator.Word: "keyword", Token.Literal.String: "string",
        Token.Comment: "comment", Token.Literal.Number: "number", Token.Name.Function: "definition",
        Token.Name.Class: "definition", Token.Name.Decorator: "decorator",
    }  # fmt: skip
    for token, text in PythonLexer(stripnl=False).get_tokens(source):
        yield text, next((kinds[one] for one in reversed(token.split()) if one in kinds), None)
