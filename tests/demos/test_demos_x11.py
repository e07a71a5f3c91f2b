"""Every demo in a real window."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from ecs_engine.demo_runner import find_demos

from .quiet_run import run_600_frames

AT_ONCE = 2
"""Demos that run beside each other: most of the time they wait for their next frame."""


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest, x_server: None) -> Iterator[dict[str, Future[None]]]:
    """The runs of all demos that are tested here, in this order."""
    names = [item.callspec.params["name"] for item in request.session.items if item.path == request.path]  # type: ignore[attr-defined]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield {name: pool.submit(run_600_frames, name, "window") for name in names}
        pool.shutdown(cancel_futures=True)


@pytest.mark.x11
@pytest.mark.parametrize("name", [demo.name for demo in find_demos()])
def test_600_frames_in_a_window_without_a_warning(name: str, runs: dict[str, Future[None]]) -> None:
    runs[name].result()
