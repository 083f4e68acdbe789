"""What is read at each line: Python's count of memory, and resident memory, each with its peak."""

from __future__ import annotations

import time
import tracemalloc
from typing import NamedTuple

from leakhunter.record.meter import Meter

EVERY = 20_000
"""Readings at every line: some 30 µs each, so 0.6 s in all; then only where much has changed."""

_MUCH = 64 * 1024

_LONGEST = 251
"""Lines without a reading from then on; a prime, so that no loop is always read at the same line."""


class Reading(NamedTuple):
    """Python's count and its peak since the last reading; resident memory and its peak."""

    traced: int
    traced_peak: int
    rss: int
    rss_peak: int


class Gauges:
    """Reads both, and starts new peaks.

    Parameters
    ----------
    meter
        Reads resident memory; ``None`` leaves that out.

    Attributes
    ----------
    readings, seconds
        How often, and how long it took.
    sampled
        Whether peaks of resident memory may have been missed.
    highest
        The highest resident memory seen.
    last
        What was read last.
    """

    def __init__(self, meter: Meter | None) -> None:
        self._meter = meter
        self._exact = meter is not None and meter.exact
        self._rss = (0, 0)
        self._passed = 0
        self.last = Reading(0, 0, 0, 0)
        self.readings = 0
        self.seconds = 0.0
        self.sampled = meter is not None and not self._exact
        self.highest = 0

    def read(self) -> Reading:
        """Read now."""
        begun = time.perf_counter()
        self.readings += 1
        traced, peak = tracemalloc.get_traced_memory()
        if self._meter is not None:
            status = self._meter.status()
            self._rss = (status.rss, status.rss)
            if self._exact and status.peak is not None:
                self._rss = (status.rss, max(status.peak, status.rss))
                self._meter.arm()
        reading = Reading(traced, peak, *self._rss)
        self.highest = max(self.highest, reading.rss_peak)
        tracemalloc.reset_peak()
        self.last, self._passed = reading, 0
        self.seconds += time.perf_counter() - begun
        return reading

    def spare(self) -> bool:
        """Can a reading be done without: have there been many, and has little changed since the last?"""
        if self.readings < EVERY or self._passed >= _LONGEST:
            return False
        traced, peak = tracemalloc.get_traced_memory()
        if peak - self.last.traced >= _MUCH or self.last.traced - traced >= _MUCH:
            return False
        self._passed += 1
        self.sampled = True
        return True
