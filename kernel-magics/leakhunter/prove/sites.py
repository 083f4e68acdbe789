"""The lines that leave what a test proved to grow: two more runs, traced, before the session is put back."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

from leakhunter.format import duration_text
from leakhunter.prove.model import GrownLine
from leakhunter.prove.stage import FailedError
from leakhunter.trace.grown import RUNS, growing

if TYPE_CHECKING:
    from leakhunter.record.meter import Meter
    from leakhunter.trace.model import Trace
    from leakhunter.trace.spots import Spots

MOST = 8
"""Lines that are told."""

NO_TIME = "There was no time to find the lines that leave it."
NO_MEMORY = "There was no memory left to find the lines that leave it."
STOPPED = "Stopped before the lines that leave it were found."


class Sites:
    """Looks for the lines.

    Parameters
    ----------
    names, meter
        Names lines, reads memory.

    Attributes
    ----------
    lines
        What was found: what each run leaves, by line, the most first.
    note
        One sentence on how it was found, or why not; empty when nobody looked.
    """

    def __init__(self, names: Spots, meter: Meter) -> None:
        self._names = names
        self._meter = meter
        self.lines: list[GrownLine] = []
        self.note = ""

    def looking(
        self, run: Callable[[], None], seconds: float, full: Callable[[], bool]
    ) -> Generator[int, None, None]:
        """Run twice; stands still before each run, and whatever ends it tracing is off.

        Parameters
        ----------
        run
            Runs the cell once.
        seconds
            Time for both.
        full
            Tells whether memory has reached the point at which the test stops.
        """
        steps = growing(run, self._names, self._meter, "What grows")
        begun = time.perf_counter()
        try:
            while True:
                try:
                    number = next(steps)
                except StopIteration as end:
                    self._tell(end.value)
                    return
                if full():
                    self.note = NO_MEMORY
                    return
                spent = time.perf_counter() - begun
                if number == RUNS and 2 * spent > seconds:
                    self.note = f"One traced run took {duration_text(spent)}: there was no time for a second."
                    return
                yield number
        except FailedError as error:
            self.note = f"The lines were not found: a traced run raised {error.name}."
        except KeyboardInterrupt:
            self.note = STOPPED
        finally:
            steps.close()

    def _tell(self, trace: Trace) -> None:
        self.lines = [
            GrownLine(
                where=spot.where,
                line=spot.line,
                source=spot.source,
                cell=spot.cell,
                inside=None if row.inside is None else trace.spots[row.inside].where,
                bytes=row.held,
                blocks=row.blocks,
            )
            for row in trace.lines[:MOST]
            for spot in [trace.spots[row.spot]]
        ]
        took = duration_text(trace.seconds)
        self.note = (
            f"From {RUNS} more runs with tracemalloc, which took {took}."
            if self.lines
            else f"No line of Python leaves it: {RUNS} more runs with tracemalloc, which took {took}, saw native code at most."
        )
