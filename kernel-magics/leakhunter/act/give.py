"""Giving back what the allocators keep free, with the measured result."""

from __future__ import annotations

import time

from leakhunter.act.pools import give_back
from leakhunter.model import GivenBack, Returned
from leakhunter.record.meter import Meter


def give(meter: Meter) -> GivenBack:
    """Ask every allocator, one after the other, and measure what the process lost."""
    before = meter.rss()
    returned = [Returned(what=what, bytes=size) for what, size in give_back()]
    return GivenBack(
        at=time.time(), returned=returned, rss_before=before, rss_after=meter.rss()
    )
