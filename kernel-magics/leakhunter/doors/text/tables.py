"""Cells and variables as tables of text."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import MISSING, column_text, column_unit, ellipsis, size_text
from leakhunter.heap.inventory import inventory
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from leakhunter.detect.case import Case
    from leakhunter.model import CellMemory

_ROWS = 40
_SMALL = 100 * 1024


def cells_text(cells: list[CellMemory], *, checked: bool = True) -> str:
    """Memory by cell: change and peak of the last run, what is held now.

    Parameters
    ----------
    cells
        Its rows.
    checked
        Was there a check, to know what is held?
    """
    if not cells:
        return "No cell has been recorded yet."
    unit = column_unit(max(max(abs(c.delta), c.peak or 0, c.held) for c in cells))
    head = f"{'Cell':<44}{'Change':>9}{'Peak':>9}{'Held now':>10}{'Runs':>6}"
    rows = [f"{unit:>53}{unit:>9}{unit:>10}"]
    for cell in sorted(cells, key=lambda c: c.execution_count):
        tag = " (failed)" if cell.failed else ""
        link = f"[{cell.execution_count}]"
        room = 43 - len(link) - 1 - len(tag)
        line = (
            cell.source_line
            if len(cell.source_line) <= room
            else cell.source_line[: room - 1] + "…"
        )
        peak = column_text(cell.peak, unit)
        held = column_text(cell.held if checked else None, unit)
        rows.append(
            pad(f"{link} {line}{tag}", 44)
            + f"{column_text(cell.delta, unit, signed=True):>9}"
            + f"{peak if cell.peak_exact else '≥' + peak:>9}"
            + f"{held:>10}{cell.runs:>6}"
        )
    return "\n".join([head, *rows])


def vars_text(case: Case) -> str:
    """Memory by variable: what clearing it alone frees, what it shares, who read it last."""
    rows = inventory(case.graph, case.uses, _SMALL)
    if not rows:
        return "No variable holds 0.1 MiB or more."
    unit = column_unit(max(max(r.frees, r.shared) for r in rows))
    lines = [
        f"{'Name':<20}{'Type':<31}{'Frees':>9}{'Shared':>9}{'Last read':>10}",
        f"{unit:>60}{unit:>9}",
    ]
    for row in rows[:_ROWS]:
        kind, shape = case.what(Slot("name", row.name))
        frees = ("" if row.exact else "≥") + column_text(row.frees, unit)
        shared = column_text(row.shared, unit) if row.shared else MISSING
        lines.append(
            pad(ellipsis(row.name, 19), 20)
            + pad(ellipsis(f"{kind} {shape}".strip(), 30), 31)
            + f"{frees:>9}{shared:>9}{_last_read(case, row.name):>10}"
        )
    if len(rows) > _ROWS:
        lines.append(f"and {len(rows) - _ROWS:,} smaller ones")
    return "\n".join(lines)


def _last_read(case: Case, name: str) -> str:
    """``[7]``, ``never``, or ``[31] ?`` when it cannot be told."""
    use = case.uses.get(name)
    if use is None or (use.doubt is None and not use.readers):
        return "never"
    if use.doubt is not None:
        return f"{use.doubt[0].link} ?"
    return use.readers[-1].link


def variable_text(case: Case, name: str, holders: list[str]) -> str:
    """A variable that is no finding: what clearing it alone frees, and who else holds the rest."""
    row = next((r for r in inventory(case.graph, case.uses, 0) if r.name == name), None)
    if row is None:
        return f"{name} is not a variable of yours."
    kind, shape = case.what(Slot("name", name))
    last = _last_read(case, name)
    read = {"never": "No cell has read it."}.get(last, f"Last read by {last}.")
    lines = [f"{name}  {kind} {shape}".rstrip()]
    how = "exactly" if row.exact else "at least"
    lines.append(
        f"  Clearing it alone frees {plain(size_text(row.frees))}, {how}.  {read}"
    )
    if row.shared:
        text = f"{plain(size_text(row.shared))} more is also held by {listed(holders) or 'something else'}."
        lines += textwrap.wrap(
            plain(text), WIDTH - 2, initial_indent="  ", subsequent_indent="  "
        )
    return "\n".join(lines)
