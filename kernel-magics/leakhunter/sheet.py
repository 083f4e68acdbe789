"""The kernel's memory at one moment: how full, how close to the limit, in which parts."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from leakhunter.model import (
    CellMemory,
    CellRef,
    CellRun,
    Finding,
    Memory,
    Part,
    PartId,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunter.record.limits import Limits
    from leakhunter.record.meter import Meter
    from leakhunter.record.recorder import Recorder


COULD_GO: tuple[PartId, ...] = ("leftover", "history", "views", "traceback")
"""Parts that findings name, in the order of the screen."""


def read_memory(
    meter: Meter, limits: Limits, recorder: Recorder, findings: Iterable[Finding] = ()
) -> Memory:
    """Read the memory now.

    ``findings`` name their parts; the parts add up to the resident set.
    """
    status = meter.status()
    limit = limits.read(status.rss)
    peak, exact, run = recorder.peak
    parts = dict.fromkeys(COULD_GO, 0)
    for finding in findings:
        parts[finding.part] += finding.frees
    return Memory(
        at=time.time(),
        rss=status.rss,
        anon=status.anon,
        peak=max(peak, status.rss),
        peak_exact=exact,
        peak_cell=None if run is None or peak < status.rss else ref_of(run),
        limit=limit.bytes,
        limit_source=limit.source,
        limit_used=limit.used,
        breakdown=[
            *(Part(part=part, bytes=size) for part, size in parts.items()),
            Part(part="rest", bytes=status.rss - sum(parts.values())),
        ],
    )


def ref_of(run: CellRun) -> CellRef:
    """The cell of a run."""
    return CellRef(cell_id=run.cell_id, execution_count=run.execution_count)


def roll_up(runs: Iterable[CellRun]) -> list[CellMemory]:
    """Runs by cell, in the order of their last run; without an id the execution count is the cell."""
    cells: dict[str, CellMemory] = {}
    for run in runs:
        key = run.cell_id or f"run-{run.run}"
        before = cells.pop(key, None)
        cells[key] = CellMemory(
            cell_id=run.cell_id,
            execution_count=run.execution_count or 0,
            source_line=run.source_line,
            delta=run.rss_after - run.rss_before,
            peak=run.peak,
            peak_exact=run.peak_exact,
            held=run.held + (before.held if before else 0),
            runs=1 + (before.runs if before else 0),
            seconds=run.seconds,
            failed=run.error is not None,
        )
    return list(cells.values())
