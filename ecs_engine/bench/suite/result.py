"""The result of a suite: plain data, as it is written to JSON, from which the table and the page are made."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from ecs_engine.bench.suite.cases import ENGINE, OURS, SCENARIOS
from ecs_engine.bench.suite.running import Outcome

Result = dict[str, Any]
PACKAGES = ("ecs-engine", "esper", "glfw", "PyOpenGL", "PyOpenGL-accelerate", "numpy", "PyGLM")


def summarise(outcomes: Sequence[Outcome], rounds: int, machine: dict[str, Any]) -> Result:
    """Medians over the rounds, with the least and the greatest. Scenarios without a case are left out."""
    sections = []
    for scenario in SCENARIOS:
        entries = [entry for outcome in outcomes if outcome.case.scenario is scenario for entry in _entries(outcome)]
        for entry in entries:
            entry["times_ours"] = _times_ours(entry, entries)
        if entries:
            sections.append(
                {
                    "name": scenario.name,
                    "title": scenario.title,
                    "note": scenario.note,
                    "unit": scenario.unit,
                    "driver": scenario.driver,
                    "entries": entries,
                }
            )
    return {"machine": machine, "rounds": rounds, "scenarios": sections}


def _entries(outcome: Outcome) -> list[dict[str, Any]]:
    entries = []
    for place, figure in enumerate(outcome.case.figures):
        entry: dict[str, Any] = {
            "label": figure.label,
            "subject": outcome.case.subject,
            "count": outcome.case.count,
            "version": outcome.version,
            "renderer": outcome.renderer,
            "reason": outcome.reason,
            "refused": outcome.refused,
        }
        if not outcome.reason:
            values = outcome.medians[place]
            entry |= {
                "values": values,
                "median": statistics.median(values),
                "low": min(values),
                "high": max(values),
                "p99": statistics.median(outcome.tails[place]) if figure.tails else None,
            }
        entries.append(entry)
    return entries


def _times_ours(entry: dict[str, Any], entries: Sequence[dict[str, Any]]) -> float | None:
    """A peer's median over the engine's, for the same count."""
    ours = [one for one in entries if one["subject"] == ENGINE and one["count"] == entry["count"]]
    if entry["subject"] == ENGINE or len(ours) != 1 or entry["reason"] or ours[0]["reason"] or not ours[0]["median"]:
        return None
    return float(entry["median"] / ours[0]["median"])


def refused(result: Result) -> list[str]:
    """What has to be looked at: runs of the engine without figures, and runs of anybody that were not what they should
    have been. A peer that is not there is none."""
    return [
        f"{section['name']} {entry['count']:,} {entry['label']}: {entry['reason']}"
        for section in result["scenarios"]
        for entry in section["entries"]
        if entry["reason"] and (entry["refused"] or entry["subject"] in OURS)
    ]


def describe_machine() -> dict[str, Any]:
    """What the figures depend on besides the code."""
    return {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _commit(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    """The commit of the checkout this runs from, or ""."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
