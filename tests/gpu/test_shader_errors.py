"""What drivers say of shaders, in one form: place, line, mark, words, mend."""

from __future__ import annotations

import pytest

from ecs_engine.gpu import Diagnostic, parse_log
from ecs_engine.gpu.shader_errors import compile_error, link_error
from ecs_engine.gpu.shader_source import expand

# As these drivers write them.
LOGS = {
    "Mesa": (
        "0:4(21): error: `foo' undeclared\n0:4(16): error: cannot construct `vec4' from a non-numeric data type\n",
        [
            Diagnostic(4, 21, "error", "`foo' undeclared"),
            Diagnostic(4, 16, "error", "cannot construct `vec4' from a non-numeric data type"),
        ],
    ),
    "Mesa, preprocessor": (
        "0:2(1): preprocessor error: #if with no expression\n",
        [Diagnostic(2, 1, "preprocessor error", "#if with no expression")],
    ),
    "NVIDIA": (
        '0(4) : error C1503: undefined variable "foo"\n0(9) : warning C7022: unrecognized profile\n\0',
        [
            Diagnostic(4, 0, "error", 'undefined variable "foo"'),
            Diagnostic(9, 0, "warning", "unrecognized profile"),
        ],
    ),
    "NVIDIA, link": (
        "Fragment info\n-------------\n0(1) : error C5145: must write to gl_Position\n(0) : error C2003: no\n",
        [
            Diagnostic(1, 0, "error", "must write to gl_Position"),
            Diagnostic(0, 0, "error", "(0) : error C2003: no"),
        ],
    ),
    "AMD": (
        "Vertex shader failed to compile with the following errors:\n"
        "ERROR: 0:4: error(#143) Undeclared identifier: foo\nERROR: error(#273) 1 compilation errors.  "
        "No code generated\n",
        [Diagnostic(4, 0, "error", "error(#143) Undeclared identifier: foo")],
    ),
    "Intel": (
        "ERROR: 0:4: 'foo' : undeclared identifier \nERROR: 0:4: '' : compilation terminated \n",
        [
            Diagnostic(4, 0, "error", "'foo' : undeclared identifier"),
            Diagnostic(4, 0, "error", "'' : compilation terminated"),
        ],
    ),
    "Apple": (
        "ERROR: 0:4: Use of undeclared identifier 'foo'\n\n",
        [Diagnostic(4, 0, "error", "Use of undeclared identifier 'foo'")],
    ),
    "unknown": ("something went wrong", [Diagnostic(0, 0, "error", "something went wrong")]),
    "silent": ("\n\0", []),
}

SOURCE = expand("in vec2 at;\nvoid main() {\n    gl_Position = vec4(foo, 1);\n}", "sprite vertex")


@pytest.mark.parametrize("driver", LOGS)
def test_logs_are_read(driver: str) -> None:
    log, expected = LOGS[driver]
    assert parse_log(log) == expected


@pytest.mark.parametrize("driver", ["Mesa", "NVIDIA", "AMD", "Intel", "Apple"])
def test_the_error_shows_place_line_mark_and_mend(driver: str) -> None:
    words = str(compile_error("vertex", "sprite", LOGS[driver][0], SOURCE))
    assert words.startswith("vertex shader of 'sprite' does not compile:\n  sprite vertex:3")
    assert ">    3 |     gl_Position = vec4(foo, 1);" in words
    assert "mend: check the spelling, or declare it above this line" in words
    marks = next(line for line in words.splitlines() if "^" in line)
    shown = next(line for line in words.splitlines() if line.lstrip().startswith(">"))
    marked = shown[marks.index("^") : marks.rindex("^") + 1]
    # AMD quotes no word and gives no column, so all of the line is marked.
    assert marked == ("gl_Position = vec4(foo, 1);" if driver == "AMD" else "foo")


def test_a_line_of_an_include_is_shown_as_its_own() -> None:
    source = expand('#include "noise"\nvoid main() {}', "sprite", includes={"noise": "float a;\nfloat b = foo;"})
    words = str(compile_error("vertex", "sprite", "0:3(11): error: `foo' undeclared", source))
    assert "noise:2:11: `foo' undeclared" in words
    assert ">    2 | float b = foo;" in words
    assert "void main" not in words


def test_candidates_and_floods_are_cut_short() -> None:
    candidates = "".join(f"0:3(5): error:    vec4 texture(sampler{number}D)\n" for number in range(50))
    words = str(compile_error("vertex", "sprite", f"0:3(5): error: no matching function\n{candidates}", SOURCE))
    assert "sampler" not in words
    assert "mend: check the function's name" in words
    flood = "".join(f"0:3({column}): error: no\n" for column in range(1, 21))
    assert str(compile_error("vertex", "sprite", flood, SOURCE)).endswith("and 15 more")


def test_warnings_do_not_hide_the_error() -> None:
    words = str(compile_error("vertex", "a", "0:1(1): warning: old\n0:3(1): error: `foo' undeclared\n", SOURCE))
    assert "old" not in words
    assert "foo" in words


@pytest.mark.parametrize("log", ["", "0:99(1): error: beyond the end", "0:0(0): error: nowhere"])
def test_strange_places_do_no_harm(log: str) -> None:
    words = str(compile_error("vertex", "a", log, SOURCE))
    assert "the driver gave no reason" in words or "beyond" in words or "nowhere" in words


def test_stages_that_do_not_fit_are_named_with_a_mend() -> None:
    log = "error: vertex shader output `a' declared as type `vec4', but fragment shader input declared as type `vec3'\n"
    words = str(link_error("sprite", log))
    assert words.startswith("program 'sprite' does not link:\n  vertex shader output `a'")
    assert "mend: the stages must agree" in words
