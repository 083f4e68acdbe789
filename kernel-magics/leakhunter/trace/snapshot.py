"""What tracemalloc counted, summed by the calls that led to it, and told as lines and functions.

The raw traces are summed in one pass (:mod:`leakhunter.trace.stacks`); taking
them out of tracemalloc takes far longer, 0.3 to 1.3 s for each million blocks.
Its own statistics would need minutes for the same.
"""

from __future__ import annotations

import _tracemalloc
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.trace.allocations import Freed, Told
from leakhunter.trace.model import CellStats, Trace
from leakhunter.trace.profile import Group, Peaks, parts_of
from leakhunter.trace.rows import Rows, cleaned
from leakhunter.trace.stacks import Frames, Raw, by_stack

if TYPE_CHECKING:
    from leakhunter.trace.spots import Spots
    from leakhunter.trace.watcher import Tally

MOST = 2000
"""Stacks that are listed at most."""

_REST = 0.003
"""What this share of the bytes comes to is summed: many small stacks, which take long to name."""

_PASSED = 0.01
"""The same of what was freed again, where there are more of them."""


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
    return traced(sums, spots, facts, None)[0]


def traced(
    sums: Sums, spots: Spots, facts: Facts, told: Told | None
) -> tuple[Trace, Peaks]:
    """Tell what was summed, with what was freed again and the peaks of its parts.

    Parameters
    ----------
    sums, spots, facts
        As for :func:`trace`.
    told
        What is known of freed blocks; ``None`` where they were not followed.

    Returns
    -------
    tuple
        The trace, and the peaks of the parts of its profile.
    """
    rows = Rows(spots, followed=told is not None)
    kept = _kept(sums, {} if told is None else told.freed, spots)
    held = sum(one.held.bytes for one in kept)
    chosen = _chosen(kept)
    groups: dict[Frames, Iterable[Group]] = {}
    for one in chosen:
        rows.add(
            one.path, one.held.bytes, one.held.blocks, freed=one.freed, cut=one.held.cut
        )
        groups[one.frames] = parts_of(rows.stacks[-1], rows.spots)
    peaks = {} if told is None else told.peaks(groups)
    lines = rows.lines(facts.tallies)
    functions = rows.functions(facts.tallies, facts.calls)
    found = Trace(
        title=facts.title,
        at=facts.at,
        seconds=facts.seconds,
        depth=facts.depth,
        held=held,
        blocks=sum(one.held.blocks for one in kept),
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
        smaller=held - sum(one.held.bytes for one in chosen),
        cells=facts.cells,
        notes=facts.notes,
    )
    return found, peaks


class _Kept(NamedTuple):
    """A stack of the user's: what it holds, and what it allocated and lost again."""

    frames: Frames
    path: Frames
    held: Sum
    freed: int


def _kept(sums: Sums, freed: dict[Frames, Freed], spots: Spots) -> list[_Kept]:
    found = []
    for frames in {**sums, **freed}:
        path = cleaned(frames, spots)
        if path:
            gone = freed.get(frames, Freed(0, cut=False))
            held = sums.get(frames, Sum(0, 0, gone.cut))
            found.append(_Kept(frames, path, held, gone.bytes))
    return found


def _chosen(kept: list[_Kept]) -> list[_Kept]:
    """Those that hold nearly all, and those that freed nearly all; those that hold most come first."""
    by_held = _most(kept, lambda one: one.held.bytes, _REST)
    chosen = {one.frames for one in by_held}
    by_freed = _most(kept, lambda one: one.freed, _PASSED)
    return by_held + [one for one in by_freed if one.frames not in chosen]


def _most(
    kept: list[_Kept], bytes_of: Callable[[_Kept], int], share: float
) -> list[_Kept]:
    rest = whole = sum(map(bytes_of, kept))
    found = []
    for one in sorted(kept, key=bytes_of, reverse=True)[:MOST]:
        if rest <= whole * share:
            break
        found.append(one)
        rest -= bytes_of(one)
    return found
