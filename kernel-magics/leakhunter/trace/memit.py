"""The memory of one statement: its peak and what it adds, over some runs."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import psutil

from leakhunter.act.pools import trim
from leakhunter.trace.body import Body
from leakhunter.trace.model import Memit, MemitRun

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.record.meter import Meter
    from leakhunter.record.recorder import Recorder

REPEATS = 3

PAUSE = 0.01
"""Seconds between two samples, where peaks are sampled."""


@dataclass(frozen=True)
class Plan:
    """What is measured, and how.

    Attributes
    ----------
    statement, setup
        What is measured, and what runs once before.
    repeats
        Runs.
    seconds
        No further run begins after so long.
    pause
        Seconds between two samples, where peaks are sampled.
    children
        Count child processes too; then peaks are sampled.
    """

    statement: str
    setup: str = ""
    repeats: int = REPEATS
    seconds: float | None = None
    pause: float = PAUSE
    children: bool = False


class _Sampler:
    """The highest memory of this process, and of its children, from a start to a stop."""

    def __init__(self, pause: float, *, children: bool) -> None:
        self._process = psutil.Process()
        self._pause = pause
        self._children = children
        self._ended = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name="leakhunter-memit", daemon=True
        )
        self.highest = 0

    def read(self) -> int:
        """Resident memory now, in bytes; that of a child counts what it shares, too."""
        total = int(self._process.memory_info().rss)
        if self._children:
            for child in self._process.children(recursive=True):
                with suppress(psutil.Error):
                    total += int(child.memory_info().rss)
        self.highest = max(self.highest, total)
        return total

    def _run(self) -> None:
        while not self._ended.wait(self._pause):
            self.read()

    def start(self) -> None:
        """Begin."""
        self.highest = 0
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        self._thread.join()


def memit(
    shell: InteractiveShell, meter: Meter, recorder: Recorder, plan: Plan
) -> Memit:
    """Run a statement and tell its memory.

    Before each run free memory is given back to the system: else a later run
    would find it, and seem to need none.

    Parameters
    ----------
    shell, meter, recorder
        Where, with what, and who else reads peaks.
    plan
        What is measured.

    Raises
    ------
    Refusal
        When it cannot be run like this.
    BaseException
        Whatever the statement raises.
    """
    __tracebackhide__ = True
    body = Body(shell, plan.statement, show=False)
    if plan.setup:
        Body(shell, plan.setup, show=False).run()
    runs: list[MemitRun] = []
    exact = meter.exact and not plan.children
    begun = time.perf_counter()
    while len(runs) < plan.repeats:
        trim()
        sampler = None if exact else _Sampler(plan.pause, children=plan.children)
        runs.append(_one(body, meter, sampler))
        if not plan.children:
            recorder.peaked(runs[-1].peak)
        if plan.seconds is not None and time.perf_counter() - begun >= plan.seconds:
            break
    notes = []
    if not exact:
        why = "child processes are counted" if plan.children else "this system keeps no mark"  # fmt: skip
        notes.append(f"Peaks were sampled every {plan.pause * 1000:.0f} ms, as {why}.")
    if len(runs) < plan.repeats:
        notes.append(f"Stopped after {len(runs)} of {plan.repeats} runs, as the time was up.")  # fmt: skip
    return Memit(
        statement=plan.statement,
        runs=runs,
        peak=max(run.peak for run in runs),
        increment=max(run.increment for run in runs),
        exact=exact,
        notes=notes,
    )


def _one(body: Body, meter: Meter, sampler: _Sampler | None) -> MemitRun:
    __tracebackhide__ = True
    if sampler is None:
        meter.arm()
        before = meter.status().rss
        begun = time.perf_counter()
        body.run()
        seconds = time.perf_counter() - begun
        status = meter.status()
        after, peak = status.rss, status.peak or status.rss
    else:
        before = sampler.read()
        sampler.start()
        begun = time.perf_counter()
        try:
            body.run()
        finally:
            seconds = time.perf_counter() - begun
            sampler.stop()
        after = sampler.read()
        peak = sampler.highest
    peak = max(peak, before, after)
    return MemitRun(
        peak=peak, increment=peak - before, kept=after - before, seconds=seconds
    )
