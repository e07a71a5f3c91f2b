"""The colours of the demos: one limited palette, so that everything looks drawn by the same hand.

Each is a straight (red, green, blue) triple from 0 to 255. Dark shades lean to indigo and light ones to cream;
nothing is pure black, white or grey.
"""

from __future__ import annotations

Colour = tuple[int, int, int]

# From night to paper.
NIGHT: Colour = (13, 11, 33)
INK: Colour = (30, 24, 59)
DUSK: Colour = (61, 50, 104)
SLATE: Colour = (104, 96, 148)
MIST: Colour = (163, 160, 200)
CLOUD: Colour = (217, 218, 240)
CREAM: Colour = (255, 246, 224)

# Warm.
WINE: Colour = (122, 38, 84)
CORAL: Colour = (255, 104, 92)
AMBER: Colour = (255, 176, 66)
LEMON: Colour = (255, 226, 122)
ROSE: Colour = (255, 143, 177)
CLAY: Colour = (166, 104, 96)
SAND: Colour = (232, 186, 146)

# Cool.
VIOLET: Colour = (134, 96, 222)
OCEAN: Colour = (42, 92, 170)
SKY: Colour = (92, 196, 255)
MINT: Colour = (98, 230, 190)
LEAF: Colour = (126, 200, 92)
PINE: Colour = (34, 112, 106)


def mix(first: Colour, second: Colour, amount: float) -> Colour:
    """The colour ``amount`` of the way from the first (0) to the second (1)."""
    red, green, blue = (round(a + (b - a) * amount) for a, b in zip(first, second, strict=True))
    return red, green, blue
