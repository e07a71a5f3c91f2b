"""Measurements of a running app: samples of one quantity, and the trace of every input's way to the screen.

The exporters are in modules of their own, so that an app that only records does not load them:
:mod:`~ecs_engine.trace.latency` joins a recording, :mod:`~ecs_engine.trace.report` writes the files.
"""

from ecs_engine.trace.recording import Recording
from ecs_engine.trace.samples import Samples
from ecs_engine.trace.stages import EventKind, Stage
from ecs_engine.trace.tracer import AnyTracer, NullTracer, Tracer

__all__ = ["AnyTracer", "EventKind", "NullTracer", "Recording", "Samples", "Stage", "Tracer"]
