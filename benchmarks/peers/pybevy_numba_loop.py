"""PyBevy with Numba: kernels over the columns of each batch, which its guide calls its fastest way.

In one thread: `parallel=True` takes as much processor time, and here as long.
"""

from importlib.metadata import version

import numba
from common import DT, run
from pybevy.ecs import Mut, View, ViewColumn
from pybevy_loop import First, Position, Second, Third, Velocity, join, move

# Without `from __future__ import annotations`: PyBevy reads the annotations of systems.


@numba.jit(nopython=True, fastmath=True)
def add_way(x: ViewColumn, y: ViewColumn, across: ViewColumn, up: ViewColumn, dt: float) -> None:
    for row in range(len(x)):
        x[row] += across[row] * dt
        y[row] += up[row] * dt


@numba.jit(nopython=True, fastmath=True)
def add_product(first: ViewColumn, second: ViewColumn, third: ViewColumn) -> None:
    for row in range(len(first)):
        first[row] += second[row] * third[row]


def update_positions(view: View[tuple[Mut[Position], Velocity]]) -> None:
    for batch in view.iter_batches():
        position, velocity = batch.column_mut(Position).value, batch.column(Velocity).value
        add_way(position.x, position.y, velocity.x, velocity.y, DT)


def update_first(view: View[tuple[Mut[First], Second, Third]]) -> None:
    for batch in view.iter_batches():
        add_product(batch.column_mut(First).value, batch.column(Second).value, batch.column(Third).value)


if __name__ == "__main__":
    run(
        "PyBevy and Numba",
        f"{version('pybevy')} and {version('numba')}",
        {
            "ecs-move": lambda count: move(count, update_positions),
            "ecs-join": lambda count: join(count, update_first),
        },
    )
