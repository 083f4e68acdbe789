"""One growth test: warm-up, batches, a count after each; until all is done, or enough, or too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.prove import plan as planning
from leakhunter.prove.growths import class_name, growths, moving
from leakhunter.prove.holder import holder_of
from leakhunter.prove.keep import Kept
from leakhunter.prove.model import Ended, Growth, Plan
from leakhunter.prove.series import Series
from leakhunter.prove.sites import NO_MEMORY, NO_TIME, STOPPED
from leakhunter.prove.stage import FailedError, Stage
from leakhunter.prove.verdict import settled

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.prove.sites import Sites
    from leakhunter.record.limits import Limits
    from leakhunter.record.meter import Meter

Progress = Callable[[int, int, float], None]
"""Told before each run: the batch (0: warm-up), the run in it from 1, about how many seconds are left."""


class Step(NamedTuple):
    """What is to run next; ``strongest`` is what grew most so far.

    A batch after the last one of the plan are the runs that find lines.
    """

    batch: int
    run: int
    left: float
    strongest: Growth | None


class Trial:
    """The runs and counts of one test.

    Parameters
    ----------
    shell, meter, limits
        The session, and what reads its memory.
    stage, plan
        What runs the cell, and how often.

    Attributes
    ----------
    sites
        Finds the lines of what is proved to grow, if that is wanted.
    batches
        Batches that ran to their end, and were counted.
    ended, failed
        Why no more ran; the class of the exception when a run raised.
    runs
        Runs that ended well, without those that found lines.
    seconds
        Of one run, as measured; 0 before the first has ended.
    kept
        Sentences on what could not be put back.
    holder
        What holds the objects that grow, where no place leads to them.
    """

    def __init__(
        self,
        shell: InteractiveShell,
        meter: Meter,
        limits: Limits,
        stage: Stage,
        plan: Plan,
    ) -> None:
        self._shell, self._meter, self._limits = shell, meter, limits
        self.stage, self.plan = stage, plan
        self.sites: Sites | None = None
        self.runs = 0
        self.series = Series(shell, meter)
        self.batches: list[int] = []
        self.ended: Ended = "finished"
        self.failed = ""
        self.seconds = 0.0
        self.kept: list[str] = []
        self.holder = ""
        self._was: Kept | None = None
        self._reading = planning.READING
        self._spent = 0.0
        self._strongest: Growth | None = None

    def running(self, *, whole: bool) -> Generator[Step, None, None]:
        """Run it; stands still before each run.

        Parameters
        ----------
        whole
            Do not stop when nothing grows.

        Raises
        ------
        KeyboardInterrupt
            When it was interrupted; what was counted is kept.
        """
        self._was = Kept(self._shell)
        self._begun = time.perf_counter()
        try:
            yield from self._batches(whole=whole)
            if self.ended == "finished":
                self.holder = self._holder()
            yield from self._lines()
        except FailedError as error:
            self.ended, self.failed = "error", error.name
        except _FullError:
            self.ended = "memory"

    def _batches(self, *, whole: bool) -> Generator[Step, None, None]:
        # the loop begins before the first count: it is an object too
        for number, batch in enumerate([self.plan.warm_up, *self.plan.batches]):
            if number and not self._goes_on(batch):
                return
            yield from self._batch(number, batch)
            self._count()
            if number:
                self.batches.append(batch)
                self._strongest = self._grows_most()
            last = len(self.batches) == len(self.plan.batches)
            if not (whole or last) and settled(moving(self.series.counted())):
                self.ended = "settled"
                return

    def _lines(self) -> Generator[Step, None, None]:
        """Find the lines of a leak, as far as time and memory are left."""
        sites, leak = self.sites, self._grows_most()
        if sites is None or leak is None or leak.verdict != "leak":
            return
        if self.ended != "finished":
            sites.note = NO_MEMORY if self.ended == "memory" else NO_TIME
            return
        full = lambda: self._used() >= self.plan.stop_bytes  # noqa: E731
        seconds = self.plan.max_seconds
        with closing(sites.looking(self.stage.run, seconds, full)) as looking:
            for run in looking:
                step = Step(len(self.plan.batches) + 1, run, 0.0, leak)
                try:
                    yield from self._still(step)
                except KeyboardInterrupt:
                    # the verdict stands without them
                    sites.note = STOPPED
                    return

    def put_back(self) -> None:
        """Make the session what it was."""
        self.stage.close()
        if self._was is not None:
            self.kept = self._was.put_back()

    def _grows_most(self) -> Growth | None:
        """What would decide if it ended now."""
        if len(self.batches) < 2:  # noqa: PLR2004 - one batch has no other to compare with
            return None
        return next(iter(growths(self.series.counted(), self.batches)), None)

    def _holder(self) -> str:
        """Who holds what grows, when that is a class and no place."""
        counted = self.series.counted()
        found = growths(counted, self.batches)
        if not found or found[0].sort != "objects" or found[0].verdict != "leak":
            return ""
        wanted = next(c for c in counted.objects() if class_name(c) == found[0].name)
        return holder_of(self._shell, wanted, self)

    def _batch(self, number: int, runs: int) -> Generator[Step, None, None]:
        for run in range(1, runs + 1):
            yield from self._still(Step(number, run, self._left(), self._strongest))
            begun = time.perf_counter()
            self.stage.run()
            self.runs += 1
            self._spent += time.perf_counter() - begun
            self.seconds = self._spent / self.runs
            if self._used() >= self.plan.stop_bytes:
                raise _FullError

    def _still(self, step: Step) -> Generator[Step, None, None]:
        """Stand still; what others bind meanwhile is theirs."""
        if self._was is not None:
            self._was.leave()
        yield step
        if self._was is not None:
            self._was.come_back()

    def _count(self) -> None:
        begun = time.perf_counter()
        self.series.take()
        self._reading = time.perf_counter() - begun

    def _goes_on(self, batch: int) -> bool:
        """Are there time and memory for another batch?"""
        spent = time.perf_counter() - self._begun
        if spent + batch * self.seconds + self._reading > self.plan.max_seconds:
            self.ended = "time"
            return False
        live = self.series.counted().live()
        growth = (live[-1] - live[0]) / max(sum(self.batches), 1)
        if not planning.room(batch, growth, self._used(), self.plan.stop_bytes):
            self.ended = "memory"
            return False
        return True

    def _used(self) -> int:
        return self._limits.read(self._meter.rss()).used

    def _left(self) -> float:
        return planning.left(self.seconds, self._reading, self.plan.batches, self.runs)


class _FullError(Exception):
    """Memory has reached the point at which the test stops."""
