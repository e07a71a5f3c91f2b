"""Sources are put together, and every line remembers where it came from."""

from __future__ import annotations

import pytest

from ecs_engine.core.errors import ShaderError
from ecs_engine.gpu.shader_source import DEFAULT_VERSION, expand

MAIN = "void main() {\n    go();\n}"


def test_a_version_is_added_only_where_there_is_none() -> None:
    assert expand(MAIN, "a").lines[0] == DEFAULT_VERSION
    given = expand(f"// by hand\n#version 410 core\n{MAIN}", "a")
    assert given.lines[:2] == ("#version 410 core", "// by hand")
    assert given.text.count("#version") == 1
    assert given.origins[0] == ("a", 2)


def test_defines_come_after_the_version_and_extensions() -> None:
    source = expand(
        f"#extension GL_ARB_x : enable\n{MAIN}", "a", defines={"LIGHTS": 3, "SOFT": True, "NAME": "vec2(1)"}
    )
    assert source.lines[:5] == (
        DEFAULT_VERSION,
        "#extension GL_ARB_x : enable",
        "#define LIGHTS 3",
        "#define SOFT 1",
        "#define NAME vec2(1)",
    )
    assert source.text.count("#extension") == 1


@pytest.mark.parametrize(("value", "text"), [(True, "1"), (1, "1"), (1.0, "1.0"), ("1", "1")])
def test_numbers_that_are_equal_are_told_apart(value: object, text: str) -> None:
    """Though what was put together once is kept."""
    assert expand(MAIN, "a", defines={"SOFT": value}).lines[1] == f"#define SOFT {text}"


@pytest.mark.parametrize("noise", ["float noise;", "int noise;"])
def test_the_same_source_with_another_include(noise: str) -> None:
    assert expand('#include "noise"', "a", includes={"noise": noise}).lines[1] == noise


def test_every_line_knows_its_place() -> None:
    includes = {"noise": 'float noise() { return 0.5; }\n#include "hash"\n', "hash": "int hash;"}
    source = expand(
        'in vec2 a;\n#include "noise"\n#include "hash" // again\nvoid main() {}', "sprite", includes=includes
    )
    assert list(zip(source.lines, source.origins, strict=True))[1:] == [
        ("in vec2 a;", ("sprite", 1)),
        ("float noise() { return 0.5; }", ("noise", 1)),
        ("int hash;", ("hash", 1)),
        ("void main() {}", ("sprite", 4)),
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('\n#include "nosie"', "sprite:2: there is no include 'nosie'; known are: a, b, noise"),
        ('#include "a"', "b:1: 'a' includes itself"),
        ('#include "noise"\n#include <missing>', "sprite:2: there is no include 'missing'"),
    ],
)
def test_bad_includes_name_their_line(source: str, words: str) -> None:
    includes = {"a": '#include "b"', "b": '#include "a"', "noise": ""}
    with pytest.raises(ShaderError, match=words):
        expand(source, "sprite", includes=includes)


def test_an_empty_source_is_a_source() -> None:
    assert expand("", "a").text == f"{DEFAULT_VERSION}\n"
