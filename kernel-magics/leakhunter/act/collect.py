"""A garbage collection on request, with what it returned.

Memory is measured as for clearing: private and shared bytes, after asking the
allocators to give freed memory back, before as well as after.
"""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

from leakhunter.act.interrupts import Interrupts
from leakhunter.act.pools import trim
from leakhunter.model import Collection

if TYPE_CHECKING:
    from leakhunter.record.meter import Meter

_PASSES = 3
"""A finalizer may let go of more: collect until nothing is found, but not for ever."""


def collect(meter: Meter) -> Collection:
    """Collect all generations and say what came of it."""
    trim()
    stuck = len(gc.garbage)
    before, rss_before = _resident(meter), meter.rss()
    begun = time.perf_counter()
    objects = 0
    for _ in range(_PASSES):
        found = collected()
        objects += found
        if not found:
            break
    seconds = time.perf_counter() - begun
    trim()
    return Collection(
        at=time.time(),
        objects=objects,
        stuck=max(len(gc.garbage) - stuck, 0),
        measured=max(before - _resident(meter), 0),
        rss_before=rss_before,
        rss_after=meter.rss(),
        seconds=seconds,
    )


def collected() -> int:
    """Collect all generations once.

    Returns
    -------
    int
        How many objects were found.

    Raises
    ------
    KeyboardInterrupt
        Afterwards, for an interrupt that came meanwhile.
    """
    with Interrupts(once=True) as interrupts:
        found = gc.collect()
    if interrupts.came:
        raise KeyboardInterrupt
    return found


def _resident(meter: Meter) -> int:
    """Private and shared resident bytes; mapped files come and go by themselves."""
    status = meter.status()
    return status.rss if status.anon is None else status.anon + (status.shmem or 0)
