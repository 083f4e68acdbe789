"""The lines of what grows: two more runs of a cell that is proved to grow, traced."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from leakhunter.trace.rows import cleaned
from leakhunter.trace.snapshot import Facts, Sum, Sums, minus, summed, take, trace
from leakhunter.trace.tracing import DEPTH, Tracing

if TYPE_CHECKING:
    from leakhunter.record.meter import Meter
    from leakhunter.trace.model import Trace
    from leakhunter.trace.spots import Spots

RUNS = 2
"""One shows what is left, another one that it is left each time."""


def growing(
    run: Callable[[], None], names: Spots, meter: Meter, title: str, depth: int = DEPTH
) -> Generator[int, None, Trace]:
    """Run twice and tell what the second run left where the first had left something, too.

    What only the first run leaves is warm-up: caches and late imports.

    Parameters
    ----------
    run
        Runs the cell once.
    names, meter
        Names lines, reads memory.
    title
        What is traced.
    depth
        Frames kept with each block.

    Yields
    ------
    int
        The run that is next, from 1.  It can be left there.

    Returns
    -------
    Trace
        What one run leaves.

    Raises
    ------
    BaseException
        Whatever the run raises; tracing is off then.
    """
    tracing = Tracing(depth)
    at = time.time()
    yield 1
    begun = time.perf_counter()
    try:
        tracing.start()
        start = take()
        run()
        first = take()
        yield 2
        traced, rss = tracemalloc.get_traced_memory()[0], meter.rss()
        tracemalloc.reset_peak()
        run()
        ended = time.perf_counter()
        peak = tracemalloc.get_traced_memory()[1] - traced
        change = meter.rss() - rss
        last = take()
    finally:
        tracing.stop()
    sums = [_of_user(summed(raw), names) for raw in (start, first, last)]
    before = minus(sums[1], sums[0])
    left = minus(sums[2], sums[1])
    again: Sums = {frames: one for frames, one in left.items() if frames in before}
    facts = Facts(
        title=title,
        at=at,
        depth=tracing.depth,
        ended=ended,
        seconds=ended - begun,
        peak=peak,
        rss_change=change,
    )
    return trace(again, names, facts)


def _of_user(sums: Sums, names: Spots) -> Sums:
    """The same without the calls that led to the cell: those of the two runs differ."""
    found: Sums = {}
    for frames, one in sums.items():
        own = cleaned(frames, names)[::-1]
        if own:
            before = found.get(own, Sum(0, 0))
            found[own] = Sum(
                before.bytes + one.bytes,
                before.blocks + one.blocks,
                before.cut or one.cut,
            )
    return found
