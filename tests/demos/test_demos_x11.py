"""Every demo in a real window."""

from __future__ import annotations

import pytest

from ecs_engine.demo_runner import find_demos

from .quiet_run import run_600_frames


@pytest.mark.x11
@pytest.mark.usefixtures("x_server")
@pytest.mark.parametrize("name", [demo.name for demo in find_demos()])
def test_600_frames_in_a_window_without_a_warning(name: str) -> None:
    run_600_frames(name, "window")
