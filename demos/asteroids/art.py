"""The pictures of the game, drawn once by ``ecs_engine.assets`` and kept as a resource."""

from __future__ import annotations

from ecs_engine import Picture, Pictures
from ecs_engine.assets import asteroids as drawn
from ecs_engine.assets import font
from ecs_engine.assets.palette import AMBER, CORAL, CREAM, LEMON, SKY, VIOLET, WINE
from ecs_engine.demos.asteroids.rules import POINTS, ROCKS, VARIANTS


class Art:
    """Every picture by what it shows."""

    def __init__(self, pictures: Pictures) -> None:
        add = pictures.add
        # What is saved has a name.
        self.ship: Picture = add(drawn.ship(), name="ship")
        self.flames = [add(drawn.ship(thrust), name=f"ship with flame {thrust}") for thrust in (0.55, 0.8, 1.0)]
        self.rocks = [
            [add(drawn.rock(size, variant), name=f"rock {size} {variant}") for variant in range(VARIANTS)]
            for size in ROCKS
        ]
        self.shards = [add(drawn.shard(variant)) for variant in range(6)]
        self.points = [add(font.text_picture(f"+{points}", 2, LEMON)) for points in POINTS]
        self.bullet = add(drawn.bullet(), name="bullet")
        self.spark = add(drawn.spark())
        self.ring = add(drawn.ring())
        self.flash = add(drawn.flash())
        self.stars = [add(drawn.star(size)) for size in range(3)]
        self.planet = add(drawn.planet())
        self.nebula = add(drawn.nebula())
        self.life = add(drawn.life_icon(1.5))
        self.title = add(font.title_picture("ASTEROIDS", 14, CREAM, bottom=SKY, glow=VIOLET))
        self.over = add(font.title_picture("GAME OVER", 12, LEMON, bottom=CORAL, glow=WINE))
        self.paused = add(font.title_picture("PAUSED", 10, CREAM, bottom=AMBER, glow=WINE))
