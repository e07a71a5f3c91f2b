"""Changes the engine in small ways and runs the tests that are near: `python tools/mutate.py ROOM [--sample N]`.

A change that no test notices (it *survives*) is a gap in the tests, or makes no difference. ROOM: core, frame, systems.
The sample is the same for the same seed and sources.

First all tests that are near run once, while coverage tells which of them run which lines. Then each change is tried by
the tests that run its line, the quickest first, until one fails. Changes live in memory only: each is tried in a fork
of this process, which has imported pytest and other packages but nothing of the engine, and imports the changed text
for that of its file. Where a test fails, the same tests run without the change: if one fails there, too, nothing is
said of the change (*unclear*). Processes that tests start have no change in them.

Why not a library: mutmut leaves out functions with decorators, properties among them, and wants a package to lie in a
folder of its name, which `systems/` does not; cosmic-ray starts the same long command anew for each change.
"""

from __future__ import annotations

import argparse
import importlib
import multiprocessing
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Generator
from importlib.machinery import SourceFileLoader
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType

import coverage
import hypothesis
import pytest
from mutations import ROOT, Mutant, mutants_of

ROOMS = {
    "core": (
        "ecs_engine/core",
        [
            "tests/core",
            "tests/frame/test_snapshot.py",
            "tests/systems/test_transform.py",
            "tests/window/test_gamepads.py",
        ],
    ),
    "frame": ("ecs_engine/frame", ["tests/frame", "tests/systems/test_batching.py", "tests/render"]),
    "systems": (
        "systems",
        ["tests/systems", "tests/app/test_draw_calls.py", "tests/render/test_effects.py", "tests/render/test_tiles.py"],
    ),
}
"""Room -> its folder, and the tests that are near it."""
SECONDS = 300
"""A change with which tests run for longer than this was noticed: they do not end."""
TEST_SECONDS = 20
"""The same for one test."""
PACKAGES = [
    "numpy.random", "esper", "glm", "glfw", "OpenGL.GL", "PIL.Image", "uharfbuzz", "rich", "click", "pygments",
    "_hypothesis_pytestplugin", "pytest_benchmark.plugin", "pytest_timeout", "xdist.plugin",
]  # fmt: skip
"""What is imported once, before the forks."""
IMPORT = ""
"""Coverage's context of what runs while modules are imported, before the first test."""


class Watch:
    """A plugin of pytest: runs the chosen tests in that order, and keeps the seconds of each and what failed."""

    def __init__(self, chosen: list[str] | None = None) -> None:
        self._chosen = chosen
        self.seconds: dict[str, float] = {}
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        if self._chosen is not None:
            found = {item.nodeid: item for item in items}
            items[:] = [found[name] for name in self._chosen if name in found]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration
        if report.failed:
            self.failed = report.nodeid

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed = f"the import of {report.nodeid}"


class Contexts:
    """A plugin of pytest: tells coverage which test runs, so that it keeps the lines of each, on whatever thread."""

    def __init__(self, measure: coverage.Coverage) -> None:
        self._measure = measure

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._measure.switch_context(item.nodeid)
        return (yield)


class Runs:
    """Runs tests in forks of this process."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._good: set[tuple[str, ...]] = set()

    def measured(self, tests: list[str], source: Path) -> tuple[coverage.CoverageData, dict[str, float]]:
        """Which lines of a folder the tests run, and the seconds of each test; ends the program if one fails."""
        data = str(self._folder / "coverage")

        def run() -> Watch:
            measure = coverage.Coverage(data_file=data, config_file=False, source=[str(source)])
            measure.start()
            watch = self._pytest(tests, 0, Watch(), Contexts(measure))
            measure.stop()
            measure.save()
            return watch

        watch = self._fork(run, seconds=None)
        if watch.failed or not watch.seconds:
            sys.exit(f"The tests fail as they are, mend that first:\n{self._said()}")
        found = coverage.CoverageData(data)
        found.read()
        return found, watch.seconds

    def failure(self, tests: list[str], mutant: Mutant | None) -> tuple[str, list[str]]:
        """What fails first, "" if nothing does; and the tests that ran until then."""

        def run() -> Watch:
            loaded = _load(mutant)
            watch = self._pytest(_files(tests), TEST_SECONDS, Watch(tests))
            if mutant and not loaded:
                raise RuntimeError(f"no test imported {mutant}")
            return watch

        watch = self._fork(run)
        return watch.failed, list(watch.seconds) or tests

    def passes_unchanged(self, tests: list[str]) -> bool:
        """Whether these tests pass, in this order, without a change."""
        key = tuple(tests)
        if key not in self._good and not self.failure(tests, None)[0]:
            self._good.add(key)
        return key in self._good

    def _pytest(self, arguments: list[str], timeout: int, watch: Watch, *more: object) -> Watch:
        options = ["-q", "-x", "-m", "not x11", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", f"timeout={timeout}"]
        options += ["--assert=plain", f"--basetemp={self._folder / 'tests'}"]
        status = pytest.main([*options, *arguments], plugins=[watch, *more])
        if status and not watch.failed:  # as where the engine's own plugin cannot be imported
            watch.failed = f"pytest ends with {status!s}"
        return watch

    def _fork(self, run: Callable[[], Watch], seconds: int | None = SECONDS) -> Watch:
        """What a function gives in a fork. A fork that does not end, or is killed by its faults, fails."""
        fork = multiprocessing.get_context("fork")
        here, there = fork.Pipe(duplex=False)
        process = fork.Process(target=self._child, args=(run, there))
        process.start()
        there.close()
        watch = Watch()
        with here:
            if not here.poll(seconds):
                process.kill()
                watch.failed = "no end"
            else:
                try:
                    watch = here.recv()
                except EOFError:
                    process.join()
                    if process.exitcode == 1:
                        raise RuntimeError(self._said()) from None
                    watch.failed = f"exit code {process.exitcode}"
        process.join()
        return watch

    def _child(self, run: Callable[[], Watch], there: Connection) -> None:
        said = os.open(self._folder / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        there.send(run())
        os._exit(0)  # whatever threads a failed test left behind

    def _said(self) -> str:
        return (self._folder / "said").read_text("utf-8", "replace")


def _files(tests: list[str]) -> list[str]:
    return sorted({name.partition("::")[0] for name in tests})


def _load(mutant: Mutant | None) -> list[str]:
    """From now on import the changed text for that of its file; the list then has the name of its module."""
    loaded: list[str] = []
    usual = SourceFileLoader.get_code

    def get_code(loader: SourceFileLoader, name: str) -> CodeType | None:
        if mutant and Path(loader.path).resolve() == mutant.path:
            loaded.append(name)
            return mutant.code()
        return usual(loader, name)

    SourceFileLoader.get_code = get_code  # type: ignore[assignment, method-assign]
    return loaded


def prepare() -> None:
    """Import what every fork needs, and let tests that draw numbers draw the same ones each time."""
    os.chdir(ROOT)
    os.environ["PYOPENGL_PLATFORM"] = "osmesa"
    for name in PACKAGES:
        importlib.import_module(name)
    hypothesis.settings.register_profile("mutate", derandomize=True, database=None, deadline=None)
    hypothesis.settings.load_profile("mutate")


def chosen(folder: Path, at: str, sample: int, seed: int) -> tuple[list[Mutant], int]:
    """The sample, and of how many."""
    every = [mutant for path in sorted(folder.rglob("*.py")) for mutant in mutants_of(path)]
    every = [mutant for mutant in every if str(mutant).startswith(at)]
    return random.Random(seed).sample(every, min(sample, len(every))), len(every)


def main() -> int:
    parser = argparse.ArgumentParser(description="Changes that tests should notice.")
    parser.add_argument("room", choices=ROOMS)
    parser.add_argument("--sample", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at", default="", help="only changes of this file or line, as in systems/text.py:120:")
    options = parser.parse_args()
    folder, tests = ROOMS[options.room]
    sample, total = chosen(ROOT / folder, options.at, options.sample, options.seed)
    counts = Counter[str]()
    prepare()
    with tempfile.TemporaryDirectory() as place:
        runs = Runs(Path(place))
        measured, seconds = runs.measured(tests, ROOT / folder)
        for mutant in sample:
            word, more = verdict(mutant, runs, measured, seconds)
            counts[word] += 1
            print(f"{word}: {mutant}{more and f' ({more})'}", flush=True)
    told = ", ".join(f"{number} {word}" for word, number in counts.items())
    print(f"{options.room}: {told}; {len(sample)} of {total} changes were tried")
    return 0


def verdict(mutant: Mutant, runs: Runs, measured: coverage.CoverageData, seconds: dict[str, float]) -> tuple[str, str]:
    """What became of a change, and by which test."""
    by_line = measured.contexts_by_lineno(str(mutant.path))
    running = {name for line in mutant.lines for name in by_line.get(line, ())}
    if IMPORT in running:  # anything may depend on it
        tests = sorted(seconds, key=lambda name: (name not in running, seconds[name]))
    else:
        tests = sorted(running, key=seconds.__getitem__)
    if not tests:
        return "not run", ""
    failed, ran = runs.failure(tests, mutant)
    if not failed:
        return "survived", f"{len(tests)} tests"
    return ("noticed" if runs.passes_unchanged(ran) else "unclear"), failed


if __name__ == "__main__":
    sys.exit(main())
