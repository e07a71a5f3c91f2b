"""The command behind ``ecs-engine bench --all``."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

from ecs_engine.bench.suite.cases import SCENARIOS, chosen, own_cases
from ecs_engine.bench.suite.page import to_html
from ecs_engine.bench.suite.peers import peer_cases
from ecs_engine.bench.suite.result import describe_machine, refused, summarise
from ecs_engine.bench.suite.running import run_cases
from ecs_engine.bench.suite.table import show
from ecs_engine.core.errors import EngineError

TICKS = 120
"""Ticks of a scene, two seconds of it."""
ROUNDS = 3
SECONDS = 1.0
"""How long a peer is timed in each round, start-up apart."""


def run_suite(
    *,
    peers: bool,
    rounds: int = ROUNDS,
    ticks: int = TICKS,
    only: Sequence[str] = (),
    json_path: Path | None = None,
    html_path: Path | None = None,
    pictures: Path | None = None,
) -> None:
    """Run the scenarios, all or ``only`` some, and print and write what came out.

    Raises:
        EngineError: a scenario that there is not, no X server, no checkout with the peers in it; or, when all is
            written, a run that was refused.
    """
    import click

    names = [scenario.name for scenario in SCENARIOS]
    for name in only:
        if name not in names:
            raise EngineError(f"There is no scenario {name!r} for --only: the scenarios are {', '.join(names)}.")
    if not os.environ.get("DISPLAY"):
        raise EngineError(
            "bench --all opens windows of an X server, and there is none here: make bench brings one, and so does "
            "xvfb-run -a -s '-screen 0 1280x720x24 -noreset' ecs-engine bench --all."
        )
    cases = chosen([*own_cases(ticks), *(peer_cases(SECONDS) if peers else ())], only)
    machine, began = describe_machine(), monotonic()
    outcomes = run_cases(cases, rounds, click.echo, pictures)
    result = summarise(outcomes, rounds, machine | {"minutes": round((monotonic() - began) / 60, 1)})
    show(result)
    for path, text in ((json_path, json.dumps(result, indent=2) + "\n"), (html_path, to_html(result))):
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            click.echo(f"wrote {path}")
    if faults := refused(result):
        raise EngineError("Not everything was measured: " + "; ".join(faults))
