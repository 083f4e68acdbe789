"""Memory every 10 ms while a cell runs, also while a library keeps Python from running.

By a thread of the native core that never takes the GIL.  Without it there are
no such readings.  Cost: 3 µs a reading, and 60 µs a run.
"""

from __future__ import annotations

from typing import NamedTuple

from leakhunter.heap import core

INTERVAL = 0.01
"""Seconds between two readings."""

_NATIVE = core.NATIVE if hasattr(core.NATIVE, "sampler_begin") else None


class Reading(NamedTuple):
    """Resident bytes, and when: seconds since 1970."""

    at: float
    rss: int


def begin() -> None:
    """Start reading; nothing happens where it is on already, or cannot be."""
    if _NATIVE is not None:
        try:
            _NATIVE.sampler_begin(INTERVAL)
        except OSError:  # no thread or no file is to be had: as without it
            return


def take() -> list[Reading]:
    """Readings since the last call; the last 40 s at most."""
    return [Reading(*one) for one in _NATIVE.sampler_take()] if _NATIVE else []


def end() -> int:
    """Stop; the greatest reading, or 0."""
    return int(_NATIVE.sampler_end()) if _NATIVE and _NATIVE.sampler_running() else 0


def every(readings: list[Reading], seconds: float) -> list[Reading]:
    """The greatest reading of each stretch of time.

    Parameters
    ----------
    readings
        In the order of time.
    seconds
        About the length of a stretch: they are all equally long.
    """
    if not readings:
        return []
    begun = readings[0].at
    span = readings[-1].at - begun
    many = max(round(span / seconds), 1)
    greatest: dict[int, Reading] = {}
    for one in readings:
        at = min(int((one.at - begun) * many / span), many - 1) if span > 0 else 0
        if at not in greatest or one.rss > greatest[at].rss:
            greatest[at] = one
    return list(greatest.values())
