"""Traces allocations: of one cell, or from a start to a stop.

tracemalloc is off again after any end, if this turned it on; line hooks and
events are as they were found.  What is kept of a trace is numbers and text.
"""

from __future__ import annotations

import threading
import time
import tracemalloc
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.act.refusal import Refusal
from leakhunter.heap.safe import short
from leakhunter.model import CellRef
from leakhunter.trace.body import Body
from leakhunter.trace.hooks import BusyError, hook
from leakhunter.trace.lines import LineProfiler
from leakhunter.trace.model import CellStats, Origin, Trace
from leakhunter.trace.native import NativeTrace
from leakhunter.trace.snapshot import (
    Facts,
    Raw,
    Sums,
    minus,
    summed,
    summed_beside,
    take,
    trace,
)
from leakhunter.trace.spots import Function, Spots
from leakhunter.trace.tracing import DEPTH, Tracing
from leakhunter.trace.watcher import Gauges, Tally, Watcher
from leakhunter.trace.where import origins

if TYPE_CHECKING:
    from types import CodeType

    from IPython.core.interactiveshell import ExecutionInfo, InteractiveShell

    from leakhunter.record.meter import Meter
    from leakhunter.record.recorder import Recorder

_PARTS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>")
"""Code that belongs to the line in which it is written."""


class Tracer:
    """Traces one shell.

    Attributes
    ----------
    last
        The last trace that ended, or was looked at.
    """

    def __init__(
        self, shell: InteractiveShell, meter: Meter, recorder: Recorder
    ) -> None:
        self._shell = shell
        self._meter = meter
        self._recorder = recorder
        self._session: Session | None = None
        self._files: dict[str, list[Function]] = {}
        self.last: Trace | None = None

    @property
    def running(self) -> bool:
        """Has a trace been started and not stopped?"""
        return self._session is not None

    def names(self) -> Spots:
        """Names lines of now."""
        return Spots(self._shell, self._recorder, self._files)

    def lines(self) -> LineProfiler:
        """Measures memory by line."""
        return LineProfiler(self._shell, self._meter, self._recorder, self.names())

    def cell(self, source: str, depth: int = DEPTH) -> Trace:
        """Run the body of a cell and trace it.

        Raises
        ------
        Refusal
            When it cannot be run like this.
        BaseException
            Whatever the cell raises; :attr:`last` has what was traced until then.
        """
        __tracebackhide__ = True
        self._not_running()
        body = Body(self._shell, source)
        names = self.names()
        code = names.body(body.name, body.source)
        run = _Run(self._meter, names, f"Trace of {code.name}", depth)
        try:
            run.start(lines=True)
            body.run(hops=depth)
        finally:
            self.last = run.stop()
        return self.last

    def native(self, source: str) -> Trace:
        """Run the body of a cell under memray.

        Raises
        ------
        Refusal
            When memray is not there, or cannot be used; nothing was run.
        BaseException
            Whatever the cell raises; :attr:`last` has what was traced until then.
        """
        __tracebackhide__ = True
        self._not_running()
        body = Body(self._shell, source)
        names = self.names()
        code = names.body(body.name, body.source)
        run = NativeTrace(self._meter, names, f"Native trace of {code.name}")
        try:
            run.run(body)
        finally:
            self.last = run.found or self.last
        assert run.found is not None
        return run.found

    def start(self, depth: int = DEPTH, *, lines: bool = False) -> None:
        """Trace from now on.

        Parameters
        ----------
        depth
            Frames kept with each block.
        lines
            Also measure the lines of cells, as far as no other tool has the hook.

        Raises
        ------
        Refusal
            When a trace is running already.
        """
        self._not_running()
        self._session = Session(self._shell, self._meter, self.names(), depth)
        self._session.start(lines=lines)

    def _not_running(self) -> None:
        if self._session is not None:
            msg = "A trace is running: %leakcheck trace stop ends it."
            raise Refusal(msg)

    def top(self) -> Trace:
        """What the running trace has found so far, else the last one.

        Raises
        ------
        Refusal
            When there is none.
        """
        if self._session is not None:
            self.last = self._session.so_far()
        if self.last is None:
            msg = "Nothing was traced: %leakcheck trace start begins, %%leakcheck trace runs one cell."
            raise Refusal(msg)
        return self.last

    def where(self, name: str) -> list[Origin]:
        """The calls that allocated what a variable holds.

        Raises
        ------
        Refusal
            When nothing is traced, or there is no such variable.
        """
        if not tracemalloc.is_tracing():
            msg = "Nothing is traced: %leakcheck trace start, then run the cell that makes it."
            raise Refusal(msg)
        if name not in self._shell.user_ns:
            msg = f"There is no variable '{short(name)}'."
            raise Refusal(msg)
        return origins(name, self._shell.user_ns[name], self.names())

    def stop(self) -> Trace:
        """End the running trace.

        Raises
        ------
        Refusal
            When none is running.
        """
        if self._session is None:
            msg = "No trace is running: %leakcheck trace start begins one."
            raise Refusal(msg)
        session, self._session = self._session, None
        self.last = session.stop()
        return self.last

    def close(self) -> None:
        """End whatever runs, and forget."""
        if self._session is not None:
            self._session.abandon()
            self._session = None
        self._files.clear()
        self.last = None


class _Run:
    """tracemalloc and, where asked for, the line hook, from a start to a stop."""

    def __init__(self, meter: Meter, names: Spots, title: str, depth: int) -> None:
        self._meter = meter
        self.names = names
        self._tracing = Tracing(depth)
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
        self._traced = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        if lines:
            self.follow()

    def follow(self) -> None:
        """Have lines of cells measured too."""
        self._hook = hook(self.watcher, self._wanted)
        try:
            self._hook.start()
        except BusyError as busy:
            self._hook = None
            name = str(busy)
            note = f"What was freed again is not told: {name} follows this kernel's lines, and was left alone."
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
            self.unfollow()
            facts, raw = self._look()
        finally:
            self._tracing.stop()
        return self._told(facts, summed(raw))

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
            overhead=overhead if self._tracing.ours else 0,
            cells=list(self.cells),
            notes=list(self.notes),
        )
        self._add_lines(facts)
        return facts, raw

    def _told(self, facts: Facts, sums: Sums) -> Trace:
        return trace(minus(sums, self._before), self.names, facts)

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


class _Open(NamedTuple):
    """A cell that has not ended."""

    info: Any
    count: int
    begun: float
    traced: int
    rss: int


class Session(_Run):
    """A trace over several cells: also what each of them came to."""

    def __init__(
        self, shell: InteractiveShell, meter: Meter, names: Spots, depth: int
    ) -> None:
        super().__init__(meter, names, "Trace", depth)
        self._shell = shell
        self._lines = False
        self._open: list[_Open] = []

    def start(self, *, lines: bool) -> None:
        """Begin, and hear of cells."""
        super().start(lines=False)
        self._lines = lines
        self._shell.events.register("pre_run_cell", self._pre)
        self._shell.events.register("post_run_cell", self._post)

    def stop(self) -> Trace:
        """End, and tell what was found."""
        self._silence()
        return super().stop()

    def abandon(self) -> None:
        """End without an answer."""
        self._silence()
        self.unfollow()
        self._tracing.stop()

    def _silence(self) -> None:
        events = self._shell.events
        for event, callback in (("pre_run_cell", self._pre), ("post_run_cell", self._post)):  # fmt: skip
            if callback in events.callbacks[event]:
                events.unregister(event, callback)

    def _pre(self, info: ExecutionInfo) -> None:
        try:
            if threading.current_thread() is not threading.main_thread():
                return
            if not self._open:
                self._keep_peak()
                if self._lines:
                    self.follow()
            traced = tracemalloc.get_traced_memory()[0]
            # some IPythons have counted on when the cell has ended
            count = self._shell.displayhook.prompt_count
            self._open.append(
                _Open(info, count, time.perf_counter(), traced, self._meter.rss())
            )
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.watcher.faults += 1

    def _post(self, result: Any) -> None:
        try:
            info = getattr(result, "info", None)
            if threading.current_thread() is not threading.main_thread() or not any(
                one.info is info for one in self._open
            ):
                return
            while self._open[-1].info is not info:
                self._open.pop()
            self._ended(self._open.pop())
        except Exception:  # noqa: BLE001 - a fault of ours must not reach the user's cell
            self.watcher.faults += 1

    def _ended(self, one: _Open) -> None:
        if self._open:
            return
        self.unfollow()
        now, peak = tracemalloc.get_traced_memory()
        peak = max(peak, self.watcher.take_highest())
        self.peak = max(self.peak, peak - self._traced)
        tracemalloc.reset_peak()
        if not one.info.store_history:
            return
        cell_id = one.info.cell_id if type(one.info.cell_id) is str else None
        self.cells.append(
            CellStats(
                name=f"cell {one.count}",
                cell=CellRef(cell_id=cell_id, execution_count=one.count),
                seconds=time.perf_counter() - one.begun,
                change=now - one.traced,
                peak=peak - one.traced,
                rss_change=self._meter.rss() - one.rss,
            )
        )

    def _keep_peak(self) -> None:
        """Peaks begin anew with each cell; what was before is kept."""
        self.peak = max(self.peak, tracemalloc.get_traced_memory()[1] - self._traced)
        self.watcher.take_highest()
        tracemalloc.reset_peak()
