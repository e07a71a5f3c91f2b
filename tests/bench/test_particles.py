"""The benchmark of particles measures what it says: so many of them, tick after tick."""

from __future__ import annotations

from ecs_engine.bench import scenes
from ecs_engine.bench.report import WARM_UP_TICKS
from ecs_engine.systems import Particles
from ecs_engine.testing.app import FakeApp


def test_as_many_die_as_are_born() -> None:
    with FakeApp() as app:
        scenes.particles(app, 8000)
        app.step(WARM_UP_TICKS, draw=False)
        particles = app.world.resource(Particles)
        for _ in range(20):
            app.step(draw=False)
            # All emitters keep time, and a row is free one tick after its particle's death.
            assert 8000 <= len(particles) <= 8000 * 1.06
            assert sum(ring.count > 0 for ring in particles.rings) == 4
