"""The short form of the fuzzing: `make soak` runs the long one, in processes of bounded memory."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ecs_engine.core.errors import AssetError

from .damage import damage
from .readers import READERS, Reader, seal_png
from .run import Fault, TooLong, attempt, run

KEPT = Path(__file__).parent / "kept"
"""A folder for each reader: whole files as they were when they were kept, and what once did more than be refused."""
MUTATIONS = 150


@pytest.fixture
def _stopped() -> Iterator[None]:
    """Files that take too long are stopped, as in the long form."""

    def stop(*_: Any) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    yield
    signal.signal(signal.SIGVTALRM, before)


@pytest.mark.usefixtures("_stopped")
@pytest.mark.parametrize("name", READERS)
def test_damaged_files_are_refused_or_read_and_nothing_else(tmp_path: Path, name: str) -> None:
    tried, good = run(name, 10**9, MUTATIONS, tmp_path)
    assert tried == MUTATIONS
    assert good < tried


@pytest.mark.usefixtures("_stopped")
@pytest.mark.parametrize(
    ("name", "path"), [(folder.name, path) for folder in sorted(KEPT.glob("*")) for path in sorted(folder.iterdir())]
)
def test_what_was_kept_is_read_or_refused(tmp_path: Path, name: str, path: Path) -> None:
    reader = READERS[name]
    reader.whole(tmp_path)
    attempt(reader, tmp_path / path.name, path.read_bytes())


def test_the_same_seed_is_the_same_damage() -> None:
    whole = [b"some 12 words", bytes(range(200))]
    made = [[damage(np.random.default_rng(seed), whole) for seed in range(40)] for _ in range(2)]
    assert made[0] == made[1]
    assert len(set(made[0])) > 35


@pytest.mark.parametrize("error", [KeyError("x"), TooLong(), MemoryError(), SystemExit(), AssetError("x" * 3000)])
def test_faults_are_found(tmp_path: Path, error: BaseException) -> None:
    def read(path: Path) -> None:
        raise error

    with pytest.raises(Fault, match=r"a\.bin: "):
        attempt(Reader(lambda _: {}, read), tmp_path / "a.bin", b"")


def test_damaged_chunks_have_good_checksums() -> None:
    good = READERS["pictures"].whole(Path())["RGBA.png"]
    assert seal_png(good) == good
    changed = bytearray(good)
    changed[20] ^= 1
    sealed = seal_png(bytes(changed))
    assert sealed != bytes(changed)
    assert sealed[20] == changed[20]
