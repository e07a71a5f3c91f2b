"""Random generators as plain data: the name of the algorithm, and its state."""

from __future__ import annotations

from typing import Any

import numpy as np

from ecs_engine.core.errors import SaveError

ALGORITHMS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


def generator_state(generator: np.random.Generator) -> dict[str, Any]:
    """The state, as plain data.

    Raises:
        SaveError: it is of an algorithm that numpy does not have.
    """
    state = _plain(generator.bit_generator.state)
    if state["bit_generator"] not in ALGORITHMS:
        raise SaveError(f"A generator of {state['bit_generator']} cannot be saved: use one of {', '.join(ALGORITHMS)}.")
    return state  # type: ignore[no-any-return]


def checked_state(state: Any) -> dict[str, Any]:
    """What can be given to the ``state`` of a bit generator of its algorithm, from plain data that may be anything.

    Raises:
        SaveError: it is no such state.
    """
    try:
        if state["bit_generator"] not in ALGORITHMS:
            raise SaveError(f"It has a generator of {state['bit_generator']!r}, which is none of numpy's.")
        # numpy takes any place in its buffers, and would read beyond their ends.
        if state["bit_generator"] == "MT19937" and not 0 <= state["state"]["pos"] <= 624:
            raise IndexError("a place beyond its key")
        if state["bit_generator"] == "Philox" and not 0 <= state["buffer_pos"] <= 4:
            raise IndexError("a place beyond its buffer")
        trial = getattr(np.random, state["bit_generator"])(0)
        trial.state = state
    except SaveError:
        raise
    except Exception as error:  # numpy looks at each part as it comes to it
        raise SaveError(f"Its state of a random generator is none: {type(error).__name__}: {error}.") from error
    return trial.state  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value
