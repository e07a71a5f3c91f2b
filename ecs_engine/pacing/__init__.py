"""Pacing: when frames begin, which moment they show, and how much time each is worth. See docs/pacing.md."""

from __future__ import annotations

from ecs_engine.pacing.clock import Clock, FakeClock, MonotonicClock
from ecs_engine.pacing.deadlines import DeadlineTicker
from ecs_engine.pacing.delta import (
    DELTAS,
    DeltaSmoother,
    FilteredDelta,
    PhaseLockedDelta,
    RawDelta,
    make_delta,
)
from ecs_engine.pacing.display import SimulatedDisplay, SwapSource, VsyncSource
from ecs_engine.pacing.follow import FollowPacer
from ecs_engine.pacing.grid import VsyncGrid
from ecs_engine.pacing.pacer import FrameTime, Pacer, PacingSettings
from ecs_engine.pacing.phase_locked import Mode, PhaseLockedPacer
from ecs_engine.pacing.screen import ScreenPacer, Swaps
from ecs_engine.pacing.slack import GarbageSlack, SlackClock
from ecs_engine.pacing.strategies import PACERS, CooperativePacer, TickerPacer, VsyncPacer, make_pacer

__all__ = [
    "DELTAS",
    "PACERS",
    "Clock",
    "CooperativePacer",
    "DeadlineTicker",
    "DeltaSmoother",
    "FakeClock",
    "FilteredDelta",
    "FollowPacer",
    "FrameTime",
    "GarbageSlack",
    "Mode",
    "MonotonicClock",
    "Pacer",
    "PacingSettings",
    "PhaseLockedDelta",
    "PhaseLockedPacer",
    "RawDelta",
    "ScreenPacer",
    "SimulatedDisplay",
    "SlackClock",
    "SwapSource",
    "Swaps",
    "TickerPacer",
    "VsyncGrid",
    "VsyncPacer",
    "VsyncSource",
    "make_delta",
    "make_pacer",
]
