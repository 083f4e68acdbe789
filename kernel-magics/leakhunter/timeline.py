"""The session's cells in time: those that ran, and those that are still to be run.  Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from leakhunter.detect.liveness import Cell, Use
from leakhunter.heap.slots import Slot
from leakhunter.model import Source
from leakhunter.record.names import names_of
from leakhunter.record.run import Ended, OpenRun


def ran(
    ended: Sequence[Ended], inputs: Sequence[object], running: OpenRun | None
) -> list[Cell]:
    """Cells that ran, oldest first; the one that runs now is the last.

    Parameters
    ----------
    ended
        The recorded runs.
    inputs
        IPython's input history by execution count: what ran before we watched.
    running
        The run that has not ended.
    """
    recorded = [
        Cell(
            names=names_of(e.source),
            run=e.record.run,
            count=e.record.execution_count,
            cell_id=e.record.cell_id,
            bound=frozenset(e.names),
        )
        for e in ended
    ]
    now = [
        Cell(names_of(r.source), r.run, r.execution_count, r.cell_id)
        for r in [running]
        if r
    ]
    counts = [c.count for c in [*recorded, *now] if c.count is not None]
    before = [
        Cell(names=names_of(source), count=number)
        for number, source in enumerate(inputs[: min(counts, default=len(inputs))])
        if number > 0 and type(source) is str and source.strip()
    ]
    return [c for c in [*before, *recorded, *now] if not c.names.empty]


def still_to_run(notebook: Sequence[Source], ended: Sequence[Ended]) -> list[Cell]:
    """Cells of the notebook that have not run as they stand, or not since a cell above did.

    A cell below one that has run later reads what that one made, as soon as
    the user comes to it again.
    """
    last = {e.record.cell_id: e for e in ended if e.record.cell_id}
    waiting, latest = [], 0
    for cell in notebook:
        run = last.get(cell.cell_id)
        at = run.record.run if run is not None and run.source == cell.source else 0
        if at < latest or at == 0:
            names = names_of(cell.source)
            if not names.empty:
                waiting.append(Cell(names, at, None, cell.cell_id))
        latest = max(latest, at)
    return waiting


def made_in(
    uses: Mapping[str, Use], ended: Sequence[Ended]
) -> Callable[[Slot, int], int]:
    """A function that tells which run after a given one filled a slot; 0 for none.

    A name was filled by the run that bound it; what lies deeper may have been
    put there by any later run that used the name (``results.append(out)``).
    The places of the last exception were filled by the last run that failed.
    """
    counts = {e.record.execution_count: e.record.run for e in ended}
    failed = max((e.record.run for e in ended if e.record.error), default=0)
    touched: dict[str, list[int]] = {}
    for e in ended:
        for name in names_of(e.source).read & uses.keys():
            touched.setdefault(name, []).append(e.record.run)

    def run_of(slot: Slot, after: int) -> int:
        if slot.execution_count is not None:
            run = counts.get(slot.execution_count, 0)
        elif slot.place in ("sys", "formatter", "error"):
            run = failed
        else:
            use = uses.get(str(slot.key)) if slot.place == "name" else None
            run = use.made.run if use is not None and use.made is not None else 0
        if run > after:
            return run
        return next((r for r in touched.get(str(slot.key), ()) if r > after), 0)

    return run_of
