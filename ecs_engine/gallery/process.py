"""A demo in a process of its own: whatever becomes of it, the gallery goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass

MOST_LINES = 2000
"""How many of the last lines that a demo said are kept."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a demo ended."""

    status: int
    """0 if all was well; below 0 the number of the signal that ended it."""
    said: tuple[str, ...]
    """The last lines of its standard error."""

    @property
    def reason(self) -> str:
        """What became of it, in a few words: the error, if it told one."""
        if self.status < 0:
            return f"It was ended by signal {-self.status}: {signal.strsignal(-self.status)}."
        return next((line for line in reversed(self.said) if line.strip()), f"It ended with status {self.status}.")


class Run:
    """Starts a demo, as ``ecs-engine demo NAME`` does, and waits for its end on a thread of its own.

    Raises:
        OSError: no process can be started.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.stopped = False
        """Whether :meth:`stop` ended it."""
        self.ended: Ended | None = None
        """How it ended; None while it runs. Any thread may look."""
        env = {**os.environ, "PYTHONFAULTHANDLER": "1", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ecs_engine", "demo", name],
            env=env, stderr=subprocess.PIPE, encoding="utf-8", errors="replace",
        )  # fmt: skip
        self._thread = threading.Thread(target=self._watch, name=f"waits for {name}", daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        said: deque[str] = deque(maxlen=MOST_LINES)
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                said.append(line.rstrip("\n"))
                print(line, end="", file=sys.stderr)  # for whoever started the gallery from a terminal
        self.ended = Ended(self._process.wait(), tuple(said))

    def stop(self) -> None:
        """End it at once, if it still runs. Any thread."""
        self.stopped = True
        self._process.terminate()

    def wait(self) -> None:
        """Wait until it has ended. Any thread but one with other things to do."""
        self._thread.join()
