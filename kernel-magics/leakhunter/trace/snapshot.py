"""What tracemalloc counted, summed by the calls that led to it, and told as lines and functions.

The raw traces are summed in one pass (:mod:`leakhunter.trace.stacks`); taking
them out of tracemalloc takes far longer, 0.3 to 1.3 s for each million blocks.
Its own statistics would need minutes for the same.
"""

from __future__ import annotations

import _tracemalloc
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.trace.model import CellStats, Trace
from leakhunter.trace.rows import Rows, cleaned
from leakhunter.trace.stacks import Frames, Raw, by_stack

if TYPE_CHECKING:
    from leakhunter.trace.spots import Spots
    from leakhunter.trace.watcher import Tally

MOST = 2000
"""Stacks that are listed at most."""

_REST = 0.003
"""What this share of the bytes comes to is summed: many small stacks, which take long to name."""


class Sum(NamedTuple):
    """Bytes and blocks of one stack, its innermost frame first, and whether outer ones are missing."""

    bytes: int
    blocks: int
    cut: bool = False


Sums = dict[Frames, Sum]


def take() -> Raw:
    """All that is traced now; nothing that this makes is traced.

    Returns
    -------
    list
        Domain, bytes, frames and the whole number of frames, of each block.
        Equal frames are one object.
    """
    raw: Any = _tracemalloc._get_traces()  # noqa: SLF001 - the public way makes an object of each
    return list(raw)


def summed_beside(raw: Raw) -> Sums:
    """The same as :func:`summed` while tracing goes on: in a thread, which has few frames to be kept."""
    found: list[Sums] = []
    worker = threading.Thread(
        target=lambda: found.append(summed(raw)), name="leakhunter-sums"
    )
    worker.start()
    worker.join()
    return found[0]


def summed(raw: Raw) -> Sums:
    """Traced blocks by stack."""
    sums: Sums = {}
    for size, blocks, frames, total in by_stack(raw):
        before = sums.get(frames, Sum(0, 0))
        sums[frames] = Sum(
            before.bytes + size, before.blocks + blocks, len(frames) < total
        )
    return sums


def minus(after: Sums, before: Sums) -> Sums:
    """What came since; stacks that lost blocks are left out."""
    if not before:
        return after
    found = {}
    for frames, now in after.items():
        then = before.get(frames, Sum(0, 0))
        if now.blocks > then.blocks or now.bytes > then.bytes:
            found[frames] = Sum(
                max(now.bytes - then.bytes, 0),
                max(now.blocks - then.blocks, 0),
                now.cut,
            )
    return found


@dataclass
class Facts:
    """What a trace has measured beside its blocks.

    Attributes
    ----------
    ended
        When it was measured, by the performance counter.
    tallies, calls
        By file and line: what was measured line by line, and how often each
        function began, by one of its lines.
    """

    title: str
    at: float
    depth: int
    ended: float
    seconds: float = 0.0
    peak: int = 0
    rss_change: int = 0
    overhead: int = 0
    cells: list[CellStats] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    tallies: dict[tuple[str, int], Tally] = field(default_factory=dict)
    calls: dict[tuple[str, int], int] = field(default_factory=dict)


def trace(sums: Sums, spots: Spots, facts: Facts) -> Trace:
    """Tell what was summed.

    Parameters
    ----------
    sums
        What is held, by stack.
    spots
        Names the lines.
    facts
        What else was measured.
    """
    rows = Rows(spots)
    kept = [(path, s) for f, s in sums.items() if (path := cleaned(f, spots))]
    kept.sort(key=lambda one: -one[1].bytes)
    held = sum(one.bytes for _, one in kept)
    rest = held
    for path, one in kept[:MOST]:
        if rest <= held * _REST:
            break
        rows.add(path, one.bytes, one.blocks, cut=one.cut)
        rest -= one.bytes
    lines = rows.lines(facts.tallies)
    functions = rows.functions(facts.tallies, facts.calls)
    return Trace(
        title=facts.title,
        at=facts.at,
        seconds=facts.seconds,
        depth=facts.depth,
        held=held,
        blocks=sum(one.blocks for _, one in kept),
        peak=max(facts.peak, held),
        rss_change=facts.rss_change,
        unseen=facts.rss_change - held - facts.overhead,
        overhead=facts.overhead,
        summing=time.perf_counter() - facts.ended,
        native=False,
        spots=rows.spots,
        lines=lines,
        functions=functions,
        stacks=rows.stacks,
        smaller=rest,
        cells=facts.cells,
        notes=facts.notes,
    )
