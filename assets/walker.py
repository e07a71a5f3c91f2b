"""A small traveller in a coat and a scarf, drawn joint by joint. uint8 (h, w, 4), straight alpha."""

from __future__ import annotations

from itertools import pairwise
from math import cos, hypot, pi, sin
from typing import NamedTuple

import numpy as np

from ecs_engine.assets.drawing import Canvas, Field, Pixels, capsule, circle, ellipse, polygon, ramp
from ecs_engine.assets.palette import (
    AMBER,
    CLAY,
    CLOUD,
    CORAL,
    CREAM,
    DUSK,
    INK,
    LEAF,
    LEMON,
    MINT,
    OCEAN,
    PINE,
    ROSE,
    SAND,
    SKY,
    VIOLET,
    WINE,
    Colour,
    mix,
)

WIDTH, HEIGHT = 48, 62
"""Of a frame, in units. The feet stand at ``GROUND``, the figure looks to the right."""
GROUND = 57
FRAMES = {"idle": 8, "walk": 8, "run": 8, "jump": 8}
"""Rows of the sheet from the top, and how many frames each has."""

DRESSES: tuple[tuple[Colour, Colour, Colour], ...] = (
    (CORAL, LEMON, OCEAN),
    (SKY, CORAL, DUSK),
    (AMBER, MINT, WINE),
    (VIOLET, AMBER, OCEAN),
    (MINT, ROSE, DUSK),
    (LEAF, CREAM, CLAY),
    (ROSE, SKY, WINE),
    (CLOUD, CORAL, PINE),
)
"""Coat, scarf and trousers."""
HAIR: tuple[Colour, ...] = (mix(CLAY, INK, 0.55), INK, mix(WINE, INK, 0.3), mix(AMBER, CLAY, 0.6))

Point = tuple[float, float]


class Pose(NamedTuple):
    """Where the joints are, in units; y runs down."""

    hip: Point
    neck: Point
    feet: tuple[Point, Point]
    """The far one, the near one."""
    hands: tuple[Point, Point]
    breeze: float
    """How far the scarf is blown back: 0 hangs, 1 streams."""
    flutter: float


def sheet(dress: int, scale: float = 1.0) -> Pixels:
    """All frames of one dress: a row for each of ``FRAMES``, 8 columns, frames of 48 x 62 units without a gap."""
    rows = [
        np.concatenate([frame(kind, index / count, dress, scale) for index in range(count)], axis=1)
        for kind, count in FRAMES.items()
    ]
    return np.concatenate(rows)


def frame(kind: str, phase: float, dress: int, scale: float = 1.0) -> Pixels:
    """One frame of ``FRAMES``; ``phase`` runs from 0 to 1."""
    pose = _POSES[kind](phase)
    canvas = Canvas(WIDTH, HEIGHT, scale)
    coat, scarf, trousers = DRESSES[dress % len(DRESSES)]
    hair = HAIR[dress % len(HAIR)]
    hip, neck = pose.hip, pose.neck
    head = (neck[0] + 1.0, neck[1] - 8.0)
    far_leg, near_leg = (_limb(canvas, (hip[0] + side, hip[1]), foot, 8.8, 1.0, 2.7)
                         for side, foot in zip((1.2, -1.2), pose.feet, strict=True))  # fmt: skip
    far_arm, near_arm = (_limb(canvas, (neck[0] + side, neck[1] + 3.0), hand, 6.6, -1.0, 2.3)
                         for side, hand in zip((2.0, -1.5), pose.hands, strict=True))  # fmt: skip
    shoes = [ellipse(canvas, x + 1.6, y - 1.6, 4.2, 2.5) for x, y in pose.feet]
    palms = [circle(canvas, x, y, 2.4) for x, y in pose.hands]
    body = np.minimum(
        capsule(canvas, *neck, *hip, 4.4, 5.4),
        polygon(canvas, [(neck[0] - 3, neck[1] + 4), (neck[0] + 3, neck[1] + 4), (hip[0] + 5.6, hip[1] + 3.4),
                         (hip[0] - 5.6, hip[1] + 3.4)], 1.0),
    )  # fmt: skip
    face = ellipse(canvas, *head, 8.6, 8.2)
    ribbon = _scarf(canvas, neck, pose.breeze, pose.flutter)
    collar = ellipse(canvas, neck[0] + 0.6, neck[1] + 0.4, 5.6, 2.9)
    cap = _hair(canvas, head)
    whole = np.minimum.reduce([far_leg, near_leg, far_arm, near_arm, *shoes, *palms, body, face, ribbon, collar, cap])
    canvas.fill(whole - 1.5, INK)
    dark = mix(coat, WINE if coat in (CORAL, ROSE, AMBER) else INK, 0.35)
    canvas.fill(far_arm, dark)
    canvas.fill(palms[0], mix(SAND, CLAY, 0.5))
    canvas.fill(far_leg, mix(trousers, INK, 0.35))
    canvas.fill(shoes[0], mix(WINE, INK, 0.4))
    canvas.fill(ribbon, ramp(canvas.x, [(neck[0] - 18, mix(scarf, CREAM, 0.25)), (neck[0], scarf)]))
    canvas.fill(near_leg, trousers)
    canvas.fill(shoes[1], mix(WINE, CLAY, 0.25))
    canvas.fill(body, ramp(canvas.y + 0.6 * canvas.x, [(40.0, mix(coat, CREAM, 0.3)), (54.0, coat), (68.0, dark)]))
    canvas.fill(face, ramp(canvas.y, [(head[1] - 8, mix(SAND, CREAM, 0.5)), (head[1] + 8, SAND)]))
    _face(canvas, head)
    canvas.fill(cap, ramp(canvas.y, [(head[1] - 10, mix(hair, CREAM, 0.22)), (head[1] + 2, hair)]))
    canvas.fill(collar, ramp(canvas.y, [(neck[1] - 2, mix(scarf, CREAM, 0.3)), (neck[1] + 3, scarf)]))
    canvas.fill(near_arm - 1.0, mix(dark, INK, 0.35), 0.8)
    canvas.fill(near_arm, ramp(canvas.y, [(neck[1], mix(coat, CREAM, 0.25)), (neck[1] + 14, coat)]))
    canvas.fill(palms[1], SAND)
    return canvas.pixels()


def _limb(canvas: Canvas, start: Point, end: Point, bone: float, bend: float, radius: float) -> Field:
    """Two bones of one length from joint to joint; the joint between them is forward for bend 1 and back for -1."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    reach = min(max(hypot(dx, dy), 1e-6), 2 * bone - 0.05)
    out = (bone * bone - reach * reach / 4) ** 0.5 * bend / max(hypot(dx, dy), 1e-6)
    joint = (start[0] + dx / 2 + dy * out, start[1] + dy / 2 - dx * out)
    return np.minimum(
        capsule(canvas, *start, *joint, radius + 0.5, radius), capsule(canvas, *joint, *end, radius, radius - 0.5)
    )


def _scarf(canvas: Canvas, neck: Point, breeze: float, flutter: float) -> Field:
    """Its loose end, behind the back."""
    points = []
    for part in range(4):
        wave = 0.6 * part * breeze * sin(2 * pi * (flutter - part * 0.28))
        points.append((neck[0] - 4.0 - breeze * 4.6 * part, neck[1] + 1.0 + (1.0 - breeze) * 4.2 * part + wave))
    shape: Field = np.minimum.reduce([capsule(canvas, *a, *b, 2.4, 2.1) for a, b in pairwise(points)])
    return shape


def _hair(canvas: Canvas, head: Point) -> Field:
    x, y = head
    dome: Field = np.maximum(ellipse(canvas, x - 0.4, y - 0.6, 9.2, 9.0), canvas.y - y + 2.2 - 0.25 * (canvas.x - x))
    tuft = capsule(canvas, x + 1, y - 8.5, x - 4, y - 11.5, 2.0, 0.9)
    return np.minimum(np.minimum(dome, tuft), ellipse(canvas, x - 7.2, y + 1.0, 2.2, 4.4))


def _face(canvas: Canvas, head: Point) -> None:
    x, y = head
    for eye in (x + 1.4, x + 6.0):
        canvas.fill(ellipse(canvas, eye, y + 1.4, 1.25, 1.9), INK)
        canvas.fill(circle(canvas, eye + 0.4, y + 0.7, 0.55), CREAM)
    canvas.fill(ellipse(canvas, x + 0.4, y + 4.4, 1.9, 1.1), CORAL, 0.5, blur=1.0)
    smile = np.maximum(np.abs(ellipse(canvas, x + 4.4, y + 3.6, 1.8, 1.5)) - 0.35, y + 4.0 - canvas.y)
    canvas.fill(smile, mix(WINE, INK, 0.3))


# -- poses: the phase goes from 0 to 1 -------------------------------------------------------------------
def _idle(phase: float) -> Pose:
    breath = 0.5 - 0.5 * cos(2 * pi * phase)
    y = 40.5 + 0.5 * breath
    hand = 39.5 + 0.4 * breath
    return Pose(
        (24, y), (24, 28.2 + 1.1 * breath), ((27, GROUND), (21.5, GROUND)), ((30, hand), (18.6, hand)), 0.12, phase
    )


def _walk(phase: float) -> Pose:
    return _stride(phase, step=7.5, lift=4.5, bob=1.4, lean=1.2, swing=6.5, hands=39.0, breeze=0.5)


def _run(phase: float) -> Pose:
    return _stride(phase, step=11.5, lift=10.0, bob=3.0, lean=4.2, swing=8.5, hands=35.0, breeze=1.0)


def _stride(
    phase: float, *, step: float, lift: float, bob: float, lean: float, swing: float, hands: float, breeze: float
) -> Pose:
    """A foot goes back on the ground and forward through the air, half a round after the other; arms swing against."""
    turn = 2 * pi * phase
    feet, palms = [], []
    for angle in (turn + pi, turn):
        feet.append((23.5 + step * cos(angle), GROUND - lift * max(0.0, -sin(angle))))
        palms.append((24.5 + lean - swing * cos(angle), hands - 0.28 * swing * max(0.0, -cos(angle))))
    height = 40.3 - bob * abs(sin(turn))
    return Pose((23.5, height), (23.5 + lean, height - 12.2), (feet[0], feet[1]), (palms[0], palms[1]), breeze, phase)


def _jump(phase: float) -> Pose:
    """Crouch, leap, fly, land. The figure stays where it is in its frame: the game lifts it."""
    down = max(0.0, 1 - phase / 0.2) if phase < 0.5 else max(0.0, (phase - 0.76) / 0.24)
    air = sin(pi * min(max((phase - 0.1) / 0.72, 0.0), 1.0))
    hip = 40.5 + 5.0 * down - 2.5 * air
    lift = 7.5 * air
    arms = 39.0 - 15.0 * air
    return Pose(
        (24, hip),
        (25, hip - 12 + 1.5 * down),
        ((28.5 + 2 * air, GROUND - lift), (20 - 2.5 * air, GROUND - 0.45 * lift)),
        ((31.5 + 2 * air, arms), (17.5 - 2.5 * air, arms + 2)),
        0.2 + 0.5 * air,
        phase,
    )


_POSES = {"idle": _idle, "walk": _walk, "run": _run, "jump": _jump}
