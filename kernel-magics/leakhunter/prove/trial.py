"""One growth test: warm-up, batches, a count after each; until all is done, or enough, or too much."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.prove import plan as planning
from leakhunter.prove.growths import class_name, growths, moving
from leakhunter.prove.holder import holder_of
from leakhunter.prove.keep import Kept
from leakhunter.prove.model import Ended, Growth, Plan
from leakhunter.prove.series import Series
from leakhunter.prove.stage import FailedError, Stage
from leakhunter.prove.verdict import settled

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.record.limits import Limits
    from leakhunter.record.meter import Meter

Progress = Callable[[int, int, float], None]
"""Told before each run: the batch (0: warm-up), the run in it from 1, about how many seconds are left."""


class Step(NamedTuple):
    """What is to run next; ``strongest`` is what grew most so far."""

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
    batches
        Batches that ran to their end, and were counted.
    ended, failed
        Why no more ran; the class of the exception when a run raised.
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
            self.holder = self._holder()
        except FailedError as error:
            self.ended, self.failed = "error", error.name
        except _FullError:
            self.ended = "memory"

    def put_back(self) -> None:
        """Make the session what it was."""
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
            if self._was is not None:
                self._was.leave()
            yield Step(number, run, self._left(), self._strongest)
            if self._was is not None:
                self._was.come_back()
            begun = time.perf_counter()
            self.stage.run()
            self._spent += time.perf_counter() - begun
            self.seconds = self._spent / self.stage.runs
            if self._used() >= self.plan.stop_bytes:
                raise _FullError

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
        return planning.left(
            self.seconds, self._reading, self.plan.batches, self.stage.runs
        )


class _FullError(Exception):
    """Memory has reached the point at which the test stops."""
