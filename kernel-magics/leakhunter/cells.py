"""Runs by cell: the rows of the table of cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leakhunter.heap.graph import BUFFER
from leakhunter.model import Alive, CellMemory, CellRef, CellRun, PartId


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


def alive_today(
    runs: Iterable[CellRun], shared: Mapping[tuple[int, PartId], int]
) -> list[Alive]:
    """What of the memory that each run made is alive, by the part that it is today.

    Parameters
    ----------
    runs
        The records, with what each run holds.
    shared
        Bytes of the picture by run and part; what a run holds beyond is
        nowhere in the picture.
    """
    found: dict[int, dict[PartId, int]] = {}
    for (run, part), size in shared.items():
        found.setdefault(run, {})[part] = size
    rows = []
    for record in runs:
        parts = found.get(record.run, {})
        rest = record.held - sum(parts.values())
        if rest >= BUFFER:
            parts = {**parts, "unexplained": rest}
        rows += [
            Alive(run=record.run, part=part, bytes=size)
            for part, size in parts.items()
            if size >= BUFFER
        ]
    return rows
