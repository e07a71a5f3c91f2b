"""Each rule names its bottleneck first where it is to blame, and is silent where it is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ecs_engine.gpu.prototypes import BLOCKING
from ecs_engine.trace.latency import join
from ecs_engine.trace.report import summarise
from ecs_engine.trace.rules import RULES, Finding, diagnose, percent
from ecs_engine.trace.tracks import LOCK_FREE_CALLS
from ecs_engine.trace.words import lost_words
from tests.trace.scenes import LIMIT, Scene, one_late

TO_BLAME: dict[str, Callable[[], Scene]] = {
    "shader compile": lambda: one_late().call("glLinkProgram", 85, 110).call("glCompileShader", 82, 85),
    "texture upload": lambda: one_late().span("pictures", 84, 112).call("glTexSubImage3D", 90, 110),
    "column upload": lambda: one_late().span("columns", 84, 112).call("glBufferSubData", 90, 110),
    "sync wait": lambda: one_late().span("draw", 82, 84).span("swap", 84, 120),
    "fill": lambda: one_late().span("draw", 82, 84).span("swap", 84, 120).gpu(83, 119),
    "garbage collection": lambda: one_late().load("draw", 82, 118, 36).pause(84, 116),
    "drawing over budget": lambda: one_late().load("draw", 81, 119, 38).span("draws", 82, 118),
    "GIL wait": lambda: one_late().load("draw", 82, 118, 2).tick(80, 95).tick(95, 110).tick(110, 120),
    "off the processor": lambda: one_late().load("draw", 82, 118, 2),
    "logic over budget": lambda: one_late(6).tick(0, 40).span("Burn", 2, 38, "logic").tick(40, 80),
}
"""rule -> a scene in which it is the bottleneck."""

NOT_TO_BLAME: dict[str, Callable[[], Scene]] = {
    # What would be a cause went on in a frame that was on time.
    "shader compile": lambda: one_late().call("glLinkProgram", 33, 47),
    "texture upload": lambda: one_late().span("pictures", 33, 47),
    "column upload": lambda: one_late().span("columns", 33, 47),
    "garbage collection": lambda: one_late().span("swap", 82, 118).pause(84, 116),
    # While the context thread waited, the GPU was busy; or it was not.
    "sync wait": TO_BLAME["fill"],
    "fill": TO_BLAME["sync wait"],
    # It drew for long, but because it compiled a shader meanwhile.
    "drawing over budget": lambda: one_late().load("draw", 81, 119, 38).call("glLinkProgram", 83, 118),
    # It waited, but no other thread had the lock; or another had it all the time.
    "GIL wait": TO_BLAME["off the processor"],
    "off the processor": TO_BLAME["GIL wait"],
    # Without the collector the tick would have taken 10 ms.
    "logic over budget": lambda: one_late().tick(0, 40).pause(5, 35),
}


def found(scene: Scene) -> list[Finding]:
    return list(diagnose(scene.recording()).findings)


def names(scene: Scene) -> list[str]:
    return [finding.rule.name for finding in found(scene)]


def test_every_rule_has_both_scenes() -> None:
    assert {rule.name for rule in RULES} == set(TO_BLAME) == set(NOT_TO_BLAME)


@pytest.mark.parametrize("rule", TO_BLAME)
def test_it_is_named_first(rule: str) -> None:
    first = found(TO_BLAME[rule]())[0]
    assert first.rule.name == rule
    assert 0.9 <= first.share <= 1.0


@pytest.mark.parametrize("rule", NOT_TO_BLAME)
def test_it_is_not_named(rule: str) -> None:
    assert rule not in names(NOT_TO_BLAME[rule]())


def test_nothing_is_named_where_all_was_on_time() -> None:
    scene = Scene([LIMIT] * 10).span("swap", 1, 15).tick(0, 10).call("glLinkProgram", 20, 30).pause(40, 44)
    assert names(scene) == []


def test_the_wait_after_a_refresh_was_missed_is_no_cause() -> None:
    # Drawing took 20 of 16 ms, so the swap waited for the refresh after the next.
    scene = Scene([32.0] * 5)
    for begin in range(0, 160, 32):
        scene.load("draw", begin, begin + 20, 20).span("swap", begin + 20, begin + 32)
    assert names(scene) == ["drawing over budget"]
    assert found(scene)[0].explained_ms == pytest.approx(5 * 4)


def test_what_explains_most_comes_first() -> None:
    scene = one_late().call("glLinkProgram", 82, 88).call("glTexSubImage3D", 90, 108)
    assert names(scene) == ["texture upload", "shader compile"]
    assert [finding.explained_ms for finding in found(scene)] == [18, 6]


def test_no_rule_explains_more_than_was_lost_and_the_rest_is_told() -> None:
    diagnosis = diagnose(one_late().call("glLinkProgram", 80, 120).recording())
    assert diagnosis.findings[0].explained_ms == diagnosis.frames.lost_ms == 24
    assert diagnosis.frames.unexplained_ms == 0
    diagnosis = diagnose(one_late().call("glLinkProgram", 90, 100).recording())
    assert (diagnosis.frames.late, diagnosis.frames.lost_ms, diagnosis.frames.unexplained_ms) == (1, 24, 14)
    assert diagnose(one_late().recording()).findings == ()


def test_the_evidence_has_the_figures() -> None:
    (finding,) = found(TO_BLAME["shader compile"]())
    assert finding.evidence == (
        "28.0 ms of 40.0 ms, in 1 of 10 frames (10 %): glLinkProgram 25.0 ms, glCompileShader 3.00 ms"
    )
    (logic,) = found(TO_BLAME["logic over budget"]())
    assert logic.evidence == "40.0 ms of 40.0 ms, in 2 of 2 ticks (100 %): Burn 18.0 ms"
    assert logic.explained_ms == 2 * (40 - LIMIT)


def test_without_a_limit_all_time_of_frames_counts() -> None:
    scene = Scene([5.0] * 10, limit=0)
    for begin in range(0, 50, 5):
        scene.load("draw", begin, begin + 4, 4)
    diagnosis = diagnose(scene.recording())
    assert diagnosis.frames.lost_ms == 50
    assert (diagnosis.findings[0].rule.name, diagnosis.findings[0].share) == ("drawing over budget", 0.8)


def test_a_wait_for_the_lock_is_no_longer_than_another_thread_had_it() -> None:
    scene = one_late().load("draw", 82, 118, 2).tick(100, 110)  # 34 ms without a processor, 10 of them beside a tick
    explained = {finding.rule.name: finding.explained_ms for finding in found(scene)}
    assert explained == {"GIL wait": 10, "off the processor": 24}
    # A call that lets others run, and one that waits in the driver, are not counted.
    assert "GIL wait" not in names(one_late().load("draw", 82, 118, 2).call("glDrawElements", 83, 117).tick(80, 120))


def test_calls_that_let_other_threads_run_are_those_of_the_gpu_room() -> None:
    assert set(LOCK_FREE_CALLS) == BLOCKING


def test_an_empty_recording_is_no_trouble() -> None:
    recording = Scene([]).recording()
    assert diagnose(recording).findings == ()
    words = lost_words(summarise(recording, join(recording)))
    assert words == (
        "0 of 0 frames took longer than the 16.0 ms they may. 0 of 0 ticks took longer than the 16.0 ms they may."
    )


def test_the_words_tell_what_was_late() -> None:
    recording = one_late().tick(0, 40).call("glLinkProgram", 85, 95).recording()
    assert lost_words(summarise(recording, join(recording))) == (
        "1 of 10 frames took longer than the 16.0 ms they may, by 24.0 ms in all. 1 of 1 ticks took longer than the "
        "16.0 ms they may, by 24.0 ms in all. Of what frames lost, 58 % is not explained."
    )
    uncapped = Scene([5.0] * 10, limit=0).recording()
    assert "There is no limit to the number of frames, so all time counts: 50.0 ms." in lost_words(
        summarise(uncapped, join(uncapped))
    )


def test_small_parts_say_so() -> None:
    assert [percent(part) for part in (0.0, 0.004, 0.01, 0.92, 1.0)] == ["0 %", "below 1 %", "1 %", "92 %", "100 %"]
