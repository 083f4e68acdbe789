"""Traces allocations: of one cell, or from a start to a stop.

tracemalloc is off again after any end, if this turned it on; line hooks and
events are as they were found.  What is kept of a trace is numbers and text.
"""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.heap.safe import short
from leakhunter.trace.again import silently
from leakhunter.trace.body import Body
from leakhunter.trace.lines import LineProfiler
from leakhunter.trace.model import LineProfile, Origin, Trace, TraceKind
from leakhunter.trace.native import NativeTrace
from leakhunter.trace.run import Run
from leakhunter.trace.session import Session
from leakhunter.trace.sources import Function
from leakhunter.trace.spots import Spots
from leakhunter.trace.tracing import DEPTH
from leakhunter.trace.where import origins

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.prove.cells import Subject
    from leakhunter.record.meter import Meter
    from leakhunter.record.recorder import Recorder
    from leakhunter.trace.profile import Peaks


class Tracer:
    """Traces one shell.

    Attributes
    ----------
    last, peaks
        The last trace that ended, or was looked at; and the peaks of the parts of its profile.
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
        self.peaks: Peaks = {}

    @property
    def running(self) -> bool:
        """Has a trace been started and not stopped?"""
        return self._session is not None

    def names(self) -> Spots:
        """Names lines of now."""
        return Spots(self._shell, self._recorder, self._files)

    def lines(self, names: Spots | None = None) -> LineProfiler:
        """Measures memory by line."""
        found = self.names() if names is None else names
        return LineProfiler(self._shell, self._meter, self._recorder, found)

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
        run = Run(self._meter, names, f"Trace of {code.name}", depth)
        try:
            return run.over(body)
        finally:
            self._keep(run.found, run.peaks)

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
            self._keep(run.found, {})
        assert run.found is not None
        return run.found

    def again(
        self, subject: Subject, kind: TraceKind, functions: list[str]
    ) -> Trace | LineProfile:
        """Run a cell once more, silently and measured; then the session is as it was.

        Parameters
        ----------
        subject
            The cell.
        kind
            What is measured.
        functions
            Names of functions whose lines are measured too, for ``lines``.

        Raises
        ------
        Refusal
            When it cannot be run like this, or was stopped too early to tell.
        """
        self._not_running()
        number = subject.cell.execution_count
        body = Body(self._shell, subject.source, show=False, number=number, inside=True)
        names = self.names()
        code = names.body(body.name, body.source, (subject.whole, subject.cell))
        found: Trace | LineProfile | None
        peaks: Peaks = {}
        if kind == "lines":
            profiler = self.lines(names)
            told = silently(
                self._shell, lambda: profiler.measure(body, functions, cell=True)
            )
            found = profiler.last
        elif kind == "native":
            native = NativeTrace(self._meter, names, f"Native trace of {code.name}")
            told = silently(self._shell, lambda: native.run(body))
            found = native.found
        else:
            run = Run(self._meter, names, f"Trace of {code.name}", DEPTH)
            told = silently(self._shell, lambda: run.over(body))
            found, peaks = run.found, run.peaks
        if found is None:
            msg = "It was stopped before there was anything to tell."
            raise Refusal(msg)
        found = msgspec.structs.replace(found, notes=[*told, *found.notes])
        if isinstance(found, Trace):
            self._keep(found, peaks)
        return found

    def _keep(self, found: Trace | None, peaks: Peaks) -> None:
        if found is not None:
            self.last, self.peaks = found, peaks

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
            self._keep(self._session.so_far(), self._session.peaks)
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
        found = session.stop()
        self._keep(found, session.peaks)
        return found

    def close(self) -> None:
        """End whatever runs, and forget."""
        if self._session is not None:
            self._session.abandon()
            self._session = None
        self._files.clear()
        self.last, self.peaks = None, {}
