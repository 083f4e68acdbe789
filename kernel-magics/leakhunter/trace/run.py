"""One trace from its start to its stop: tracemalloc, and the line hook where lines are wanted."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING, Any

from leakhunter.trace.allocations import Allocations
from leakhunter.trace.gauges import Gauges
from leakhunter.trace.hooks import BusyError, hook
from leakhunter.trace.model import CellStats, Trace
from leakhunter.trace.snapshot import (
    Facts,
    Sums,
    minus,
    summed,
    summed_beside,
    take,
    traced,
)
from leakhunter.trace.stacks import Raw
from leakhunter.trace.tracing import Tracing
from leakhunter.trace.watcher import Tally, Watcher

if TYPE_CHECKING:
    from types import CodeType

    from leakhunter.record.meter import Meter
    from leakhunter.trace.body import Body
    from leakhunter.trace.profile import Peaks
    from leakhunter.trace.spots import Spots

_PARTS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")
"""Code that belongs to the line in which it is written."""


class Run:
    """tracemalloc, what sees blocks go and, where asked for, the line hook, from a start to a stop.

    Attributes
    ----------
    found
        What was traced by :meth:`over`, also when the code failed.
    peaks
        Those of the parts of the profile, as far as they are known.
    """

    found: Trace | None = None

    def __init__(self, meter: Meter, names: Spots, title: str, depth: int) -> None:
        self._meter = meter
        self.names = names
        self._tracing = Tracing(depth)
        self._allocations = Allocations()
        self.peaks: Peaks = {}
        self._title = title
        self._before: Sums = {}
        self.watcher = Watcher(Gauges(None))
        self._hook: Any = None
        self.notes: list[str] = []
        self.cells: list[CellStats] = []
        self.peak = 0
        self._rss = self._traced = 0
        self._begun = self._at = 0.0

    def start(self, *, lines: bool) -> None:
        """Begin; whatever happens here, :meth:`stop` puts things back."""
        self._at, self._begun = time.time(), time.perf_counter()
        self._rss = self._meter.rss()
        self._tracing.start()
        if not self._tracing.ours:
            self.notes.append("tracemalloc was on already; it was left on.")
            self._before = summed_beside(take())
        # before tracemalloc: it puts allocators back as it found them
        self._allocations.start(self._tracing.depth)
        self._traced = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        if lines:
            self.follow()

    def over(self, body: Body) -> Trace:
        """Run a body and trace it.

        Raises
        ------
        BaseException
            Whatever the body raises; :attr:`found` has what was traced until then.
        """
        __tracebackhide__ = True
        try:
            self.start(lines=True)
            body.run(hops=self._tracing.depth)
        finally:
            self.found = self.stop()
        return self.found

    def follow(self) -> None:
        """Have lines of cells measured too."""
        self._hook = hook(self.watcher, self._wanted)
        try:
            self._hook.start()
        except BusyError as busy:
            self._hook = None
            name = str(busy)
            what = (
                "How often lines ran"
                if self._allocations.followed
                else "What was freed again"
            )
            note = f"{what} is not told: {name} follows this kernel's lines, and was left alone."
            if note not in self.notes:
                self.notes.append(note)

    def unfollow(self) -> None:
        """No longer."""
        if self._hook is not None:
            self._hook.stop()
            self._hook = None

    def _wanted(self, code: CodeType) -> bool:
        return code.co_name not in _PARTS and self.names.is_cell(code.co_filename)

    def stop(self) -> Trace:
        """End, and tell what was found."""
        try:
            try:
                self.unfollow()
                self._allocations.stop()
                facts, raw = self._look()
            finally:
                self._end()
            return self._told(facts, summed(raw))
        finally:
            self._allocations.close()

    def _end(self) -> None:
        """Take out what was put in, in this order: tracemalloc leaves allocators as it found them."""
        self._allocations.stop()
        self._tracing.stop()

    def so_far(self) -> Trace:
        """Tell what was found, and go on."""
        facts, raw = self._look()
        return self._told(facts, summed_beside(raw))

    def _look(self) -> tuple[Facts, Raw]:
        """What has been measured, and the blocks."""
        ended = time.perf_counter()
        peak = tracemalloc.get_traced_memory()[1]
        overhead = tracemalloc.get_tracemalloc_memory()
        rss = self._meter.rss()
        raw = take()
        facts = Facts(
            title=self._title,
            at=self._at,
            depth=self._tracing.depth,
            ended=ended,
            seconds=ended - self._begun,
            peak=max(self.peak, peak - self._traced, self._lines_peak()),
            rss_change=rss - self._rss,
            overhead=(overhead if self._tracing.ours else 0) + self._allocations.room,
            cells=list(self.cells),
            notes=list(self.notes),
        )
        self._add_lines(facts)
        return facts, raw

    def _told(self, facts: Facts, sums: Sums) -> Trace:
        told = self._allocations.told(lines=bool(self.watcher.codes))
        facts.notes += told.notes
        found, self.peaks = traced(
            minus(sums, self._before),
            self.names,
            facts,
            told if self._allocations.followed else None,
        )
        return found

    def _lines_peak(self) -> int:
        return self.watcher.highest - self._traced

    def _add_lines(self, facts: Facts) -> None:
        """What was measured line by line, by file; code that was compiled twice is joined."""
        watcher = self.watcher
        for (code, line), tally in watcher.tallies.items():
            file = watcher.codes[code].co_filename
            facts.tallies.setdefault((file, line), Tally()).add(tally)
        first = dict(reversed(watcher.tallies))
        for code, count in watcher.counts.items():
            if code in first and watcher.codes[code].co_name != "<module>":
                frame = (watcher.codes[code].co_filename, first[code])
                facts.calls[frame] = facts.calls.get(frame, 0) + count
