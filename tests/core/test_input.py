"""The input state against a simple model, and the queue that feeds it."""

from __future__ import annotations

import threading
from dataclasses import FrozenInstanceError
from itertools import pairwise
from time import monotonic_ns
from typing import Any

import glfw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecs_engine.core.errors import EngineError
from ecs_engine.core.events import (
    CloseEvent,
    Event,
    EventQueue,
    FocusEvent,
    KeyEvent,
    MouseButtonEvent,
    MouseMoveEvent,
    ResizeEvent,
    ScrollEvent,
    TextEvent,
)
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Action, Key, Modifier, MouseButton

CODES: tuple[Key | MouseButton, ...] = (Key.A, Key.LEFT, Key.SPACE, MouseButton.LEFT, MouseButton.RIGHT)


def key(code: Key | MouseButton, action: Action) -> Event:
    return KeyEvent(code, action) if isinstance(code, Key) else MouseButtonEvent(code, action)


def tap(code: Key | MouseButton) -> list[Event]:
    return [key(code, Action.PRESS), key(code, Action.RELEASE)]


def held_after(events: list[Event], code: Key | MouseButton) -> list[bool]:
    """The model: whether the key is held before the first event and after each, were every moment a tick of its own."""
    timeline = [False]
    for event in events:
        held = timeline[-1]
        match event:
            case FocusEvent(focused=False):
                held = False
            case KeyEvent(key=which, action=action) | MouseButtonEvent(button=which, action=action):
                if which == code and action != Action.REPEAT:
                    held = action == Action.PRESS
        timeline.append(held)
    return timeline


events = st.one_of(
    st.builds(key, st.sampled_from(CODES), st.sampled_from([Action.PRESS, Action.RELEASE])),
    st.builds(KeyEvent, st.sampled_from([Key.A, Key.SPACE, Key.UNKNOWN]), st.sampled_from(Action)),
    st.builds(FocusEvent, st.booleans()),
    st.just(MouseMoveEvent(3.0, 4.0)),
    st.just(TextEvent("é")),
)


@given(st.lists(st.lists(events, max_size=12), max_size=12))
def test_keys_follow_the_model_in_every_split_into_ticks(ticks: list[list[Event]]) -> None:
    stream = [event for tick in ticks for event in tick]
    timelines = {code: held_after(stream, code) for code in CODES}
    state = Input()
    queue = EventQueue()
    start = 0
    for tick in ticks:
        queue.extend(tick)
        state.begin_tick(queue.drain())
        end = start + len(tick)
        for code, timeline in timelines.items():
            steps = list(zip(timeline[start:end], timeline[start + 1 : end + 1], strict=True))
            presses = steps.count((False, True))
            assert state.down(code) == timeline[end]
            assert state.press_count(code) == presses
            assert state.pressed(code) == (presses > 0)
            assert state.released(code) == ((True, False) in steps)
        assert state.events == tuple(tick)
        start = end


cut_lists = st.lists(st.integers(0, 40), max_size=10)


@given(st.lists(events, max_size=40), st.lists(cut_lists, min_size=2, max_size=2))
def test_no_split_into_ticks_loses_or_doubles_a_press(stream: list[Event], splits: list[list[int]]) -> None:
    totals = []
    for cuts in splits:
        state = Input()
        edges = [0, *sorted(min(cut, len(stream)) for cut in cuts), len(stream)]
        counts = dict.fromkeys(CODES, 0)
        for start, end in pairwise(edges):
            state.begin_tick(stream[start:end])
            for code in CODES:
                counts[code] += state.press_count(code)
        totals.append(counts)
    assert totals[0] == totals[1]


def test_a_tap_within_one_tick_is_seen_once() -> None:
    state = Input()
    state.begin_tick(tap(Key.SPACE))
    assert state.pressed(Key.SPACE)
    assert state.released(Key.SPACE)
    assert not state.down(Key.SPACE)
    state.begin_tick()
    assert not state.pressed(Key.SPACE)
    assert not state.released(Key.SPACE)


def test_several_taps_within_one_tick_are_counted() -> None:
    state = Input()
    state.begin_tick([*tap(Key.A), *tap(Key.A), key(Key.A, Action.PRESS)])
    assert state.press_count(Key.A) == 3
    assert state.down(Key.A)
    state.begin_tick()
    assert state.press_count(Key.A) == 0
    assert state.down(Key.A)


def test_repeat_is_no_press() -> None:
    state = Input()
    state.begin_tick([key(Key.A, Action.PRESS)])
    state.begin_tick([key(Key.A, Action.REPEAT)] * 3)
    assert state.down(Key.A)
    assert not state.pressed(Key.A)


def test_losing_focus_releases_once() -> None:
    state = Input()
    state.begin_tick([key(Key.A, Action.PRESS), key(MouseButton.LEFT, Action.PRESS)])
    state.begin_tick([FocusEvent(False)])
    assert not state.focused
    for code in (Key.A, MouseButton.LEFT):
        assert state.released(code)
        assert not state.down(code)
    # GLFW sends the releases as well, perhaps a tick later.
    state.begin_tick([key(Key.A, Action.RELEASE), FocusEvent(True)])
    assert state.focused
    assert not state.released(Key.A)


def test_unnamed_keys_do_not_share_a_state() -> None:
    state = Input()
    press = KeyEvent(Key.UNKNOWN, Action.PRESS, scancode=7)
    state.begin_tick([press])
    assert not state.down(Key.UNKNOWN)
    assert state.events == (press,)


@pytest.mark.parametrize("code", [Key.A, MouseButton.LEFT])
def test_what_is_taken_counts_as_not_held_until_it_goes_down_again(code: Key | MouseButton) -> None:
    state = Input()
    state.begin_tick([*tap(code), key(code, Action.PRESS), key(Key.LEFT, Action.PRESS)])
    state.take(code)
    assert (state.down(code), state.pressed(code), state.released(code), state.press_count(code)) == (False,) * 3 + (0,)
    assert state.pressed(Key.LEFT)
    state.begin_tick([key(code, Action.REPEAT), key(code, Action.RELEASE)])
    assert (state.down(code), state.released(code)) == (False, False)
    state.begin_tick([key(code, Action.PRESS)])
    assert state.down(code)


def test_axis() -> None:
    state = Input()
    assert state.axis(Key.LEFT, Key.RIGHT) == 0
    state.begin_tick([key(Key.LEFT, Action.PRESS)])
    assert state.axis(Key.LEFT, Key.RIGHT) == -1
    state.begin_tick([key(Key.RIGHT, Action.PRESS)])
    assert state.axis(Key.LEFT, Key.RIGHT) == 0
    state.begin_tick([key(Key.LEFT, Action.RELEASE)])
    assert state.axis(Key.LEFT, Key.RIGHT) == 1
    state.begin_tick([key(Key.RIGHT, Action.RELEASE)])
    assert state.axis(Key.LEFT, Key.RIGHT) == 0
    state.begin_tick(tap(Key.LEFT))
    assert state.axis(Key.LEFT, Key.RIGHT) == -1, "a tap within a tick moves for that tick"


def test_text_mouse_and_scroll_are_of_this_tick() -> None:
    state = Input()
    assert state.mouse.position == state.mouse.delta == state.mouse.scroll == (0, 0)
    state.begin_tick([TextEvent("a"), TextEvent("ß"), MouseMoveEvent(100, 50), ScrollEvent(0, 1), ScrollEvent(0.5, -3)])
    assert state.text == "aß"
    assert state.mouse.position == (100, 50)
    assert state.mouse.delta == (0, 0), "the pointer's first appearance is no movement"
    assert state.mouse.scroll == (0.5, -2)
    state.begin_tick([MouseMoveEvent(110, 50), MouseMoveEvent(105, 40)])
    assert state.text == ""
    assert state.mouse.position == (105, 40)
    assert state.mouse.delta == (5, -10)
    assert state.mouse.scroll == (0, 0)
    state.begin_tick()
    assert state.mouse.position == (105, 40)
    assert state.mouse.delta == (0, 0)


@given(st.lists(st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), max_size=5), max_size=5))
def test_mouse_deltas_add_up_to_the_way_gone(ticks: list[list[tuple[int, int]]]) -> None:
    state = Input()
    x = y = 0.0
    for tick in ticks:
        state.begin_tick(MouseMoveEvent(*position) for position in tick)
        x += state.mouse.delta[0]
        y += state.mouse.delta[1]
    way = [position for tick in ticks for position in tick]
    if way:
        assert (x, y) == (way[-1][0] - way[0][0], way[-1][1] - way[0][1])


def test_events_are_stamped_on_the_monotonic_clock_and_frozen() -> None:
    before = monotonic_ns()
    event = KeyEvent(Key.A, Action.PRESS, Modifier.SHIFT | Modifier.ALT, 38)
    assert before <= event.time_ns <= monotonic_ns()
    assert KeyEvent(Key.A, Action.PRESS, time_ns=5).time_ns == 5
    with pytest.raises(FrozenInstanceError):
        event.time_ns = 0  # type: ignore[misc]
    for made in (event, ResizeEvent(1, 2, 3, 4), CloseEvent()):
        assert not hasattr(made, "__dict__")


def test_keys_and_buttons_do_not_collide() -> None:
    assert not {int(k) for k in Key} & {int(b) for b in MouseButton}


def test_the_numbers_are_those_of_glfw() -> None:
    for member in Key:
        name = member.name.removeprefix("DIGIT_")
        assert getattr(glfw, f"KEY_{name}") == member
    for modifier in Modifier:
        assert getattr(glfw, f"MOD_{modifier.name}") == modifier
    assert tuple(Action) == (glfw.RELEASE, glfw.PRESS, glfw.REPEAT)
    assert list(MouseButton)[:3] == [glfw.MOUSE_BUTTON_LEFT, glfw.MOUSE_BUTTON_RIGHT, glfw.MOUSE_BUTTON_MIDDLE]
    assert max(MouseButton) == glfw.MOUSE_BUTTON_LAST


def test_the_queue_keeps_every_event_in_order_between_threads() -> None:
    queue = EventQueue()
    sent = [MouseMoveEvent(i, producer) for producer in range(2) for i in range(5000)]
    start = threading.Barrier(3)

    def produce(producer: int) -> None:
        start.wait()
        for event in sent:
            if event.y == producer:
                queue.push(event)

    threads = [threading.Thread(target=produce, args=(producer,)) for producer in range(2)]
    for thread in threads:
        thread.start()
    start.wait()
    got: list[Event] = []
    while any(thread.is_alive() for thread in threads):
        got += queue.drain()
    got += queue.drain()
    assert len(queue) == 0
    for producer in range(2):
        xs = [event.x for event in got if isinstance(event, MouseMoveEvent) and event.y == producer]
        assert xs == list(range(5000))


@pytest.mark.parametrize("name", ["space", None, ("a",)])
def test_what_is_no_key_is_refused(name: Any) -> None:
    state = Input()
    for ask in (state.down, state.pressed, state.released, state.press_count):
        with pytest.raises(EngineError, match=r"is no key: give one of Key, MouseButton or GamepadButton, such as"):
            ask(name)
    with pytest.raises(EngineError, match="is no key"):
        state.axis(Key.A, name)
