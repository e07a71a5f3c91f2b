"""Breakout, played by key events from the title to the high scores, and looked at in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine import Action, App, GamepadButton, GamepadButtonEvent, Key, KeyEvent, TextEvent, Transform2D, Velocity
from ecs_engine import MouseMoveEvent as Move
from ecs_engine.components import CameraShake, Shape
from ecs_engine.demos import breakout
from ecs_engine.demos.breakout import Ball, Brick, Drop, Effects, Game, Kept, Menu, Phase
from ecs_engine.demos.breakout.balls import create_ball
from ecs_engine.demos.breakout.bouncing import bounce, steady
from ecs_engine.demos.breakout.components import Popup, Power
from ecs_engine.demos.breakout.drops import create_drop
from ecs_engine.demos.breakout.keep import MOST_SCORES, Score
from ecs_engine.demos.breakout.levels import KINDS, LEVELS, NUMBERS, pattern
from ecs_engine.demos.breakout.rules import BALL_RADIUS, COMBO_TIME, LIVES, PADDLE_SIZE, WIDE
from ecs_engine.replay import RandomInput
from ecs_engine.saves import load_json, save_json, user_data_path
from ecs_engine.testing import stand_ins


class Player:
    """Plays by events, tick by tick, and looks at the world."""

    def __init__(self, **options: Any) -> None:
        self.app: App = breakout.build(**stand_ins((640, 360)), **options)
        self.world = self.app.world
        self.game, self.kept = self.world.resource(Game), self.world.resource(Kept)
        menu = self.world.get_processor(Menu)
        assert menu is not None
        self.menu = menu
        self.wait(2)

    def wait(self, ticks: int = 1) -> None:
        self.app.step(ticks, draw=False)

    def wait_until(self, done: Callable[[], object], most: int = 2000) -> None:
        for _ in range(most):
            if done():
                return
            self.wait()
        raise AssertionError(f"waited {most} ticks in vain")

    def tap(self, *keys: Key) -> None:
        for key in keys:
            for action in (Action.PRESS, Action.RELEASE):
                self.app.events.push(KeyEvent(key, action))
            self.wait(2)

    def button(self, *buttons: GamepadButton) -> None:
        for button in buttons:
            for action in (Action.PRESS, Action.RELEASE):
                self.app.events.push(GamepadButtonEvent(button, action))
            self.wait(2)

    def count(self, kind: type) -> int:
        return sum(len(rows) for rows in self.world.select(kind))

    def begin(self) -> None:
        """A game of the player's, with its bricks in place."""
        self.tap(Key.ENTER)
        assert self.game.phase is Phase.PLAYING
        self.wait(80)

    def one(self, kind: type[Any], of: type = Ball) -> Any:
        ((entity, _),) = self.world.get_component(of)
        return self.world.component_for_entity(entity, kind)

    def of_paddle(self, kind: type[Any]) -> Any:
        return self.world.component_for_entity(self.game.paddle, kind)

    def lose_all(self) -> None:
        """Lose ball after ball, until the game is over."""
        while self.game.phase is Phase.PLAYING:
            if self.count(Ball):
                self.tap(Key.SPACE)
                for entity, _ in self.world.get_component(Ball):
                    self.world.component_for_entity(entity, Transform2D).position = (0, -400)
            self.wait()


@pytest.fixture
def player() -> Iterator[Player]:
    player = Player()
    yield player
    player.app.close()


def test_from_the_title_to_the_high_scores_and_again(tmp_path: Path) -> None:
    file = tmp_path / "folder" / "kept"
    player = Player(file=file)
    assert player.app.world.resource(breakout.UI).modal is player.menu.title
    player.begin()
    assert player.count(Brick) == 84
    player.tap(Key.SPACE)
    player.wait_until(lambda: player.game.score > 0)
    score = player.game.score
    player.lose_all()
    player.wait(2)
    assert player.menu.over.shown
    assert player.menu.name.focused
    player.app.events.push(TextEvent("Zoë"))
    player.wait()
    player.tap(Key.ENTER)
    assert player.menu.high_scores.shown
    assert [label.text for label in player.menu.lines[0]] == ["1.", "Zoë", "level 1", f"{score:,}"]
    player.tap(Key.ESCAPE)
    assert player.menu.title.shown
    assert player.game.phase is Phase.TITLE
    player.app.close()

    again = Player(file=file)
    again.tap(Key.DOWN, Key.DOWN, Key.ENTER)  # the first shows where the focus is
    assert again.menu.high_scores.shown
    assert [label.text for label in again.menu.lines[0]] == ["1.", "Zoë", "level 1", f"{score:,}"]
    assert again.kept.settings.name == "Zoë"
    again.app.close()


def test_settings_do_something_and_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    player = Player(file=file)
    player.begin()
    player.tap(Key.SPACE)
    player.wait(2)
    usual = np.hypot(*player.one(Velocity).linear)
    player.tap(Key.P)
    assert player.app.time_scale == 0
    player.tap(Key.DOWN, Key.ENTER)
    assert player.menu.settings.shown
    player.tap(Key.LEFT, Key.LEFT)  # the first control is the ball's speed
    assert player.menu.speed_words.text == "90%"
    player.tap(Key.DOWN, *[Key.LEFT] * 10)
    player.tap(Key.DOWN, Key.ENTER, Key.DOWN, Key.ENTER, Key.DOWN, Key.ENTER)
    player.wait()
    assert player.app.window.fullscreen
    player.tap(Key.ESCAPE, Key.ESCAPE)
    assert player.app.time_scale == 1
    player.wait(3)
    assert np.hypot(*player.one(Velocity).linear) == pytest.approx(0.9 * usual, rel=1e-3)
    effects = player.world.resource(Effects)
    effects.particles.clear()
    effects.blast((0, 0))
    player.wait()
    assert len(effects.particles) == 0
    assert player.world.component_for_entity(effects.camera, CameraShake).trauma == 0
    x = player.of_paddle(Transform2D).position.x
    for place in (10, 300):
        player.app.events.push(Move(place, 100))
        player.wait()
    assert player.of_paddle(Transform2D).position.x == x
    player.app.close()

    again = Player(file=file)
    chosen = again.kept.settings
    assert (chosen.speed, chosen.shake) == (pytest.approx(0.9), pytest.approx(0.0))
    assert (chosen.sparks, chosen.mouse, chosen.full_screen) == (False, False, True)
    assert again.menu.speed.value == pytest.approx(0.9)
    assert again.app.window.fullscreen
    again.app.close()


def test_a_gamepad_is_enough(player: Player) -> None:
    player.button(GamepadButton.A)
    assert player.game.phase is Phase.PLAYING
    player.wait(80)
    player.button(GamepadButton.A)
    assert not player.one(Ball).held
    x = player.of_paddle(Transform2D).position.x
    player.app.events.push(GamepadButtonEvent(GamepadButton.LEFT, Action.PRESS))
    player.wait(10)
    assert player.of_paddle(Transform2D).position.x < x - 100
    player.button(GamepadButton.START)
    assert player.menu.pause.shown
    player.button(GamepadButton.B)
    assert not player.menu.open_screens
    player.lose_all()
    player.wait(2)
    player.button(GamepadButton.A)  # no points, no name: play again
    assert player.game.phase is Phase.PLAYING


def test_the_mouse_steers_and_launches(player: Player) -> None:
    player.begin()
    for place in (10, 480):
        player.app.events.push(Move(place, 100))
        player.wait()
    assert player.of_paddle(Transform2D).position.x == 320  # of a picture twice as large as the window
    player.wait()
    assert player.one(Transform2D).position.x == 320


def test_nothing_moves_in_the_pause(player: Player) -> None:
    player.begin()
    player.tap(Key.SPACE)
    player.tap(Key.ESCAPE)
    before = tuple(player.one(Transform2D).position), player.of_paddle(Transform2D).position.x
    for place in (10, 480):
        player.app.events.push(Move(place, 100))
        player.wait(5)
    assert (tuple(player.one(Transform2D).position), player.of_paddle(Transform2D).position.x) == before
    player.tap(Key.P)
    player.wait(5)
    assert tuple(player.one(Transform2D).position) != before[0]


def test_menus_stand_in_front_of_the_display(player: Player) -> None:
    front = [root.widget for root in player.world.resource(breakout.UI).roots]
    hud = player.world.get_processor(breakout.HudSystem)
    assert hud is not None
    assert max(map(front.index, (hud.top, hud.bottom, hud.message))) < front.index(player.menu.title)


def test_giving_up_leads_to_a_title_that_plays_by_itself(player: Player) -> None:
    player.begin()
    player.tap(Key.P, Key.DOWN, Key.DOWN, Key.ENTER)
    assert player.menu.title.shown
    assert player.app.time_scale == 1
    player.wait_until(lambda: player.count(Brick) < 80)
    assert player.game.phase is Phase.TITLE


def remove_bricks(player: Player) -> None:
    for rows in player.world.select(Brick):
        player.world.delete_entities(rows.entities)
    player.wait()


def test_the_next_level_comes_when_the_last_brick_is_gone(player: Player) -> None:
    player.begin()
    remove_bricks(player)
    player.wait()
    assert player.game.score == 1000
    player.wait_until(lambda: player.count(Brick))
    assert player.game.level == 2
    assert player.count(Brick) == sum(letter != "." for row in pattern(2)[1] for letter in row)
    assert player.one(Ball).held


def test_bombs_break_what_is_near_and_set_off_one_another(player: Player) -> None:
    player.begin()
    bombs = [entity for entity, brick in player.world.get_component(Brick) if KINDS[brick.kind].bomb]
    low = sorted(bombs, key=lambda bomb: player.world.component_for_entity(bomb, Transform2D).position.y)[:2]
    breakout.bouncing.hit_brick(player.world, low[0])
    player.wait(30)
    assert not any(player.world.entity_exists(bomb) for bomb in low)  # the two beside each other
    assert all(player.world.entity_exists(bomb) for bomb in bombs if bomb not in low)
    assert 60 < player.count(Brick) < 76
    assert player.game.combo == 9
    player.wait(round(60 * COMBO_TIME) + 2)
    assert player.game.combo == 0
    assert not player.world.get_component(Popup)


def test_a_combo_multiplies_points(player: Player) -> None:
    player.begin()
    violet = [entity for entity, brick in player.world.get_component(Brick) if brick.kind == NUMBERS["v"]][:3]
    for points, brick in zip((50, 150, 300), violet, strict=True):
        breakout.bouncing.hit_brick(player.world, brick)
        breakout.bouncing.hit_brick(player.world, brick)  # it is broken, and counts once
        assert player.game.score == points


def test_what_takes_two_hits_takes_two() -> None:
    player = Player(level=4)
    player.begin()
    entity, brick = next((e, b) for e, b in player.world.get_component(Brick) if b.kind == NUMBERS["#"])
    breakout.bouncing.hit_brick(player.world, entity)
    player.wait()
    assert brick.hits == 1
    breakout.bouncing.hit_brick(player.world, entity)
    player.wait()
    assert not player.world.entity_exists(entity)
    player.app.close()


@pytest.mark.parametrize("power", list(Power))
def test_drops_do_what_they_say(player: Player, power: Power) -> None:
    player.begin()
    player.tap(Key.SPACE)
    player.wait(3)
    speed = np.hypot(*player.one(Velocity).linear)
    x, y = player.of_paddle(Transform2D).position
    drop = create_drop(player.world, power, (x, y + 30))
    player.wait(20)
    assert not player.world.entity_exists(drop)
    if power is Power.WIDE:
        player.wait(30)
        assert player.of_paddle(Shape).size.x == pytest.approx(PADDLE_SIZE[0] * WIDE, rel=0.01)
    elif power is Power.TRIPLE:
        assert player.count(Ball) == 3
    elif power is Power.FIRE:
        assert player.one(Shape).fill_to[0] > 200
        player.one(Transform2D).position, player.one(Velocity).linear = (40, -30), (0, 500)
        player.wait(30)
        assert player.one(Velocity).linear.y > 0  # through six rows of bricks
        assert player.count(Brick) <= 78
    elif power is Power.SLOW:
        assert np.hypot(*player.one(Velocity).linear) == pytest.approx(0.6 * speed, rel=1e-3)
    else:
        assert player.game.lives == LIVES + 1


def test_a_drop_that_is_not_caught_is_gone(player: Player) -> None:
    player.begin()
    create_drop(player.world, Power.LIFE, (-500, -330))
    player.wait(40)
    assert player.count(Drop) == 0
    assert player.game.lives == LIVES


@pytest.mark.parametrize(
    ("place", "normal"),
    [((0, 23), (0, 1)), ((0, -23), (0, -1)), ((46, 0), (1, 0)), ((-46, 0), (-1, 0)), ((39, 20), (0, 1))],
)
def test_balls_bounce_off_the_side_they_meet(place: tuple[float, float], normal: tuple[float, float]) -> None:
    met = bounce(place, (0, 0), (37, 14))
    assert met is not None
    assert met[1] == normal
    assert bounce(met[0], (0, 0), (37, 14)) is None  # where it is put it touches no more


def test_no_ball_gets_out_or_flies_flat(player: Player) -> None:
    player.begin()
    remove_bricks(player)
    player.game.until_next = 1e9
    rng = np.random.default_rng(3)
    for _ in range(40):
        angle = rng.uniform(0, 2 * np.pi)
        create_ball(player.world, tuple(rng.uniform((-500, 0), (500, 240))), (np.cos(angle), np.sin(angle)))
    for _ in range(200):
        player.wait()
        for transform, velocity, _ in player.world.select(Transform2D, Velocity, Ball):
            position = transform.position
            assert (np.abs(position[:, 0]) < 600 + BALL_RADIUS).all()
            assert (position[:, 1] < 276 + BALL_RADIUS).all()
            flies = np.hypot(*velocity.linear.T) > 0
            assert (np.abs(velocity.linear[flies, 1]) > 0.2 * np.hypot(*velocity.linear[flies].T)).all()


def test_flat_flights_are_lifted() -> None:
    x, y = steady((-1.0, 0.0), 100.0)
    assert (x < 0, np.hypot(x, y)) == (True, pytest.approx(100))
    assert y == pytest.approx(22)


def test_levels_are_of_known_bricks() -> None:
    for number in range(1, len(LEVELS) + 1):
        _, rows = pattern(number)
        assert {len(row) for row in rows} == {14}
        assert len(rows) <= 8
        assert set("".join(rows)) <= {".", *NUMBERS}
    assert pattern(len(LEVELS) + 1) == pattern(1)


def test_the_best_stay(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept")
    assert not kept.is_high(0)
    for score in range(100, 100 * (MOST_SCORES + 3), 100):
        kept.add(Score("Ada", score, 1))
    assert [line.score for line in kept.scores] == list(range(1000, 200, -100))
    assert not kept.is_high(300)
    assert kept.add(Score("Bo", 1000, 2)) == 1  # who came first stays first


@pytest.mark.parametrize(
    "content",
    [
        [],
        {"settings": {"speed": "fast"}},
        {"settings": {"colour": 1}},
        {"scores": [{"name": 7, "score": 1, "level": 1}]},
        {"scores": 3},
    ],
)
def test_a_strange_file_is_told_and_begun_anew(content: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    save_json(tmp_path / "kept", content)
    kept = Kept(tmp_path / "kept")
    kept.load()
    assert kept == Kept(tmp_path / "kept")
    assert "begin anew" in caplog.text
    kept.add(Score("Ada", 5, 1))
    assert load_json(tmp_path / "kept")["scores"] == [{"name": "Ada", "score": 5, "level": 1}]


def test_what_cannot_be_written_costs_no_game(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").write_text("in the way")
    kept = Kept(tmp_path / "file" / "kept")
    kept.add(Score("Ada", 5, 1))
    assert len(kept.scores) == 1
    assert "cannot be written" in caplog.text


def test_nothing_is_kept_where_nobody_sees_it(player: Player) -> None:
    assert player.kept.file is None
    player.kept.add(Score("Ada", 5, 1))
    assert len(player.kept.scores) == 1
    assert not user_data_path("ecs-engine-breakout").exists()


def test_equal_games_are_equal(record: Any, replay: Any) -> None:
    recording = record(breakout.build, 400, seed=5, script=RandomInput(2).events)
    assert replay(breakout.build, recording).verified == 400
