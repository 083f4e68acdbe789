"""Memory by line of a cell, and of functions that it calls: Python's count, and native memory beside it."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leakhunter.act.refusal import Refusal
from leakhunter.heap.safe import short
from leakhunter.trace.body import Body
from leakhunter.trace.functions import code_of, nested
from leakhunter.trace.gauges import Gauges
from leakhunter.trace.hooks import BusyError, hook
from leakhunter.trace.model import LineMemory, LineProfile, Section
from leakhunter.trace.tracing import Tracing
from leakhunter.trace.watcher import Tally, Watcher

if TYPE_CHECKING:
    from types import CodeType

    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.record.meter import Meter
    from leakhunter.record.recorder import Recorder
    from leakhunter.trace.spots import Spots

_LONGEST = 2000
"""Lines of one function or cell."""


@dataclass
class _Part:
    """What one section shows: lines of a file, of some code objects."""

    title: str
    codes: list[CodeType]
    first: int
    last: int


class LineProfiler:
    """Measures memory by line in one shell.

    Parameters
    ----------
    shell, meter, recorder
        Where, with what, and who else reads peaks.
    names
        Names code.

    Attributes
    ----------
    last
        What was measured last, also when the code failed.
    """

    def __init__(
        self, shell: InteractiveShell, meter: Meter, recorder: Recorder, names: Spots
    ) -> None:
        self._shell = shell
        self._meter = meter
        self._recorder = recorder
        self._names = names
        self.last: LineProfile | None = None

    def run(self, source: str, functions: list[str], *, cell: bool) -> LineProfile:
        """Run code and measure its lines.

        Parameters
        ----------
        source
            The body of a cell, or a statement.
        functions
            Names of functions whose lines are measured too.
        cell
            Whether the lines of the source itself are wanted.

        Raises
        ------
        Refusal
            When nothing was run.
        BaseException
            Whatever the code raises; :attr:`last` has what was measured.
        """
        __tracebackhide__ = True
        body = Body(self._shell, source, show=cell)
        self._names.body(body.name, body.source)
        return self.measure(body, functions, cell=cell)

    def measure(self, body: Body, functions: list[str], *, cell: bool) -> LineProfile:
        """The same for a body that the names know."""
        __tracebackhide__ = True
        self.last = None
        parts = self._parts(body, functions, cell=cell)
        wanted = {id(code) for part in parts for code in part.codes}
        gauges = Gauges(self._meter)
        watcher = Watcher(gauges)
        following = hook(watcher, lambda code: id(code) in wanted)
        tracing = Tracing(1)
        ours = failed = True
        at, begun = time.time(), time.perf_counter()
        try:
            tracing.start()
            ours = tracing.ours
            gauges.read()
            try:
                following.start()
            except BusyError as busy:
                msg = f"{str(busy).capitalize()} follows this kernel's lines and was left alone; nothing was run."
                raise Refusal(msg) from None
            before = self._meter.status().rss
            body.run(hops=1)
            failed = False
        finally:
            following.stop()
            seconds = time.perf_counter() - begun
            traced = tracemalloc.is_tracing()
            tracing.stop()
            if watcher.tallies:
                self._recorder.peaked(gauges.highest)
                after = self._meter.status().rss
                notes = _notes(traced=traced, ours=ours)
                self.last = LineProfile(
                    sections=[self._section(part, watcher.tallies) for part in parts],
                    at=at,
                    seconds=seconds,
                    measuring=gauges.seconds,
                    readings=gauges.readings,
                    before=before,
                    after=after,
                    peak=gauges.highest,
                    sampled=gauges.sampled,
                    failed=failed,
                    notes=notes,
                )
        if self.last is None:
            msg = f"None of these functions ran: {', '.join(map(short, functions))}."
            raise Refusal(msg)
        return self.last

    def _parts(self, body: Body, functions: list[str], *, cell: bool) -> list[_Part]:
        """The sections: the cell, then the functions.

        Raises
        ------
        Refusal
            When a function cannot be found, or has no Python lines.
        """
        parts = []
        if cell:
            code = self._names.cell(body.name)
            assert code is not None
            last = len(code.lines) - code.offset
            parts.append(_Part(code.name, body.codes, 1, last))
        for name in functions:
            found = code_of(self._shell, name, body.codes)
            if found is None:
                msg = f"There is no Python function '{short(name)}': -f takes fn, module.fn or Class.method."
                raise Refusal(msg)
            spot = self._names.spot(found.co_filename, found.co_firstlineno)
            place = spot.where.rpartition(", line " if spot.cell else ":")[0]
            last = max(
                (line for c in (found, *nested([found])) for *_, line in c.co_lines() if line),
                default=found.co_firstlineno,
            )  # fmt: skip
            title = f"{short(name)}, {place}"
            parts.append(_Part(title, [found], found.co_firstlineno, last))
        return parts

    def _section(self, part: _Part, tallies: dict[tuple[int, int], Tally]) -> Section:
        file = part.codes[0].co_filename
        lines = []
        for number in range(part.first, min(part.last, part.first + _LONGEST) + 1):
            spot = self._names.spot(file, number)
            source = self._names.text(file, number)
            tally = Tally()
            for code in part.codes:
                found = tallies.get((id(code), number))
                if found is not None:
                    tally.add(found)
            lines.append(_line(spot.line, source, tally))
        cell = self._names.spot(file, part.first).cell
        return Section(title=part.title, cell=cell, lines=lines)


def _notes(*, traced: bool, ours: bool) -> list[str]:
    if not traced:
        return ["The code switched tracemalloc off: later changes are missing."]
    return [] if ours else ["tracemalloc was on already; it was left on."]


def _line(number: int, source: str, tally: Tally) -> LineMemory:
    if not tally.runs:
        return LineMemory(line=number, source=source)
    return LineMemory(
        line=number,
        source=source,
        runs=tally.runs,
        after=tally.rss_after,
        change=tally.change,
        peak=tally.peak,
        native=tally.rss_change - tally.change,
        resident_rise=tally.rss_rise,
        resident_peak=tally.rss_peak,
    )
