"""The vsync grid: a phase-locked loop over the moments at which swaps return.

A swap returns a little after the vsync it waited for, and never by the same little. The loop fits ``vsync(n) = phase +
n * period`` to those stamps: each stamp is given the whole number of vsyncs since the one before, and what is left over
corrects phase and period by the gains of a Kalman filter of those two, which is a second-order phase-locked loop whose
bandwidth narrows while it learns (Bar-Shalom, Li and Kirubarajan, *Estimation with Applications to Tracking and
Navigation*, 2001, ch. 6: the white-noise constant-velocity model).
"""

from __future__ import annotations

import math

ACQUIRE = 30
"""Stamps that are looked at before the grid is trusted, or trusted no longer."""
NOISE = 1 / 16
"""The standard deviation of a stamp that the filter's gains are made for, in periods: 1 ms at 60 Hz."""
NOMINAL_TRUST = 0.002
"""How far off a video mode's rate is expected to be: 60 Hz is often 59.94, or 59.95."""
DRIFT = 1.5e-6
"""How much the period is expected to change from one vsync to the next, in periods: sets the final bandwidth."""
MAX_PULL = 0.02
"""How far from the acquired period the loop may pull it."""


class VsyncGrid:
    """Counts vsyncs and foretells them.

    Args:
        nominal_ns: the period of the video mode in nanoseconds, above 0. It is believed at first, and for as long as
            the stamps do not contradict it.

    The grid is *usable* from the first stamp on, ``locked`` once 30 stamps have fitted it, and lost when they do not:
    when the root mean square of what is left over exceeds a quarter of the period (stamps that follow no grid at all
    have 0.29), or the period runs away. Then a period is taken from the stamps themselves, 30 at a time, until it fits.
    One thread only.
    """

    def __init__(self, nominal_ns: float) -> None:
        self.nominal_ns = float(nominal_ns)
        self.period_ns = self.nominal_ns
        """The period as known so far."""
        self.count = 0
        """Vsyncs counted up to the newest stamp."""
        self.usable = True
        """Whether stamps are being counted on the grid."""
        self.locked = False
        """Whether 30 stamps have fitted the grid and it has held since."""
        self.losses = 0
        """How often the grid was given up."""
        self.attempts = 0
        """How often thirty stamps in a row had no period in them since it was given up."""
        self.error_ns = 0.0
        """The newest stamp's distance from the grid."""
        self._stamp: int | None = None
        self._deltas: list[int] = []
        self._start(self.nominal_ns, 0.0, NOMINAL_TRUST)

    @property
    def jitter_ns(self) -> float:
        """Standard deviation of the distance from stamps to the grid, of late; single late ones hardly count."""
        return 1.25 * self._spread

    def at(self, count: int) -> float:
        """When the vsync with that count is or was, in nanoseconds of the stamps' clock."""
        return self._phase + (count - self.count) * self.period_ns

    def first_after(self, moment_ns: float) -> int:
        """The count of the first vsync later than a moment."""
        return self.count + math.floor((moment_ns - self._phase) / self.period_ns) + 1

    def shift(self, ns: float) -> None:
        """Move the grid: the clock jumped by so much."""
        self._phase += ns
        if self._stamp is not None:
            self._stamp += round(ns)

    def rephase(self, stamp_ns: int) -> None:
        """Take a stamp for a vsync as it is, and keep the period: after a gap too long to count across."""
        self._stamp, self._phase = stamp_ns, float(stamp_ns)
        self._p00 = self._noise

    def update(self, stamp_ns: int) -> int | None:
        """Take in a stamp; return the vsyncs since the one before, 0 or more, or None while there is no grid.

        Stamps must not go back.
        """
        if self._stamp is None:
            self.rephase(stamp_ns)
            return 0
        self._deltas.append(stamp_ns - self._stamp)
        self._stamp = stamp_ns
        vsyncs = self._follow(stamp_ns) if self.usable else None
        if self.usable and (
            self._mean_square > (self.period_ns / 4) ** 2
            or abs(self.period_ns - self._acquired) > MAX_PULL * self._acquired
        ):
            self._lose()
        elif len(self._deltas) >= ACQUIRE:
            self._judge(stamp_ns)
        return vsyncs

    # -- the loop ------------------------------------------------------------------------------------
    def _start(self, period_ns: float, phase_ns: float, trust: float) -> None:
        """Begin a fit from a period that is right to the fraction ``trust``."""
        self.period_ns = self._acquired = period_ns
        self._phase = phase_ns
        self._noise = (NOISE * period_ns) ** 2
        self._drift = (DRIFT * period_ns) ** 2
        self._open(trust)
        self._mean_square = 0.0
        self._spread = period_ns / 32
        self._earliest = period_ns / 5

    def _open(self, trust: float) -> None:
        """Widen the loop to a period that is right to the fraction ``trust``, and a phase that is to the noise."""
        self._p00, self._p01, self._p11 = self._noise, 0.0, (trust * self.period_ns) ** 2
        self._bias = 0.0

    def _follow(self, stamp_ns: int) -> int:
        period = self.period_ns
        # A swap returns late far more often than early: a stamp that is further ahead of the next vsync than any was of
        # late belongs to the vsync before.
        early = min(1.5 * self._earliest / period + 3 / 32, 1 / 2)
        vsyncs = max(math.floor((stamp_ns - self._phase) / period + early), 0)
        phase = self._phase + vsyncs * period
        error = self.error_ns = stamp_ns - phase
        self.count += vsyncs
        self._earliest = max(-error, self._earliest * (1 - 1 / 512))
        self._mean_square += (error * error - self._mean_square) / 32
        # A late swap says little about the grid: past three standard deviations it pulls no more than at three.
        most = 3 * self.jitter_ns + period / 256
        error = min(max(error, -most), most)
        # Predict the covariance over the vsyncs that passed, then weigh the error with it.
        p11 = self._p11 + vsyncs * self._drift
        p01 = self._p01 + vsyncs * p11
        p00 = self._p00 + vsyncs * (self._p01 + p01)
        scale = 1.0 / (p00 + self._noise)
        self._phase = phase + error * p00 * scale
        self.period_ns = period + error * p01 * scale
        self._p00, self._p01, self._p11 = p00 * self._noise * scale, p01 * self._noise * scale, p11 - p01 * p01 * scale
        self._bias += (error - self._bias) / 32
        self._spread += (abs(error - self._bias) - self._spread) / 32
        if abs(self._bias) > max(self.jitter_ns, period / 64):
            # All stamps lie on one side: the period has changed a little. Open the loop up, as at the start.
            self._open(NOMINAL_TRUST)
        return vsyncs

    # -- the guards ----------------------------------------------------------------------------------
    def _lose(self) -> None:
        self.usable = self.locked = False
        self.losses += 1
        self.attempts = 0
        self._deltas.clear()

    def _judge(self, stamp_ns: int) -> None:
        """Thirty stamps are in: lock, or look for a grid in them."""
        deltas = sorted(self._deltas)
        self._deltas.clear()
        if self.usable:
            self.locked = True
            return
        self.attempts += 1
        median = deltas[len(deltas) // 2]
        if median <= 0:
            return
        fitting = [
            (delta, n) for delta in deltas if (n := round(delta / median)) and abs(delta - n * median) < median / 4
        ]
        if len(fitting) < 0.75 * len(deltas):
            return
        period = sum(delta for delta, _ in fitting) / sum(n for _, n in fitting)
        near = abs(period - self.nominal_ns) < 0.01 * self.nominal_ns
        self._start(self.nominal_ns if near else period, stamp_ns, NOMINAL_TRUST if near else 0.01)
        self.usable = True
