"""Memory by line as a strip of heat beside the source: a still picture.

Everything is saved with the notebook: text is escaped, and long code is cut.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leakhunter.doors.still import CODE, STRIP, bar, notes, still, table
from leakhunter.doors.text.lines import highest
from leakhunter.format import column_text, column_unit, duration_text, size_text

if TYPE_CHECKING:
    from leakhunter.trace.model import LineMemory, LineProfile, Section

MAX_LINES = 300
"""Lines of one section: some 45 kB."""


def lines_html(profile: LineProfile) -> str:
    """The tables of a line profile with a strip that shows where memory peaked."""
    rows = [line for section in profile.sections for line in section.lines]
    most = max((highest(line) or 0 for line in rows), default=0)
    unit = column_unit(max(most, 1024 * 1024))
    tables = "".join(_table(section, most, unit) for section in profile.sections)
    ended = "The code failed; this is until then. " if profile.failed else ""
    foot = (
        f"{ended}Kernel memory {size_text(profile.before)} → {size_text(profile.after)}. "
        f"Took {duration_text(profile.seconds)}, of which {duration_text(profile.measuring)} for reading memory."
    )
    return still(tables + notes([foot, *profile.notes]), profile.at)


def _table(section: Section, most: int, unit: str) -> str:
    heads = [
        ("Line", ""),
        ("Runs", ""),
        (f"Change, {unit}", ""),
        (f"Peak, {unit}", ""),
        ("", STRIP),
        ("Source", CODE),
    ]
    rows = [_row(line, most, unit) for line in section.lines[:MAX_LINES]]
    rest = len(section.lines) - MAX_LINES
    if rest > 0:
        rows.append(["", "", "", "", "", f"and {rest:,} more lines"])
    return f"<b>Memory by line of {escape(section.title)}</b>{table(heads, rows)}"


def _row(line: LineMemory, most: int, unit: str) -> list[str]:
    source = escape(line.source[:120])
    if not line.runs:
        return [str(line.line), "", "", "", "", source]
    peak = highest(line) or 0
    return [
        str(line.line),
        f"{line.runs:,}",
        column_text(line.change, unit, signed=True),
        column_text(peak, unit),
        bar(peak, most),
        source,
    ]
