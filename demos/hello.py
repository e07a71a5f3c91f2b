"""Hello: a slime on a meadow, under a turning sun."""

from ecs_engine import App, Sprite, Transform2D, Velocity
from ecs_engine.assets.hello import meadow, slime, sun


def build(**options) -> App:  # type: ignore[no-untyped-def]
    app = App("Hello", **options)
    for art, place, turn in ((meadow(2046), (0, 0), 0), (sun(), (430, 220), 0.5), (slime(scale=1.5), (-60, -190), 0)):
        app.world.create_entity(Transform2D(place), Velocity(angular=turn), Sprite(app.pictures.add(art)))
    return app


if __name__ == "__main__":
    build().run()
