"""Memory by line while code runs: what each line leaves, and its highest point.

A line is charged from its beginning to that of the next line of the same
call, so with all that it calls.  Two gauges are read there: what Python's
allocators count (exact, with the peak since the last reading) and resident
memory, which counts native memory too.  After many readings a line is read at
only where much has changed: what small changes come to is charged to the line
that runs then.
"""

from __future__ import annotations

import threading
from types import CodeType

from leakhunter.trace.gauges import Gauges, Reading


class Tally:
    """What all runs of one line came to."""

    __slots__ = (
        "active", "allocated", "change", "peak", "rss_after", "rss_change", "rss_peak", "rss_rise", "runs",
    )  # fmt: skip

    def __init__(self) -> None:
        self.runs = self.active = 0
        self.change = self.allocated = self.peak = 0
        self.rss_after = self.rss_change = self.rss_peak = self.rss_rise = 0

    def add(self, other: Tally) -> None:
        """Add the runs of the same line, compiled another time."""
        self.runs += other.runs
        self.change += other.change
        self.allocated += other.allocated
        self.rss_change += other.rss_change
        self.peak = max(self.peak, other.peak)
        self.rss_peak = max(self.rss_peak, other.rss_peak)
        self.rss_rise = max(self.rss_rise, other.rss_rise)
        self.rss_after = other.rss_after


class _Call:
    """A call that is being watched, at one of its lines."""

    __slots__ = (
        "below", "code", "due", "high", "passing", "rss", "rss_high", "rss_top", "tally", "top", "total", "traced",
    )  # fmt: skip

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.tally: Tally | None = None
        # a line that runs and was not read at
        self.passing: Tally | None = None
        # whether its next line must be read at
        self.due = False
        # of the line that runs: what was there, its peaks, what its calls allocated
        self.traced = self.rss = self.high = self.rss_high = self.below = 0
        # of all lines that ran
        self.top = self.rss_top = self.total = 0


class Watcher:
    """Charges lines; told of calls and lines by a hook (:mod:`leakhunter.trace.hooks`).

    Attributes
    ----------
    tallies
        By code object's ``id`` and line.
    codes, counts
        The code objects that ran, and how often, by ``id``.
    faults
        Failures of ours that were kept from the user's code.
    highest
        The highest count by Python at any reading.
    """

    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges
        self._calls: list[_Call] = []
        self._thread = threading.get_ident()
        self.tallies: dict[tuple[int, int], Tally] = {}
        self.codes: dict[int, CodeType] = {}
        self.counts: dict[int, int] = {}
        self.faults = 0
        self.highest = 0

    def take_highest(self) -> int:
        """The highest count by Python since this was asked last: readings start new peaks."""
        found, self.highest = self.highest, 0
        return found

    @property
    def elsewhere(self) -> bool:
        """Is this a thread that is not watched?"""
        return threading.get_ident() != self._thread

    def enter(self, code: CodeType, *, again: bool = False) -> None:
        """A call begins, or goes on after it has yielded."""
        self.codes[id(code)] = code
        if not again:
            self.counts[id(code)] = self.counts.get(id(code), 0) + 1
        self._calls.append(_Call(code))

    def line(self, number: int) -> None:
        """A line of the innermost call begins."""
        call = self._calls[-1]
        key = (id(call.code), number)
        tally = self.tallies.get(key)
        if tally is None:
            tally = self.tallies[key] = Tally()
        if not call.due and self._gauges.spare():
            tally.runs += 1
            call.passing = tally
            return
        before = self._gauges.last
        now = self._read(self._calls[:-1])
        if call.tally is None and call.passing is None:
            self._peak_of_caller(now)
        else:
            self._charge(call, before, now)
        tally.active += 1
        call.tally, call.below, call.due = tally, 0, False
        call.traced, call.high = now.traced, now.traced
        call.rss, call.rss_high = now.rss, now.rss

    def leave(self) -> None:
        """The innermost call ends, or yields."""
        if not self._calls:
            return
        call = self._calls.pop()
        before = self._gauges.last
        now = before._replace(traced_peak=0, rss_peak=0)
        if not call.due and self._gauges.spare():
            self._close(call)
        else:
            now = self._read(self._calls)
            if call.tally is not None or call.passing is not None:
                self._charge(call, before, now)
        if self._calls:
            caller = self._calls[-1]
            # the peak within the callee is one of the caller's line
            caller.high = max(caller.high, call.top, now.traced_peak)
            caller.rss_high = max(caller.rss_high, call.rss_top, now.rss_peak)
            caller.below += call.total

    def finish(self) -> None:
        """End whatever has not ended: an interrupt takes the hook away."""
        while self._calls:
            self.leave()

    def _read(self, outer: list[_Call]) -> Reading:
        before = self._gauges.last
        for call in outer:
            if call.passing is not None:
                # what changes further in is to be charged to this line as well
                passing = call.passing
                self._close(call)
                passing.runs -= 1
                passing.active += 1
                call.tally, call.passing, call.below = passing, None, 0
                call.traced = call.high = before.traced
                call.rss = call.rss_high = before.rss
            call.due = True
        now = self._gauges.read()
        self.highest = max(self.highest, now.traced_peak)
        return now

    @staticmethod
    def _close(call: _Call) -> None:
        """The line that was read at is over."""
        if call.tally is not None:
            call.tally.active -= 1
            call.tally.runs += 1
        call.passing = None

    def _peak_of_caller(self, now: Reading) -> None:
        """What came before the first line of a call is the caller's."""
        if len(self._calls) > 1:
            caller = self._calls[-2]
            caller.high = max(caller.high, now.traced_peak)
            caller.rss_high = max(caller.rss_high, now.rss_peak)

    def _charge(self, call: _Call, before: Reading, now: Reading) -> None:
        if call.tally is None:
            # none of its lines was read at: it is charged with what came since the last reading
            call.traced = call.high = before.traced
            call.rss = call.rss_high = before.rss
        tally = call.passing or call.tally
        assert tally is not None
        self._close(call)
        high = max(call.high, now.traced_peak)
        rss_high = max(call.rss_high, now.rss_peak)
        rise = high - call.traced
        allocated = max(rise, call.below)
        tally.rss_after = now.rss
        tally.rss_peak = max(tally.rss_peak, rss_high)
        tally.rss_rise = max(tally.rss_rise, rss_high - call.rss)
        tally.peak = max(tally.peak, rise)
        if not tally.active:  # a recursive line counts once, where it began
            tally.change += now.traced - call.traced
            tally.rss_change += now.rss - call.rss
            tally.allocated += allocated
        call.top, call.rss_top = max(call.top, high), max(call.rss_top, rss_high)
        call.total += allocated
