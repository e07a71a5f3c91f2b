"""bench --all: running cases, refusing what cannot be used, and saying what came out."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from ecs_engine import cli
from ecs_engine.bench.report import DEFAULT_COUNTS
from ecs_engine.bench.suite import cases, command, peers, running
from ecs_engine.bench.suite.cases import (
    ECS_MOVE,
    ENGINE,
    MOVING,
    SCENARIOS,
    WHOLE,
    Case,
    Figure,
    Scenario,
    chosen,
    own_cases,
)
from ecs_engine.bench.suite.page import bars, to_html
from ecs_engine.bench.suite.result import Result, describe_machine, refused, summarise
from ecs_engine.bench.suite.running import Outcome, RunError, check, parse, run_case, run_cases, total
from ecs_engine.bench.suite.table import by_speed, number, show, without_figures
from ecs_engine.core.errors import EngineError
from tests.trace.pages import assert_shapes_inside, assert_whole, assert_words_inside

MACHINE = {
    "when": "2030-01-02T03:04:05+00:00",
    "processor": "A <fast> one",
    "cores": 2,
    "load_before": 0.1,
    "system": "Linux",
    "python": "3.11.0",
    "packages": {"numpy": "2.0"},
    "commit": "abc",
}


def printing(subject: str, code: str, scenario: Scenario = ECS_MOVE, count: int = 10) -> Case:
    """A case whose command is a little Python."""
    return Case(scenario, subject, count, (sys.executable, "-c", code), (Figure(subject),))


def line(median: float, renderer: str = "none") -> str:
    figures = {"renderer": renderer, "version": "1.2", "cpu_ms": {"p50": median, "p99": 2 * median}}
    return f"print('noise'); print({json.dumps(figures)!r})"


def outcome(subject: str, count: int, values: list[float], scenario: Scenario = MOVING, reason: str = "") -> Outcome:
    case = Case(scenario, subject, count, ("x",), (Figure(subject),))
    return Outcome(case, "NOOP", "1.2", [values], [[2 * value for value in values]], reason)


@pytest.fixture
def result() -> Result:
    """Something of everything: two counts, spread, a peer that is missing and one that was refused."""
    outcomes = [
        outcome(ENGINE, 1000, [0.2, 0.1, 0.4]),
        outcome("slow <one>", 1000, [20.0, 30.0, 20.0]),
        outcome("quick", 1000, [0.02, 0.02, 0.02]),
        outcome(ENGINE, 1_000_000, [10.0, 10.0, 10.0]),
        outcome("slow <one>", 1_000_000, [], reason="too <many>"),
        outcome("quick", 1_000_000, [], reason="too <many>"),
        replace(outcome("liar", 1000, [], reason="refused: the renderer was 'X'"), refused=True),
        outcome("absent", 10_000, [], WHOLE, reason="not installed"),
    ]
    return summarise(outcomes, 3, MACHINE)


# -- running ---------------------------------------------------------------------------------------
def test_the_figures_are_the_last_line_of_json() -> None:
    assert parse('{"a": 1}\nnoise\n{"a": 2}\n{broken\nbye') == {"a": 2}
    with pytest.raises(RunError, match="printed no figures, but 'bye'"):
        parse("hello\nbye\n")
    with pytest.raises(RunError, match="it did not say why"):
        parse("")


def test_a_figure_is_the_sum_at_its_paths() -> None:
    told = {"tick": {"p50": 1.5}, "frame": {"p50": 0.25}}
    assert total(told, ("tick.p50", "frame.p50"), Figure("x", scale=1000)) == 1750
    with pytest.raises(RunError, match=r"no number tick\.p99"):
        total(told, ("tick.p99",), Figure("x"))
    with pytest.raises(RunError, match="no number tick"):
        total(told, ("tick",), Figure("x"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise ValueError('no screen')", "failed: ValueError: no screen"),
        ("import sys; sys.exit('nothing here')", "failed: nothing here"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended by signal 11"),
        ("pass", "printed no figures"),
        ("import threading; threading.Event().wait()", "took longer than 1 s"),
    ],
)
def test_a_run_that_fails_says_why(code: str, said: str) -> None:
    with pytest.raises(RunError, match=said):
        run_case(printing("peer", code), time_limit=1.0 if "longer" in said else 30.0)


def test_a_command_that_is_not_there_is_said() -> None:
    with pytest.raises(RunError, match="could not be started: No such file"):
        run_case(Case(ECS_MOVE, "peer", 1, ("there-is-no-such-program",)))


@pytest.mark.parametrize(
    ("scenario", "renderer", "fits"),
    [
        (MOVING, "NOOP", True),
        (MOVING, "ANGLE (X.Org, NOOP, OpenGL 4.5)", True),
        (MOVING, "llvmpipe (LLVM 15)", False),
        (MOVING, "none", True),
        (MOVING, "software", True),
        (WHOLE, "llvmpipe (LLVM 15)", True),
        (WHOLE, "NOOP", False),
        (WHOLE, "SwiftShader", False),
        (WHOLE, "", False),
        (ECS_MOVE, "none", True),
    ],
)
def test_another_driver_is_refused(scenario: Scenario, renderer: str, fits: bool) -> None:
    case = Case(scenario, "peer", 1)
    if fits:
        check(case, {"renderer": renderer}, None)
    else:
        with pytest.raises(RunError, match=re.escape(f"refused: the renderer was {renderer!r}")):
            check(case, {"renderer": renderer}, None)


def test_an_empty_picture_is_refused(tmp_path: Path) -> None:
    case, path = Case(WHOLE, "peer", 1), tmp_path / "picture.png"
    pixels = np.full((40, 40, 3), 30, np.uint8)
    with pytest.raises(RunError, match="empty"):
        check(case, {"renderer": "llvmpipe"}, path)  # there is none
    Image.fromarray(pixels).save(path)
    with pytest.raises(RunError, match=r"empty \(0\.0%"):
        check(case, {"renderer": "llvmpipe"}, path)
    pixels[::2, ::4] = (255, 100, 0)
    Image.fromarray(pixels).save(path)
    check(case, {"renderer": "llvmpipe"}, path)


def test_rounds_are_interleaved_and_what_failed_is_not_tried_again() -> None:
    said: list[str] = []
    cases = [
        printing("one", line(1.0)),
        printing("broken", "raise ValueError('oh')"),
        Case(ECS_MOVE, "absent", 10, figures=(Figure("absent"),), reason="not installed"),
        printing("liar", line(1.0, "llvmpipe"), MOVING),
        printing("two", line(2.0)),
    ]
    outcomes = run_cases(cases, 3, said.append)
    assert [words.split(":")[0].split()[-1] for words in said] == ["one", "broken", "liar", "two", *["one", "two"] * 2]
    assert said[0].startswith("[1/12]")
    assert said[-1].startswith("[12/12]")
    assert [one.medians for one in outcomes] == [[[1.0] * 3], [], [], [], [[2.0] * 3]]
    assert outcomes[4].tails == [[4.0] * 3]
    assert [one.reason for one in outcomes[:3]] == ["", "failed: ValueError: oh", "not installed"]
    assert [one.refused for one in outcomes] == [False, False, False, True, False]
    assert (outcomes[0].renderer, outcomes[0].version) == ("none", "1.2")


def test_the_driver_is_asked_for_in_the_environment() -> None:
    code = "import json, os; print(json.dumps(dict(os.environ)))"
    noop, llvmpipe = (run_case(printing("x", code, scenario)) for scenario in (MOVING, WHOLE))
    assert (noop["GALLIUM_NOOP"], llvmpipe["GALLIUM_NOOP"]) == ("1", "0")
    assert "PYOPENGL_PLATFORM" not in noop


# -- what is run -----------------------------------------------------------------------------------
def test_every_own_case_is_a_benchmark_of_ours() -> None:
    for case in own_cases(5):
        assert case.command[1:3] == ("-m", "ecs_engine.bench.suite.own")
        assert case.command[3] in DEFAULT_COUNTS
        assert case.figures


def test_every_program_of_a_peer_is_there_and_on_the_page_of_the_docs() -> None:
    page = (peers.ROOT / "docs" / "benchmarks.md").read_text("utf-8")
    for peer in peers.PEERS:
        assert f"**{peer.name}**" in page
        assert (peers.PROGRAMS / peer.program).exists()
    cases = list(peers.peer_cases(0.5))
    assert {case.subject for case in cases} == {peer.name for peer in peers.PEERS}
    assert {case.scenario for case in cases} == set(SCENARIOS[:7])


def test_what_a_peer_cannot_do_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers.shutil, "which", lambda runner: "" if str(runner) == "love" else str(runner))
    reasons = {(case.subject, case.scenario.name, case.count): case.reason for case in peers.peer_cases(0.5)}
    assert reasons["pyglet", "moving", 100_000] == ""
    assert reasons["pyglet", "moving", 1_000_000] == peers.SLOW_TO_MAKE
    assert reasons["pygame-ce", "moving", 1000] == peers.DRAWS_ITSELF
    assert reasons["pygame-ce", "whole", 10_000] == ""
    assert reasons["arcade", "whole", 1_000_000] == peers.SLOW_TO_MAKE
    assert reasons["xecs", "ecs-churn", 10_000] == peers.COLUMNS_ALONE
    assert reasons["raylib", "static", 1_000_000] == peers.KEEPS_NOTHING
    assert reasons["pyglet", "static", 1_000_000] == peers.SLOW_TO_MAKE
    assert "make setup-peers" in reasons["LOVE", "moving", 1000]
    monkeypatch.setattr(peers.shutil, "which", lambda runner: "")
    reasons = {(case.subject, case.scenario.name, case.count): case.reason for case in peers.peer_cases(0.5)}
    assert "where there is a Python 3.12" in reasons["PyBevy", "ecs-move", 100_000]


def test_pictures_are_looked_at_where_they_are_full_enough() -> None:
    looked_at = {(case.scenario.name, case.count) for case in [*own_cases(5), *peers.peer_cases(0.5)] if case.picture}
    assert looked_at == {("whole", 10_000)}


def test_only_some_scenarios() -> None:
    cases = [*own_cases(5), *peers.peer_cases(0.5)]
    moving = chosen(cases, ["moving"])
    assert {case.scenario for case in moving} == {MOVING}
    assert [case.count for case in moving] == sorted(case.count for case in moving)
    assert moving[0].subject == ENGINE
    assert len(chosen(cases, [])) == len(cases)


# -- what came out ---------------------------------------------------------------------------------
def test_medians_spread_and_ratios(result: Result) -> None:
    (moving, whole) = result["scenarios"]
    assert (moving["name"], whole["name"]) == ("moving", "whole")
    ours, slow, quick = moving["entries"][:3]
    assert (ours["median"], ours["low"], ours["high"], ours["p99"]) == (0.2, 0.1, 0.4, 0.4)
    assert ours["times_ours"] is None
    assert slow["times_ours"] == pytest.approx(100)
    assert quick["times_ours"] == pytest.approx(0.1)
    assert "median" not in whole["entries"][0]
    assert json.loads(json.dumps(result)) == result


def test_what_has_to_be_looked_at(result: Result) -> None:
    assert refused(result) == ["moving 1,000 liar: refused: the renderer was 'X'"]
    broken = summarise([outcome(ENGINE, 1000, [], reason="failed: oh")], 1, MACHINE)
    assert refused(broken) == ["moving 1,000 ecs-engine: failed: oh"]


def test_the_fastest_comes_first_and_reasons_are_told_once(result: Result) -> None:
    entries = result["scenarios"][0]["entries"]
    assert [(entry["count"], entry["label"]) for entry in by_speed(entries)] == [
        (1000, "quick"),
        (1000, ENGINE),
        (1000, "slow <one>"),
        (1_000_000, ENGINE),
    ]
    assert without_figures(entries) == [
        "slow <one> (1,000,000); quick (1,000,000): too <many>",
        "liar (1,000): refused: the renderer was 'X'",
    ]


def test_the_table(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    show(result)
    said = " ".join(capsys.readouterr().out.split())
    assert "0.2 ms" in said
    assert "x 100" in said
    assert "not measured: absent (10,000): not installed" in said


def test_numbers_have_three_figures() -> None:
    assert [number(value) for value in (0.0000123456, 0.123456, 99.99, 1234.5)] == ["0.000012", "0.123", "100", "1234"]


def test_the_page_is_whole(result: Result) -> None:
    page = to_html(result)
    assert_whole(page)
    assert_shapes_inside(page)
    assert_words_inside(page)
    assert "slow &lt;one&gt; (1,000,000); quick (1,000,000): too &lt;many&gt;" in page
    assert "A &lt;fast&gt; one" in page
    assert "absent (10,000): not installed" in page
    assert page.count('<div class="wide">') == page.count('<div class="narrow">') == 2


def test_bars_are_logarithmic() -> None:
    entries = summarise([outcome(str(value), 1000, [value]) for value in (0.1, 1.0, 100.0)], 1, MACHINE)
    picture = bars(entries["scenarios"][0]["entries"], "ms", 1000)
    widths = [float(bar.attrib["width"]) for bar in ElementTree.fromstring(picture.to_svg()).iter("rect")]
    assert widths[1] == pytest.approx(widths[2] / 3, abs=0.2)
    assert widths[0] < 1


def test_the_spread_is_drawn(result: Result) -> None:
    ours = result["scenarios"][0]["entries"][0]
    lines = list(ElementTree.fromstring(bars([ours], "ms", 1000).to_svg()).iter("line"))
    assert any(shape.attrib["y1"] == shape.attrib["y2"] and shape.attrib["x1"] != shape.attrib["x2"] for shape in lines)


def test_the_machine_is_described() -> None:
    machine = describe_machine()
    assert machine.keys() == MACHINE.keys()
    assert machine["cores"] >= 1
    assert machine["packages"]["numpy"] == np.__version__


# -- the command -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--all", "bunnymark"], "or --all"),
        ([], "or --all"),
        (["bunnymark", "--peers"], "go with --all"),
        (["--all", "--rounds", "0"], "0 is not in the range"),
    ],
)
def test_arguments_that_do_not_go_together(arguments: list[str], said: str) -> None:
    outcome = CliRunner().invoke(cli.main, ["bench", *arguments])
    assert outcome.exit_code == 2
    assert said in outcome.output


def test_without_an_x_server_it_names_a_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    outcome = CliRunner().invoke(cli.main, ["bench", "--all"])
    assert outcome.exit_code == 1
    assert "make bench" in outcome.output


def test_a_scenario_that_there_is_not() -> None:
    with pytest.raises(EngineError, match=r"no scenario 'fast' .*moving, whole"):
        command.run_suite(peers=False, only=("fast",))


def test_without_a_checkout_there_are_no_peers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(peers, "PROGRAMS", tmp_path / "none")
    with pytest.raises(EngineError, match="in a checkout"):
        list(peers.peer_cases(1.0))


@pytest.mark.x11
def test_the_real_thing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "SPRITE_COUNTS", (10_000,))
    json_path, html_path, pictures = tmp_path / "a" / "result.json", tmp_path / "b" / "page.html", tmp_path / "pictures"
    command.run_suite(
        peers=False,
        rounds=1,
        ticks=5,
        only=("whole", "ecs-move", "ecs-join", "ecs-handles", "ecs-churn", "memory"),
        json_path=json_path,
        html_path=html_path,
        pictures=pictures,
    )
    told: dict[str, Any] = json.loads(json_path.read_text("utf-8"))
    loops = ["ecs-move", "ecs-join", "ecs-handles", "ecs-churn"]
    assert [section["name"] for section in told["scenarios"]] == ["whole", *loops, "memory"]
    whole = told["scenarios"][0]["entries"][0]
    assert "llvmpipe" in whole["renderer"]
    assert whole["median"] > 0
    assert told["scenarios"][-1]["entries"][0]["renderer"] == "NOOP"
    assert (pictures / "whole-ecs-engine.png").exists()
    assert_whole(html_path.read_text("utf-8"))


@pytest.mark.x11
def test_our_own_run_on_another_driver_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(running.ENVIRONMENTS, "noop", running.ENVIRONMENTS["llvmpipe"])
    with pytest.raises(EngineError, match=r"Not everything was measured: memory .*refused: the renderer was 'llvmpipe"):
        command.run_suite(peers=False, rounds=1, ticks=5, only=("memory",), json_path=tmp_path / "result.json")
    entry = json.loads((tmp_path / "result.json").read_text("utf-8"))["scenarios"][0]["entries"][0]
    assert "median" not in entry
