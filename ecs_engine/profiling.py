"""A device's work told to a tracer: the wiring between the room that makes OpenGL calls and the one that records."""

from __future__ import annotations

from ecs_engine.gpu import DebugMessage, Device, Watch
from ecs_engine.trace import Tracer
from ecs_engine.trace.tracks import GL_CALLS, GPU


def watch_device(device: Device, tracer: Tracer) -> Watch:
    """Record on ``tracer`` what ``device`` does, until the watch is closed. Context thread only.

    Sections of a frame are spans of the context thread, within its ``draw``; calls and GPU time have tracks of their
    own, and the driver's remarks on performance are messages. What the driver cannot tell is noted as missing.
    """

    def message(said: DebugMessage) -> None:
        if said.type == "performance":
            tracer.message(said.time_ns, f"{said} [{said.group}]" if said.group else str(said))

    watch = Watch(
        device,
        clock=tracer.now,
        slow_call_ns=tracer.slow_call_ns,
        section=tracer.span,
        call=tracer.track(GL_CALLS).span,
        gpu=tracer.track(GPU).span,
        message=message,
    )
    if not watch.has_gpu_time:
        tracer.miss(
            "GPU time: this driver has no timer queries, so waits for the GPU cannot be told from waits for the screen."
        )
    elif device.capabilities.times_last_tile:
        tracer.miss(
            f"GPU time within a frame: the clock of {device.capabilities.renderer} tells only of a picture's last "
            "tile, so its frames are told whole, from their submission on."
        )
    if not watch.has_messages:
        tracer.miss("Remarks of the driver: it has no debug output (OpenGL 4.3 or KHR_debug).")
    return watch
