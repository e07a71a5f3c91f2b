"""The scenes and loops that are measured do what their names say."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ecs_engine.bench import exchange, frame, hierarchy, loops, scenes, timing
from ecs_engine.components import Parent, Sprite, Transform2D
from ecs_engine.core.world import World
from ecs_engine.testing.app import FakeApp


def test_move() -> None:
    with World() as world:
        world.create_entities(7, loops.Position(), loops.Speed())
        world.add_processor(loops.MoveSystem())
        world.process(0.5)
        world.process(0.5)
        ((position,),) = world.select(loops.Position)
        assert position.value.tolist() == [[3.0, 4.0]] * 7


def test_join_over_tables_of_different_lengths() -> None:
    with World() as world:
        for number, kind in enumerate(loops.KINDS):
            world.create_entities(number + 1, loops.First(2.0), loops.Second(3.0), loops.Third(4.0), kind())
        world.add_processor(loops.JoinSystem())
        world.process(1.0)
        values = [first.value.tolist() for (first,) in world.select(loops.First)]
        assert values == [[14.0] * (number + 1) for number in range(loops.TABLES)]


def test_loops_report_both_clocks() -> None:
    for measure in (loops.measure_move, loops.measure_join):
        figures = measure(100, 5, True)
        assert 0 < figures["cpu_ms"]["p50"] <= figures["cpu_ms"]["p99"]
        assert figures["wall_ms"]["p50"] > 0


def test_a_call_is_made_so_many_times_after_the_warm_up() -> None:
    calls: list[int] = []
    timing.measure_calls(lambda: calls.append(1), 7)
    assert len(calls) == 7 + timing.WARM_UP


def test_the_hierarchy_is_five_levels_deep() -> None:
    with World() as world:
        root = hierarchy.grow(world, 1000)
        parents: dict[int, int] = {}
        for rows in world.select(Parent):
            (parent,) = rows
            parents |= zip(rows.entities.tolist(), parent.entity.tolist(), strict=True)
        count = sum(len(rows) for rows in world.select(Transform2D))
        assert count == pytest.approx(1000, rel=0.01)

        def depth(entity: int) -> int:
            return 1 + depth(parents[entity]) if entity in parents else 1

        assert max(depth(entity) for entity in parents) == hierarchy.DEPTH
        assert root not in parents


def test_hierarchies_are_measured_in_three_ways() -> None:
    figures = hierarchy.measure_hierarchy(500, 5, True)
    assert all(figures[f"{words}_ms"]["p50"] > 0 for words in ("all_move", "one_moves", "none_moves"))


def test_a_fiftieth_is_in_sight() -> None:
    with FakeApp(size=(1280, 720)) as app:
        scenes.visible(app, 20_000)
        app.step()
        assert app.frame.draws.order_length / 20_000 == pytest.approx(0.02, abs=0.005)


def test_ten_thousand_a_second_come_and_go() -> None:
    with FakeApp() as app:
        scenes.spawn(app, 10_000)
        system = next(s for s in app.world.processors if isinstance(s, scenes.SpawnSystem))
        made = 0
        for _ in range(60):
            app.step()
            made += len(system.living)
        assert made == pytest.approx(10_000, abs=2)
        app.step()
        assert sum(len(rows) for rows in app.world.select(Sprite)) <= 10_000 + 2 * 167


def test_materials_make_a_draw_for_each_blend_of_each_layer() -> None:
    with FakeApp() as app:
        scenes.materials(app, 2000)
        app.step()
        assert app.device.last_frame.draw_calls == 16 * 2


def test_handles_turn_every_sprite() -> None:
    with FakeApp() as app:
        scenes.handles(app, 50)
        app.step(2)
        ((transform,),) = app.world.select(Transform2D)
        assert transform.rotation.tolist() == pytest.approx([2 / 60] * 50)


def test_the_exchange_is_handed_over() -> None:
    figures = exchange.measure_exchange(10, 1, True)
    assert all(figures[f"{words}_us"]["p50"] > 0 for words in ("publish", "acquire_nothing_new", "publish_and_acquire"))


@pytest.mark.gl
def test_a_sprite_takes_some_hundred_bytes() -> None:
    # In a process of its own: in this one, memory that other tests have given back would be used again.
    source = "from ecs_engine.bench.memory import measure_memory; print(measure_memory(50_000, 1, True))"
    told = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True).stdout
    figures = ast.literal_eval(told)
    columns = 200  # what Transform2D, Velocity, Sprite and their companions hold of a row, at the least
    assert columns < figures["bytes_per_entity"] < 100 * columns


@pytest.mark.gl
def test_whole_frames_are_pictures(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    monkeypatch.setenv(frame.SCREENSHOT, str(path))
    figures = frame.measure_frame(500, 2, True)
    assert figures["wall_ms"]["p50"] > 0
    assert path.exists()
