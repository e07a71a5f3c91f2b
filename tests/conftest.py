"""Which tests can run in this process, and what becomes of those that cannot.

`make test` runs two halves: everything but `x11` with PyOpenGL set to OSMesa, then `x11` in an X server of its
own. PyOpenGL settles for one of the two when it is first imported, so the choice is made here, before that.
A test that cannot run says why; with `CI=true` in the environment it fails instead of being skipped.
"""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Callable, Generator, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from ecs_engine.text import Font

BY_DESIGN = "by design: "
"""A skip whose reason starts so stands in CI too: it says something about the test, not about the machine."""


def in_ci() -> bool:
    """Whether nothing may be skipped for want of a package."""
    return os.environ.get("CI", "").lower() in ("1", "true", "yes")


def missing_for_gl() -> str | None:
    """Why drawing off screen cannot work here, or None."""
    if os.environ.get("PYOPENGL_PLATFORM") != "osmesa":
        return "PyOpenGL is not set to draw off screen in this process: make test-headless runs this test"
    try:
        ctypes.CDLL("libOSMesa.so.8")
    except OSError:
        return "libOSMesa.so.8 is missing: install the package libosmesa6"
    return None


def missing_for_x11() -> str | None:
    """Why opening a window cannot work here, or None."""
    if os.environ.get("PYOPENGL_PLATFORM") == "osmesa":
        return "PyOpenGL is set to draw off screen in this process: make test-x11 runs this test"
    if not os.environ.get("DISPLAY"):
        return "there is no X server (DISPLAY is not set): install the packages xvfb xauth"
    return None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Tests with a long form, which `make soak` runs, ask the fixture ``rounds`` how often to repeat."""
    parser.addoption("--long", action="store_true", help="the long forms of the tests that have one (make soak)")


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """``rounds(short, long)``: the one or the other."""
    return lambda short, long: long if request.config.getoption("--long") else short


def pytest_configure(config: pytest.Config) -> None:
    """Draw off screen, unless it is the windowed half that was asked for."""
    if config.option.markexpr.strip() != "x11":
        os.environ.setdefault("PYOPENGL_PLATFORM", "osmesa")


@pytest.fixture(scope="session", autouse=True)
def no_players_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep games in tests, and in processes of tests, away from the folder of who runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(tmp_path_factory.mktemp("player")))
        yield


@pytest.fixture(scope="module", autouse=True)
def tests_set_aside() -> None:
    """Keep pytest, all tests and what they import out of the garbage collector's way, as a game may do (see
    ``ecs_engine.process.frozen_garbage``): each run of an App would look through it otherwise, for longer than most
    last."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are broken into lines from here on, in that order."""
    from ecs_engine.text.lines import Lines

    texts: list[str] = []
    add = Lines.add

    def noted(lines: Lines, font: Font, text: str, tokens: list[str], room: float) -> int:
        texts.append(text)
        return add(lines, font, text, tokens, room)

    monkeypatch.setattr(Lines, "add", noted)
    return texts


@pytest.fixture(scope="session")
def drawn_once() -> Iterator[None]:
    """The pictures of the demos are drawn once for all tests: equal arguments give equal pixels, and most of a test of
    a demo is drawing."""
    from ecs_engine.assets import asteroids, bunny, font, hello, valley, walker

    names = ["ship", "rock", "shard", "nebula", "planet", "title_picture", "bunny", "meadow"]
    names += ["ground", "ground_map", "ridge", "pine", "reeds", "sheet"]
    with pytest.MonkeyPatch.context() as patch:
        for module in (asteroids, bunny, font, hello, valley, walker):
            for name in names:
                if hasattr(module, name):
                    patch.setattr(module, name, cache(getattr(module, name)))
        yield


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose half of OpenGL this process does not have, with the reason."""
    for marker, missing in (("gl", missing_for_gl), ("x11", missing_for_x11)):
        if item.get_closest_marker(marker) and (reason := missing()):
            pytest.skip(reason)


def fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    """In CI, turn a skip into a failure with the same reason."""
    if not in_ci() or report.outcome != "skipped" or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if not reason.removeprefix("Skipped: ").startswith(BY_DESIGN):
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped in CI, and this was: {reason}"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Apply the rule of CI to single tests."""
    report = yield
    fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Apply the rule of CI to whole files, which `pytest.importorskip` skips when they are collected."""
    report = yield
    fail_if_skipped(report)
    return report
