"""What makes it juicy: sparks, chips, shock waves, points that rise, and the shaking of the camera."""

from __future__ import annotations

from math import pi, tau

from ecs_engine import (
    App,
    Blend,
    CameraShake,
    EmissionShape,
    ParticleEffect,
    Particles,
    System,
    Text,
    Transform2D,
    Velocity,
)
from ecs_engine.assets import asteroids as drawn
from ecs_engine.assets.palette import AMBER, CREAM, INK, LEMON, MINT, NIGHT, SKY, Colour, mix
from ecs_engine.demos.breakout.components import Popup
from ecs_engine.demos.breakout.keep import Settings
from ecs_engine.demos.breakout.rules import BRICK_SIZE, FIRE_LAYER, WORDS_LAYER

Place = tuple[float, float]
FADE = ((255, 255, 255, 255), (255, 255, 255, 200), (255, 255, 255, 0))


class Effects:
    """A resource: the numbers of all effects, defined once, and functions that let them go.

    Args:
        camera: the entity that shakes.
    """

    def __init__(self, app: App, settings: Settings, camera: int) -> None:
        self.world, self.settings, self.camera = app.world, settings, camera
        self.particles = app.world.resource(Particles)
        self.font = app.fonts.sans(800)
        self.sparks = self.particles.add(
            ParticleEffect(
                lifetime=(0.3, 0.6), speed=(60, 360), drag=2.5, size=(5, 9), size_over_life=(1, 0.2), stretch=0.03,
                color_over_life=FADE, blend=Blend.ADD, layer=FIRE_LAYER,
            )
        )  # fmt: skip
        self.chips = self.particles.add(  # picture 0 is a white square
            ParticleEffect(
                picture=0, lifetime=(0.7, 1.3), speed=(40, 220), gravity=(0, -640), size=(6, 14), spin=(-9, 9),
                angle=(0, tau), shape=EmissionShape.BOX, extent=BRICK_SIZE, size_over_life=(1, 0.9, 0.4),
                color_over_life=FADE, layer=FIRE_LAYER,
            )
        )  # fmt: skip
        ring, flash = app.pictures.add(drawn.ring()), app.pictures.add(drawn.flash())
        self.ring = self.particles.add(
            ParticleEffect(
                picture=ring, lifetime=0.4, size=260, size_over_life=(0.2, 0.8, 1), color_over_life=FADE,
                blend=Blend.ADD, layer=FIRE_LAYER,
            )
        )  # fmt: skip
        self.flash = self.particles.add(
            ParticleEffect(
                picture=flash, lifetime=0.16, size=150, angle=(0, tau), size_over_life=(1, 0.6), blend=Blend.ADD,
                layer=FIRE_LAYER,
            )
        )  # fmt: skip
        self.trail = self.particles.add(
            ParticleEffect(
                rate=240, lifetime=(0.25, 0.4), size=(15, 18), size_over_life=(1, 0.15), blend=Blend.ADD,
                color_over_life=((255, 255, 255, 80), (255, 255, 255, 0)), layer=FIRE_LAYER - 2,
            )
        )  # fmt: skip
        self.splash = self.particles.add(
            ParticleEffect(
                lifetime=(0.2, 0.45), speed=(60, 240), direction=pi / 2, spread=2.2, size=(4, 8), blend=Blend.ADD,
                size_over_life=(1, 0.2), color_over_life=FADE, layer=FIRE_LAYER,
            )
        )  # fmt: skip
        self.cheer = self.particles.add(
            ParticleEffect(
                picture=0, lifetime=(1.4, 2.4), speed=(120, 620), direction=pi / 2, spread=1.6, gravity=(0, -420),
                drag=0.6, size=(7, 13), spin=(-8, 8), angle=(0, tau), color_over_life=FADE, layer=FIRE_LAYER,
            )
        )  # fmt: skip

    def burst(self, effect: int, place: Place, count: int, color: Colour) -> None:
        """Particles, unless the player wants none."""
        if self.settings.sparks:
            self.particles.burst(effect, place, count, tint=(*color, 255))

    @property
    def trauma(self) -> float:
        """How much the camera shakes, 0 to 1."""
        return float(self.world.component_for_entity(self.camera, CameraShake).trauma)

    def shake(self, trauma: float) -> None:
        """Shake the camera as much as the player likes."""
        shake = self.world.component_for_entity(self.camera, CameraShake)
        shake.trauma = min(shake.trauma + trauma * self.settings.shake, self.settings.shake)

    def break_brick(self, place: Place, color: Colour) -> None:
        self.burst(self.chips, place, 9, color)
        self.burst(self.sparks, place, 12, mix(color, CREAM, 0.4))
        self.shake(0.13)

    def crack(self, place: Place, color: Colour) -> None:
        self.burst(self.sparks, place, 10, CREAM)
        self.burst(self.chips, place, 3, color)

    def blast(self, place: Place) -> None:
        self.burst(self.ring, place, 1, AMBER)
        self.burst(self.flash, place, 1, CREAM)
        self.burst(self.sparks, place, 40, AMBER)
        self.burst(self.chips, place, 12, mix(AMBER, NIGHT, 0.3))
        self.shake(0.4)

    def bounce(self, place: Place) -> None:
        self.burst(self.splash, place, 8, SKY)

    def catch(self, place: Place, color: Colour) -> None:
        self.burst(self.splash, place, 36, color)
        self.burst(self.ring, place, 1, color)

    def lose(self, place: Place) -> None:
        self.burst(self.splash, (place[0], place[1] + 20), 60, AMBER)
        self.shake(0.7)

    def clear(self) -> None:
        """A level is done."""
        for color in (LEMON, MINT, SKY):
            for x in (-420.0, 0.0, 420.0):
                self.burst(self.cheer, (x, -200.0), 26, color)

    def points(self, place: Place, points: int, combo: int, color: Colour) -> None:
        """A number that rises from a brick, the larger the longer the combo."""
        words = Text(
            f"{points}", size=15 + 1.3 * combo, color=mix(color, CREAM, 0.6), font=self.font, anchor=(0.5, 0.5),
            shadow=(0, -2), shadow_color=INK, layer=WORDS_LAYER,
        )  # fmt: skip
        self.world.create_entity(Transform2D(place), Velocity((0, 70)), words, Popup())


class PopupSystem(System):
    """Points fade, and are gone."""

    def process(self, dt: float) -> None:
        for entity, (popup, words) in self.world.get_components(Popup, Text):
            popup.left -= dt
            if popup.left <= 0:
                self.world.delete_entity(entity)
            elif popup.left < 0.3:
                words.color = (*words.color[:3], round(255 * popup.left / 0.3))
