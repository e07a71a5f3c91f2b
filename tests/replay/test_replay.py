"""Recording and replaying: what is the same is found to be, and what is not is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ecs_engine import App, EngineError, OnError, Screen, System, Transform2D, Velocity, World
from ecs_engine.core.errors import DivergenceError, RecordingError
from ecs_engine.core.events import Event, MouseMoveEvent
from ecs_engine.replay import RandomInput, Recording, record_game, replay_game
from ecs_engine.replay.explain import explain
from ecs_engine.replay.record import Recorder
from ecs_engine.saves import load_json, save_json, user_data_path
from ecs_engine.testing.app import FakeApp

from .games import ChangingSystem, CountSystem, IdleSystem, Score, build, changing, script

Record = Callable[..., Path]


def test_every_tick_of_a_replay_is_as_it_was(record: Record) -> None:
    path = record(build, 100, script=script, seed=7)
    worlds: list[tuple[Score, tuple[int, int]]] = []

    def watch(app: App) -> None:
        screen = app.world.resource(Screen)
        worlds.append((app.world.resource(Score), (screen.width, screen.framebuffer_width)))

    done = replay_game(build, path, watch=watch)
    assert (done.ticks, done.verified, done.cut_short) == (100, 100, False)
    assert worlds == [(Score(9, "ä!"), (800, 1600))], "the player's keys, words and sizes were there"


@pytest.mark.parametrize("frame_rate", [30, 144, 0])
def test_on_both_threads_at_any_frame_rate(record: Record, frame_rate: float) -> None:
    path = record(build, 60, script=script, tick_rate=600)
    assert replay_game(build, path, threads=True, frame_rate=frame_rate).verified == 60


def test_recorded_on_both_threads(record: Record) -> None:
    path = record(build, 60, script=script, tick_rate=600, threads=True)
    assert replay_game(build, path).verified == 60


def test_events_of_the_window_are_recorded(tmp_path: Path) -> None:
    with FakeApp() as app:
        recorder = Recorder(app, tmp_path / "recording", "none")
        app.step(2)
        app.window.inject(MouseMoveEvent(30.0, 40.0, time_ns=11))
        app.step(2)
        recorder.close()
        with pytest.raises(RecordingError, match="The game is at tick 4 already: record and replay from the first"):
            Recorder(app, tmp_path / "other", "none")
    app.world.close()
    with Recording(tmp_path / "recording") as recording:
        ticks = list(recording.ticks())
        assert recording.header.windows == {0: (640, 360, 640, 360)}
    moved: list[Event] = [MouseMoveEvent(30.0, 40.0, time_ns=11)]
    assert [[e for e in tick.events if isinstance(e, MouseMoveEvent)] for tick in ticks] == [[], [], moved, []]


def tilt(world: World, run: int) -> None:
    world.component_for_entity(5, Transform2D).rotation = run


def nudge(world: World, run: int) -> None:
    world.resource(Score).points = run


def spawn(world: World, run: int) -> None:
    world.create_entities(run % 3, Velocity())


def draw_lots(world: World, run: int) -> None:
    import numpy as np

    world.resource(np.random.Generator).random(run)


@pytest.mark.parametrize(
    ("change", "named", "more"),
    [
        (tilt, "Transform2D.rotation", r"Transform2D\.rotation of entity 5 is "),
        (nudge, "Score.points", r"Score\.points is \d+ and \d+"),
        (spawn, "Velocity (entities)", r"next entity is \d+ and \d+"),
        (draw_lots, "Generator.state", r"Generator\.state is "),
    ],
)
def test_the_first_tick_and_field_and_entity_are_named(record: Record, change: Any, named: str, more: str) -> None:
    game = changing(change)
    path = record(game, 40)
    with pytest.raises(DivergenceError, match="went another way at tick 20: what differs first is ") as raised:
        replay_game(game, path)
    assert raised.value.tick == 20
    assert named in str(raised.value)
    assert more.replace("\\", "")[:12] in explain(game, path, raised.value)


def test_what_differs_between_processes_only(record: Record) -> None:
    path = record(changing(tilt), 30)
    ChangingSystem.runs = iter(lambda: 1000, None)  # type: ignore[assignment]
    with pytest.raises(DivergenceError) as raised:
        replay_game(changing(tilt), path)
    assert explain(changing(tilt), path, raised.value).startswith("Two replays here are alike in that tick: so look")


def test_a_hidden_order_of_systems_is_found(record: Record) -> None:
    def ordered(**options: Any) -> App:
        return build(CountSystem(), IdleSystem(), **options)

    path = record(ordered, 40, script=script)
    divergences, orders = dict[int, DivergenceError](), set()
    for seed in range(8):
        try:
            orders.add(replay_game(ordered, path, shuffle=seed).shuffled)
        except DivergenceError as error:
            divergences[seed] = error
    assert len(orders) > 1, "IdleSystem may run anywhere"
    for order in orders:
        assert order[0] == "SpawnSystem", "its priority says so"
        assert order.index("PushSystem") < order.index("CountSystem")
    assert divergences, "CountSystem before PushSystem is another game"
    for seed, error in divergences.items():
        assert str(error).endswith("what differs first is Score.points.")
        assert "Score.points is" in explain(ordered, path, error, seed)


class BreaksSystem(System):
    ticks = 0

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == 7:
            raise ValueError("on purpose")


@pytest.mark.parametrize("threads", [False, True])
def test_a_crash_is_recorded_and_happens_again(tmp_path: Path, threads: bool) -> None:
    def broken(**options: Any) -> App:
        return build(BreaksSystem(), **options)

    path = tmp_path / "recording"
    with pytest.raises(ValueError, match="on purpose"):
        record_game(broken, path, ticks=20, script=script, threads=threads, tick_rate=600)
    with Recording(path) as recording:
        ticks = list(recording.ticks())
    assert [tick.hashes is None for tick in ticks] == [False] * 6 + [True]
    with pytest.raises(ValueError, match="on purpose"):
        replay_game(broken, path)
    with pytest.raises(DivergenceError, match="at tick 7: in the recording, a system raised there"):
        replay_game(build, path)


def test_a_game_that_goes_on_after_errors_cannot_hide_a_divergence(tmp_path: Path) -> None:
    def forgiving(**options: Any) -> App:
        return build(BreaksSystem(), on_error=OnError.DISABLE, **options)

    path = tmp_path / "recording"
    record_game(forgiving, path, ticks=20, script=script)
    assert replay_game(forgiving, path).verified == 19
    with pytest.raises(DivergenceError, match="at tick 7: in the recording, a system raised there"):
        replay_game(lambda **options: build(on_error=OnError.DISABLE, **options), path)
    record_game(build, path, ticks=20, script=script)
    with pytest.raises(DivergenceError, match="at tick 7: a system raised in it"):
        replay_game(forgiving, path)


def test_each_replay_finds_the_empty_folder_that_the_recording_found(
    record: Record, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    save_json(user_data_path("game") / "best", 99)

    class Remember(System):
        def process(self, dt: float) -> None:
            path = user_data_path("game") / "best"
            best = load_json(path, 0) + 1
            save_json(path, best)
            self.world.resource(Score).points = best

    def remembering(**options: Any) -> App:
        return build(Remember(), **options)

    points: list[int] = []
    path = record(remembering, 5)
    for _ in range(2):
        replay_game(remembering, path, watch=lambda app: points.append(app.world.resource(Score).points))
    assert points == [5, 5]
    assert load_json(user_data_path("game") / "best") == 99, "the player's own is as it was"


def test_a_crash_in_the_last_tick_is_not_overlooked(record: Record) -> None:
    path = record(build, 7)
    with pytest.raises(DivergenceError, match="at tick 7: a system raised in it"):
        replay_game(lambda **options: build(BreaksSystem(), on_error=OnError.DISABLE, **options), path)


def test_game_time_is_recorded(record: Record) -> None:
    class SlowMotion(System):
        ticks = 0

        def __init__(self, app: App) -> None:
            self.app = app

        def process(self, dt: float) -> None:
            self.ticks += 1
            self.app.time_scale = 0.25 if self.ticks > 5 else 1.0

    def slow(**options: Any) -> App:
        app = build(**options)
        app.add_system(SlowMotion(app))
        return app

    path = record(slow, 20)
    assert replay_game(slow, path).verified == 20

    def set_from_elsewhere(**options: Any) -> App:
        """Without the system: the recorded scale is what makes it alike."""
        return build(**options)

    with Recording(path) as recording:
        assert [tick.time_scale for tick in recording.ticks()] == [1.0] * 6 + [0.25] * 14
    assert replay_game(set_from_elsewhere, path).verified == 20


def test_games_that_cannot_be_recorded_or_replayed(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "recording"
    with pytest.raises(RecordingError, match="Without a window nobody can end a recording: say how many ticks"):
        record_game(build, path)
    with pytest.raises(EngineError, match=r"<lambda>\(\) cannot be called with seed, window, gl.*build\(\*\*options"):
        record_game(lambda: build(), path, ticks=1)
    with pytest.raises(EngineError, match=r"<lambda>\(\) made None.*: return the App"):
        record_game(lambda **options: None, path, ticks=1)  # type: ignore[arg-type,return-value]
    with pytest.raises(RecordingError, match=r"built with seed 3, and its App has 9: give it on, as App\(seed=seed\)"):
        record_game(lambda **options: build(**{**options, "seed": 9}), path, ticks=1, seed=3)
    path = record(build, 5)
    with pytest.raises(RecordingError, match="The game ticks 50 times a second and the recording 60: replay it with"):
        replay_game(lambda **options: build(tick_rate=50, **options), path)
    with pytest.raises(EngineError, match="seed is -1: give a whole number, 0 or more"):
        FakeApp(seed=-1)


def test_random_input_is_the_same_for_the_same_seed() -> None:
    first, second, other = (RandomInput(seed) for seed in (1, 1, 2))
    ticks = range(1, 500)
    played = [first.events(tick) for tick in ticks]
    assert played == [second.events(tick) for tick in ticks]
    assert played != [other.events(tick) for tick in ticks]
    assert len({type(event) for events in played for event in events}) == 5
