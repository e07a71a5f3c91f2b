"""The likely bottleneck: one table of rules, each of which says how much of the lost time it explains, and by what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from ecs_engine.trace.intervals import Mask, Times, common, covered, union, without
from ecs_engine.trace.profile import Kind, Profile, Windows
from ecs_engine.trace.recording import Recording
from ecs_engine.trace.svg import milliseconds
from ecs_engine.trace.tracks import COLUMN_UPLOADS, COMPILE_CALLS, DRAW_CALLS, GPU, TEXTURE_UPLOADS, WAITING_CALLS

LEAST_SHARE = 0.1
"""The least part of the lost time that a rule must explain to be named."""
PARTS_TOLD = 3
"""How many of a cause's parts the evidence names."""

Parts = Mapping[str, Times]
"""name -> when it was under way."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table.

    What a rule explains of a late frame or tick is the time for which its cause was under way, as much of it as was
    lost; or, for one that is about ``excess``, the time for which it went on beyond what a frame or tick may take.
    """

    name: str
    kinds: tuple[Kind, ...]
    """What it can make late. Of two kinds, that counts of which it explains more."""
    cause: Callable[[Profile, Kind], Times]
    parts: Callable[[Profile, Kind], Parts]
    """What the cause is made of, for the evidence."""
    advice: str
    """What to do about it."""
    excess: bool = False


def _named(*names: str) -> tuple[Callable[[Profile, Kind], Times], Callable[[Profile, Kind], Parts]]:
    """Cause and parts of a rule about spans of these names; while the garbage collector ran, that is the cause."""
    return (
        lambda profile, _: without(profile.named(names), profile.garbage),
        lambda profile, _: profile.parts(names),
    )


def _drawing(profile: Profile, _: Kind) -> Times:
    elsewhere = profile.named((*COMPILE_CALLS, *TEXTURE_UPLOADS, *COLUMN_UPLOADS))
    return without(profile.named(("draw",)), union(elsewhere, profile.waits, profile.garbage, _off("frames", profile)))


RULES: tuple[Rule, ...] = (
    Rule(
        "logic over budget",
        ("ticks",),
        lambda profile, _: without(union(profile.each("tick")), union(profile.garbage, _off("ticks", profile))),
        lambda profile, _: profile.systems,
        "Make the system that is named do less in each tick (whole arrays instead of loops, every nth tick), or lower "
        "tick_rate: pictures are interpolated between ticks.",
        excess=True,
    ),
    Rule(
        "garbage collection",
        ("frames", "ticks"),
        lambda profile, kind: without(profile.garbage, profile.waits) if kind == "frames" else profile.garbage,
        lambda profile, _: profile.pauses,
        "Make fewer objects that refer to each other in systems: keep arrays, reuse lists, make all at the start.",
    ),
    Rule(
        "shader compile",
        ("frames",),
        *_named(*COMPILE_CALLS),
        "Make programs and drawables before App.run, or behind a loading screen.",
    ),
    Rule(
        "texture upload",
        ("frames",),
        *_named(*TEXTURE_UPLOADS),
        "Load pictures before App.run, or spread them over frames (TextureUploader with a smaller budget; see "
        "docs/uploads.md).",
    ),
    Rule(
        "column upload",
        ("frames",),
        *_named(*COLUMN_UPLOADS),
        "Write to fewer columns: those that nobody has written to since the last frame are not sent.",
    ),
    Rule(
        "fill",
        ("frames",),
        lambda profile, _: common(profile.waits, profile.track(GPU)),
        lambda profile, _: _waits(profile, common),
        "The GPU draws while all wait for it: a smaller window, fewer layers over each other, smaller or opaque "
        "sprites, cheaper fragment shaders.",
    ),
    Rule(
        "sync wait",
        ("frames",),
        lambda profile, _: without(profile.waits, profile.track(GPU)),
        lambda profile, _: _waits(profile, without),
        "The screen, the compositor or the driver holds frames back, and not the GPU's work: try queue_depth=2, "
        "another pacing, or vsync=False; read no pixels back in the middle of a frame.",
    ),
    Rule(
        "drawing over budget",
        ("frames",),
        _drawing,
        lambda profile, _: profile.parts(("draws", *DRAW_CALLS)),
        "Draw less: fewer draws (the same blend for neighbours in the order), fewer views, less in overridden methods "
        "of the render system.",
        excess=True,
    ),
    Rule(
        "GIL wait",
        ("frames", "ticks"),
        lambda profile, kind: profile.lock_waits(kind),
        lambda profile, kind: {"draw": profile.lock_waits(kind)} if kind == "frames" else profile.systems,
        "The two threads hold each other up: loops in Python keep the GIL, whole-array numpy gives it away. See what "
        "the other thread does meanwhile.",
    ),
    Rule(
        "off the processor",
        ("frames", "ticks"),
        lambda profile, kind: profile.off_processor(kind),
        lambda profile, kind: {"draw": profile.off_processor(kind)} if kind == "frames" else profile.systems,
        "Other programs had the cores, or a system waited for a file, a lock or a sleep: close the one, or move the "
        "other to a thread of its own.",
    ),
)
"""Every rule, in no order that matters."""


def _waits(profile: Profile, keep: Callable[[Times, Times], Times]) -> Parts:
    """The waits of the context thread: those that have the GPU's work in ``common``, or those ``without``."""
    return {name: keep(times, profile.track(GPU)) for name, times in profile.parts(("swap", *WAITING_CALLS)).items()}


def _off(kind: Kind, profile: Profile) -> Times:
    """When the thread of ticks or frames did not run, though it wanted to."""
    return union(profile.lock_waits(kind), profile.off_processor(kind))


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that explains a considerable part of the lost time."""

    rule: Rule
    kind: Kind
    explained_ms: float
    share: float
    """The part of all lost time of frames, or of ticks, that it explains: 0 to 1. Those of several rules may add up to
    more, because they may go on at the same time."""
    evidence: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The late ones of a kind."""

    count: int
    late: int
    limit_ms: float
    """How long each may take; 0 for frames without a limit to their number, or ticks of which it is not known."""
    lost_ms: float
    unexplained_ms: float
    """What no rule explains, named or not."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What held a recording up."""

    frames: Lost
    ticks: Lost
    findings: tuple[Finding, ...]
    """What explains the most time comes first."""


def percent(part: float) -> str:
    """``"92 %"``, of 0.92; what is less than one says so."""
    return "below 1 %" if 0 < part < 0.01 else f"{100 * part:.0f} %"


def diagnose(recording: Recording) -> Diagnosis:
    """Try every rule."""
    profile = Profile(recording)
    explained: dict[Kind, list[Times]] = {"frames": [], "ticks": []}
    findings = []
    for rule in RULES:
        tried = []
        for kind in rule.kinds:
            windows = profile.windows(kind)
            amounts = _explains(rule, profile, windows, kind)
            explained[kind].append(amounts)
            tried.append((int(amounts.sum()), kind, amounts))
        total, kind, amounts = max(tried, key=lambda one: one[0])
        windows = profile.windows(kind)
        if total and total >= LEAST_SHARE * windows.lost.sum():
            evidence = _evidence(rule.parts(profile, kind), rule.cause(profile, kind), windows, amounts > 0, kind)
            findings.append(Finding(rule, kind, total * 1e-6, total / int(windows.lost.sum()), evidence))
    findings.sort(key=lambda finding: -finding.explained_ms)
    frames, ticks = (_lost(profile.windows(kind), explained[kind]) for kind in ("frames", "ticks"))
    return Diagnosis(frames, ticks, tuple(findings))


def _explains(rule: Rule, profile: Profile, windows: Windows, kind: Kind) -> Times:
    """How much of what each frame or tick lost this rule explains: (n,) int64 ns."""
    amounts = covered(windows.times, rule.cause(profile, kind))
    if rule.excess:
        amounts = np.maximum(amounts - windows.limit_ns, 0)
    return np.minimum(amounts, windows.lost)


def _lost(windows: Windows, explained: list[Times]) -> Lost:
    together = np.minimum(np.sum(explained, axis=0), windows.lost)
    lost = int(windows.lost.sum())
    return Lost(
        len(windows.times),
        windows.late,
        windows.limit_ns * 1e-6,
        lost * 1e-6,
        (lost - int(together.sum())) * 1e-6,
    )


def _evidence(parts: Parts, cause: Times, windows: Windows, affected: Mask, kind: Kind) -> str:
    """``12.1 ms of 33.3 ms, in 275 of 299 frames (92 %): swap 11.9 ms, glClientWaitSync 0.200 ms``; all are means."""
    times = windows.times[affected]
    amount, length = (
        milliseconds(float(one.mean()) * 1e-6) for one in (covered(times, cause), windows.lengths[affected])
    )
    means = sorted(((float(covered(times, part).mean()) * 1e-6, name) for name, part in parts.items()), reverse=True)
    told = [f"{name} {milliseconds(mean)} ms" for mean, name in means[:PARTS_TOLD] if mean >= 0.001]
    words = f"{amount} ms of {length} ms, in {len(times)} of {len(affected)} {kind} ({percent(affected.mean())})"
    return f"{words}: {', '.join(told)}" if told else words
