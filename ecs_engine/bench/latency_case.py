"""One case of the latency benchmark, in a process of its own: a window full of sprites, and a key that is pressed."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np

from ecs_engine.app import App
from ecs_engine.bench import scenes
from ecs_engine.components import Velocity
from ecs_engine.core.errors import EngineError
from ecs_engine.core.input import Input
from ecs_engine.core.keys import Key
from ecs_engine.core.selection import writable
from ecs_engine.core.system import Stage, System
from ecs_engine.trace import EventKind, Tracer
from ecs_engine.trace import Stage as Moment
from ecs_engine.trace.latency import END_TO_END, LEGS, MISSING, Floats, Latency, Percentiles, join
from ecs_engine.trace.report import leg_name, spread, summarise

WARM_UP_TICKS = 60
QUEUED = "injected to INPUT"
"""The leg before those of the trace: through the X server, and until the window is polled."""
SPANS = (("logic", "tick"), ("MainThread", "draw"), ("MainThread", "swap"))
PATIENCE_S = 60.0
"""How long the process that presses the key may take to end."""


class TurnSystem(System):
    """Turns every sprite round when the key is pressed; ``warm`` is set once the run is under way."""

    stage: ClassVar[Stage] = Stage.UPDATE

    def __init__(self) -> None:
        self.ticks = 0
        self.warm = threading.Event()

    def process(self, dt: float) -> None:
        self.ticks += 1
        if self.ticks == WARM_UP_TICKS:
            self.warm.set()
        if self.world.resource(Input).pressed(Key.RIGHT):
            for (velocity,) in self.world.select(writable(Velocity)):
                np.negative(velocity.linear, out=velocity.linear)


def measure_case(
    driver: str,
    size: tuple[int, int],
    count: int,
    mode: str,
    tick_rate: float,
    frame_rate: float,
    interpolate: bool,
    inputs: int,
) -> dict[str, Any]:
    """Inject ``inputs`` key events into a window with ``count`` moving sprites, and follow each to the screen.

    Raises:
        EngineError: the renderer is not ``driver``, or a key event got lost.

    The figures are from the injection to PRESENT; ``slowest_percent`` has the mean of each leg over the slowest
    hundredth, and ``preemptions`` counts how often this process had to leave a core to another one.
    """
    tracer = Tracer(1 << 20, title=f"{driver}, {mode}")
    title = f"bench latency {os.getpid()}"
    app = App(
        title,
        size,
        tick_rate=tick_rate,
        headless=False,
        vsync=False,
        resizable=False,
        interpolate=interpolate,
        tracer=tracer,
    )
    try:
        renderer = app.device.capabilities.renderer
        if driver.lower() not in renderer.lower():
            raise EngineError(f"This case is about the driver {driver}, but the renderer here is {renderer!r}.")
        scenes.bunnymark(app, count)
        turn = TurnSystem()
        app.add_system(turn)
        app.step()
        with _keyboard(app, tracer, inputs, turn.warm) as keys:
            preempted = resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw
            app.run(frame_rate=frame_rate)
    finally:
        app.close()
    recording = tracer.recording()
    latency = join(recording)
    total, queued = since_injection(latency, keys.stamps)
    figures = Percentiles.of(total)
    legs = {QUEUED: queued} | {leg_name(leg): latency.leg_ms(leg, EventKind.KEY) for leg in (*LEGS, END_TO_END)}
    slow = total >= figures.p99
    spans = summarise(recording, latency)["spans_ms"]
    return {
        "driver": driver,
        "renderer": renderer,
        "size": list(size),
        "count": count,
        "mode": mode,
        "tick_rate": tick_rate,
        "frame_rate": frame_rate,
        "interpolate": interpolate,
        "inputs": figures.count,
        **{name: round(getattr(figures, name), 3) for name in ("p50", "p95", "p99", "max")},
        "legs": {name: spread(Percentiles.of(values)) for name, values in legs.items()},
        "slowest_percent": {
            name: round(float(values[slow].mean()), 3) for name, values in legs.items() if len(values) == len(slow)
        },
        "spans": {name: spans[thread][name] for thread, name in SPANS},
        "tick_cpu_ms": round(app.tick_cpu_ms.percentile(50), 3),
        "draw_cpu_ms": round(app.render_cpu_ms.percentile(50), 3),
        "frames_per_s": round(1e3 / float(np.mean(latency.frames.intervals_ms())), 1),
        "ticks_skipped": app.skipped_ticks,
        "preemptions": resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw - preempted,
    }


def since_injection(latency: Latency, stamps: list[int]) -> tuple[Floats, Floats]:
    """Milliseconds from each injection to PRESENT, and to INPUT. Keys arrive in the order they were pressed in.

    Raises:
        EngineError: not every key event arrived and was shown.
    """
    arrived = latency.inputs.stamps[latency.inputs.kind == EventKind.KEY]
    presented = arrived[:, Moment.PRESENT]
    if len(arrived) != len(stamps) or (presented == MISSING).any():
        raise EngineError(
            f"{len(stamps)} key events were injected, {len(arrived)} arrived and "
            f"{int(np.count_nonzero(presented != MISSING))} were shown: measure again, on a machine left alone."
        )
    injected = np.array(stamps, np.int64)
    return (presented - injected) * 1e-6, (arrived[:, Moment.INPUT] - injected) * 1e-6


class _Keys:
    """The child process that presses the key, and the thread that listens to it."""

    def __init__(self, app: App, tracer: Tracer, child: subprocess.Popen[str], warm: threading.Event) -> None:
        self.stamps: list[int] = []
        self._app, self._tracer, self._child, self._warm = app, tracer, child, warm
        self.thread = threading.Thread(target=self._listen, name="keyboard")

    def _listen(self) -> None:
        """Let it begin once the run is under way, wait for what it has to say, and end the run."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._warm.wait()
        self._tracer.restart()
        try:
            self._child.stdin.write("go\n")
            self._child.stdin.flush()
            self.stamps = json.loads(self._child.stdout.readline() or "[]")
        finally:
            self._app.quit()


@contextmanager
def _keyboard(app: App, tracer: Tracer, inputs: int, warm: threading.Event) -> Iterator[_Keys]:
    command = [sys.executable, "-m", "ecs_engine.bench.latency_keys", app.title, str(inputs)]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with child:
        try:
            assert child.stdout is not None
            assert child.stderr is not None
            if child.stdout.readline() != "ready\n":
                raise EngineError(f"No key can be pressed here: {last_line(child.stderr.read())}")
            keys = _Keys(app, tracer, child, warm)
            keys.thread.start()
            try:
                yield keys
            finally:
                assert child.stdin is not None
                child.stdin.close()
                warm.set()  # where the run failed before it was under way
                keys.thread.join()
            if child.wait(PATIENCE_S):
                raise EngineError(f"The keys came to an early end: {last_line(child.stderr.read())}")
        except BaseException:
            child.kill()
            raise


def last_line(text: str) -> str:
    """What a process said last."""
    return (text.strip().splitlines() or ["it said nothing"])[-1]


def main() -> None:
    """Run the case that the command line gives as JSON; print the figures, or one sentence why there are none."""
    try:
        figures = measure_case(**json.loads(sys.argv[1]))
    except EngineError as error:
        sys.exit(str(error))
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
