"""Runs one reader on damaged files, in this process: ``python -m tests.fuzz.run READER FIRST COUNT FOLDER``.

The file that is being read stays in the folder, so that it is there when the process is killed by its limits.
"""

from __future__ import annotations

import logging
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .damage import damage
from .readers import READERS, Reader

MOST_BYTES = 1 << 30
"""Of address space that a reader may take beyond what the process had before."""
MOST_SECONDS = 5
"""Of processor time for one file."""
LONGEST = 12_000
"""Bytes of files that are cut off at every offset."""


class TooLong(BaseException):
    """No reader may swallow it."""


class Fault(AssertionError):
    """A reader did what it should not."""


def limit() -> None:
    """Bound memory, and the time of each file."""
    used = int(Path("/proc/self/statm").read_text("ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, resource.RLIM_INFINITY))
    logging.disable(logging.CRITICAL)

    def stop(*_: Any) -> None:
        raise TooLong(f"more than {MOST_SECONDS} s")

    signal.signal(signal.SIGVTALRM, stop)


def attempt(reader: Reader, path: Path, data: bytes) -> bool:
    """Whether a file was read; refused files are all right, too.

    Raises:
        Fault: whatever else came of it.
    """
    path.write_bytes(data)
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST_SECONDS)
    try:
        reader.read(path)
    except reader.refuses as error:
        if len(str(error)) > 2000:
            raise Fault(f"{path.name}: the message has {len(str(error))} characters") from error
        return False
    except BaseException as error:
        raise Fault(f"{path.name}: {type(error).__name__}: {str(error)[:300]}") from error
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return True


def damaged(reader: Reader, whole: dict[str, bytes], first: int, count: int) -> Iterator[tuple[str, bytes]]:
    """Name and contents of so many damaged files, of the seeds from ``first`` on."""
    for seed in range(first, first + count):
        rng = np.random.default_rng(seed)
        name = list(whole)[seed % len(whole)]
        data = damage(rng, [whole[name], *whole.values()])
        yield name, reader.seal(data) if reader.seal is not None and seed % 3 else data


def truncated(whole: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Every file, cut off at every offset."""
    for name, data in whole.items():
        for end in range(min(len(data), LONGEST)):
            yield name, data[:end]


def run(name: str, first: int, count: int, folder: Path, *, cut: bool = False) -> tuple[int, int]:
    """Read damaged files, or with ``cut`` all that are cut off; how many there were, and how many could be read.

    Raises:
        Fault: see :func:`attempt`.
    """
    reader = READERS[name]
    whole = reader.whole(folder)
    for file, data in whole.items():
        if not attempt(reader, folder / file, reader.seal(data) if reader.seal else data):
            raise Fault(f"{file} is refused, and is whole")
    tried = good = 0
    for file, data in truncated(whole) if cut else damaged(reader, whole, first, count):
        tried += 1
        good += attempt(reader, folder / file, data)
    return tried, good


if __name__ == "__main__":
    limit()
    reader_name, first_seed, seeds, place = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
    print(*run(reader_name, first_seed, seeds, place, cut=seeds == 0))
