"""The levels, drawn as text, and the kinds of bricks in them."""

from __future__ import annotations

from dataclasses import dataclass

from ecs_engine.assets.palette import AMBER, CORAL, LEMON, MINT, ROSE, SKY, SLATE, VIOLET, Colour


@dataclass(frozen=True)
class Kind:
    """A kind of brick."""

    letter: str
    color: Colour
    hits: int = 1
    points: int = 50
    bomb: bool = False


KINDS = (
    Kind("r", CORAL),
    Kind("a", AMBER),
    Kind("l", LEMON),
    Kind("m", MINT),
    Kind("s", SKY),
    Kind("v", VIOLET),
    Kind("p", ROSE),
    Kind("#", SLATE, hits=2, points=120),
    Kind("*", CORAL, points=80, bomb=True),
)
NUMBERS = {kind.letter: number for number, kind in enumerate(KINDS)}

LEVELS = (
    (
        "RAINBOW",
        """
        rrrrrrrrrrrrrr
        aaaaaaaaaaaaaa
        lll*llllll*lll
        mmmmmmmmmmmmmm
        ssssss**ssssss
        vvvvvvvvvvvvvv
        """,
    ),
    (
        "HEART",
        """
        ..rrr....rrr..
        .rpprr..rrrrr.
        rppp*rrrr*rrrr
        rpprrrrrrrrrrr
        .rrrrrrrrrrrr.
        ...rrr**rrr...
        .....rrrr.....
        ......rr......
        """,
    ),
    (
        "INVADER",
        """
        ...m......m...
        ....m....m....
        ...mmmmmmmm...
        ..mm#mmmm#mm..
        .mmmmmmmmmmmm.
        .m.mmmmmmmm.m.
        .m.m......m.m.
        ....**..**....
        """,
    ),
    (
        "CASTLE",
        """
        #.#.#....#.#.#
        ##p##....##p##
        #aaa##..##aaa#
        #aa*a####a*aa#
        #aaaaavvaaaaa#
        #aa*aavvaa*aa#
        ######..######
        """,
    ),
    (
        "FUSE",
        """
        ......ss......
        ....sslass....
        ..ssll**alss..
        ss**ll##aa**ss
        ..ssll**alss..
        ....sslass....
        *....*..*....*
        """,
    ),
)
"""Names, and rows from above: a letter is a brick, a dot is none. After the last they begin again, and faster."""


def pattern(level: int) -> tuple[str, list[str]]:
    """The name and the rows of a level, from 1 on."""
    name, rows = LEVELS[(level - 1) % len(LEVELS)]
    return name, rows.split()
