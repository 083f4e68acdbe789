"""What ``jupyter leakcheck`` prints: the tables and the report that ``%leakcheck`` prints, then the result."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.cli.baseline import CellChange, Changes
from leakhunter.doors.cli.verdict import open_findings
from leakhunter.doors.text.finding import finding_text
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.doors.text.report import report_text
from leakhunter.doors.text.tables import cells_text
from leakhunter.format import duration_text, ellipsis, size_text

if TYPE_CHECKING:
    from leakhunter.doors.cli.model import NotebookRun, Stop
    from leakhunter.model import Finding

DETAILS = 10
"""Findings of which a report tells who holds them; the others have their row."""

_ROWS = 20
"""Lines of one kind in a comparison."""


def run_text(run: NotebookRun, least: int) -> str:
    """What the cells did, the report, and what holds each finding."""
    parts = [heading(run), cells_text(run.cells, checked=run.report is not None)]
    if run.report is not None:
        parts.append(report_text(run.report, least, live=False))
        parts += [finding_text(f) for f in detailed(run, least)]
    return "\n\n".join(parts)


def detailed(run: NotebookRun, least: int) -> list[Finding]:
    """The findings of which more than a row is told."""
    found = run.report.findings if run.report is not None else []
    return open_findings(found, least)[:DETAILS]


def heading(run: NotebookRun) -> str:
    """``a.ipynb: 12 cells in 14 s, kernel python3``."""
    cells = plural(len(run.cells), "cell", "cells")
    took = plain(duration_text(run.seconds))
    return f"{run.notebook}: {cells} in {took}, kernel {run.kernel}"


def result_text(run: NotebookRun, reasons: Sequence[str]) -> str:
    """The last lines of a notebook: fine, or each reason why not."""
    stop = run.stopped
    sentences = [*([stop_words(stop)] if stop is not None else []), *reasons]
    if not sentences:
        return f"OK  {run.notebook}"
    lines = [f"FAILED  {run.notebook}"]
    for sentence in sentences:
        lines += _item(sentence)
    return "\n".join(lines)


def stop_words(stop: Stop) -> str:
    """Where a notebook stopped, and why."""
    if stop.cell is None:
        return stop.message
    line = ellipsis(stop.source_line, 40)
    return f"In [{stop.cell.execution_count}] ({line}): {stop.message}"


def comparison_text(name: str, changes: Changes) -> str:
    """What is different from the baseline, and nothing of what is not."""
    lines = [
        *_section("New", (_row(f) for f in changes.new)),
        *_section(
            "Grown", (_row(g.finding, f"was {_size(g.was)}") for g in changes.grown)
        ),
        *_section("Gone", (_row(f) for f in changes.gone)),
        *_section("Cells", (_cell(c) for c in changes.cells)),
    ]
    if not lines:
        return f"Against {name}: no difference beyond noise."
    return "\n".join([f"Against {name}:", *lines])


def _section(title: str, rows: Iterable[str]) -> list[str]:
    every = list(rows)
    left_out = [f"and {len(every) - _ROWS} more"] if len(every) > _ROWS else []
    shown = [*every[:_ROWS], *left_out]
    return [
        f"  {pad(title if k == 0 else '', 7)}{row}".rstrip()
        for k, row in enumerate(shown)
    ]


def _row(finding: Finding, note: str = "") -> str:
    title = pad(ellipsis(plain(finding.title), 30), 31)
    return f"{finding.label:<10}{title}{_size(finding.frees):>9}  {note}"


def _cell(change: CellChange) -> str:
    run = change.run
    head = f"[{run.execution_count}] "
    head += pad(ellipsis(run.source_line, 26 - len(head)), 27 - len(head))
    return head + ", ".join(cell_words(change))


def cell_words(change: CellChange) -> list[str]:
    """What a cell does to memory now, and what it did."""
    words = []
    if change.rise is not None and change.rise_was is not None:
        words.append(f"peak +{_size(change.rise)}, was +{_size(change.rise_was)}")
    if change.held != change.held_was:
        words.append(f"holds {_size(change.held)}, was {_size(change.held_was)}")
    return words


def _item(sentence: str) -> list[str]:
    return textwrap.wrap(
        plain(sentence), WIDTH, initial_indent="  - ", subsequent_indent="    "
    )


def _size(size: int) -> str:
    return plain(size_text(size))
