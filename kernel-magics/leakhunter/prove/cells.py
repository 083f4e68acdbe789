"""Which cell to repeat: by its number, or the one that makes a finding grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.act.refusal import Refusal
from leakhunter.cells import ref_of
from leakhunter.model import CellRef
from leakhunter.record.names import names_of, without_ours

if TYPE_CHECKING:
    from leakhunter.hunter import Hunter
    from leakhunter.model import Finding
    from leakhunter.record.run import Ended

_FILLED = frozenset(
    {"accumulator", "container-holds", "cache", "closure", "module-namespace", "registry", "figure"}
)  # fmt: skip
"""Kinds that one cell makes and another one fills."""


class Subject(NamedTuple):
    """A cell to repeat: what is run of it, which it is, and its text with magics of ours."""

    source: str
    cell: CellRef
    whole: str


def by_count(runs: Sequence[Ended], count: int) -> Subject:
    """The cell that ran under a number.

    Raises
    ------
    Refusal
        When none was recorded.
    """
    for ended in reversed(runs):
        if ended.record.execution_count == count:
            return _subject(ended)
    msg = f"No cell [{count}] was recorded; %leakcheck cells lists them."
    raise Refusal(msg)


def by_ref(runs: Sequence[Ended], ref: CellRef) -> Subject:
    """A cell of the notebook, as it ran last.

    Raises
    ------
    Refusal
        When it has not run.
    """
    for ended in reversed(runs):
        if _is(ended, ref):
            return _subject(ended)
    msg = "This cell has not run in this kernel: run it once, then it can be repeated."
    raise Refusal(msg)


def of_finding(runs: Sequence[Ended], finding: Finding) -> Subject:
    """The cell that makes a finding grow: the last one that used what it fills, else the one that made it.

    Raises
    ------
    Refusal
        When no cell is known.
    """
    if finding.kind in _FILLED:
        names = {n.partition(".")[0].partition("[")[0] for n in finding.names}
        for ended in reversed(runs):
            uses = names_of(ended.source)
            if (
                names & uses.read
                and ended.record.error is None
                and not names & uses.bound
            ):
                return _subject(ended)
    cell = finding.cell
    for ended in reversed(runs):
        if cell is not None and _is(ended, cell):
            return _subject(ended)
    msg = "This finding has no cell to repeat: name one by its number, as in %leakcheck prove [27]."
    raise Refusal(msg)


def meant(hunter: Hunter, finding: str | None, cell: CellRef | None) -> Subject:
    """The cell that a front end means, by itself or by a finding of the last check.

    Raises
    ------
    Refusal
        When there is none.
    """
    runs = hunter.recorder.runs()
    if cell is not None:
        return by_ref(runs, cell)
    report = hunter.last
    for one in report.findings if report is not None else []:
        if one.id == finding:
            return of_finding(runs, one)
    msg = "This finding is gone: check again."
    raise Refusal(msg)


def _subject(ended: Ended) -> Subject:
    return Subject(_body(ended.source), ref_of(ended.record), ended.source)


def _is(ended: Ended, cell: CellRef) -> bool:
    if cell.cell_id is not None:
        return ended.record.cell_id == cell.cell_id
    return ended.record.execution_count == cell.execution_count


def _body(source: str) -> str:
    """The cell itself, without magics of ours."""
    first, _, rest = source.lstrip().partition("\n")
    return without_ours(rest if first.startswith("%%leakcheck") else source)
