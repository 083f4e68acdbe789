"""Memory by line as a strip of heat beside the source: static HTML, without a script.

Bars are drawn in one colour; the number stands beside each, so that colour is
never all there is.  Everything is saved with the notebook: text is escaped,
and long code is cut.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leakhunter.doors.text.lines import highest
from leakhunter.format import column_text, column_unit, duration_text, size_text

if TYPE_CHECKING:
    from leakhunter.trace.model import LineMemory, LineProfile, Section

MAX_LINES = 300
"""Lines of one section: some 45 kB."""

_STYLE = (
    ".lh-heat{--lh-m:#616161;--lh-h:#e65100;--lh-b:var(--jp-border-color2,#e0e0e0);"
    "color:var(--jp-ui-font-color1,#212121);font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif)}"
    "@media(prefers-color-scheme:dark){.lh-heat{--lh-m:#b0b0b0;--lh-h:#ffa726;"
    "--lh-b:var(--jp-border-color2,#424242);color:var(--jp-ui-font-color1,#e8e8e8)}}"
    "body[data-jp-theme-light='false'] .lh-heat{--lh-m:#b0b0b0;--lh-h:#ffa726}"
    "body[data-jp-theme-light='true'] .lh-heat{--lh-m:#616161;--lh-h:#e65100}"
    ".lh-heat table{border-collapse:collapse;margin:4px 0 12px;color:inherit;font:inherit}"
    ".lh-heat th{font-weight:normal;color:var(--lh-m);text-align:right;padding:0 8px}"
    ".lh-heat td{border-top:1px solid var(--lh-b);padding:1px 8px;text-align:right;background:none;"
    "white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".lh-heat td.lh-code,.lh-heat th.lh-code{text-align:left}"
    ".lh-heat td.lh-code{white-space:pre;font-family:var(--jp-code-font-family,monospace)}"
    ".lh-heat .lh-hot{display:inline-block;height:10px;background:var(--lh-h)}"
    ".lh-heat td.lh-strip{width:80px;text-align:left;padding:0}.lh-heat p{color:var(--lh-m);margin:0}"
)


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
    notes = "".join(f"<p>{escape(note)}</p>" for note in profile.notes)
    return f'<div class="lh-heat"><style>{_STYLE}</style>{tables}<p>{foot}</p>{notes}</div>'


def _table(section: Section, most: int, unit: str) -> str:
    heads = "".join(
        f'<th scope="col">{name}</th>'
        for name in ("Line", "Runs", f"Change, {unit}", f"Peak, {unit}")
    )
    head = f'<tr>{heads}<th scope="col" aria-label="Strip"></th><th scope="col" class="lh-code">Source</th></tr>'
    rows = "".join(_row(line, most, unit) for line in section.lines[:MAX_LINES])
    rest = len(section.lines) - MAX_LINES
    if rest > 0:
        rows += f'<tr><td colspan="6" class="lh-code">and {rest:,} more lines</td></tr>'
    return (
        f"<b>Memory by line of {escape(section.title)}</b><table>{head}{rows}</table>"
    )


def _row(line: LineMemory, most: int, unit: str) -> str:
    source = f'<td class="lh-code">{escape(line.source[:120])}</td>'
    if not line.runs:
        return (
            f"<tr><td>{line.line}</td><td></td><td></td><td></td><td></td>{source}</tr>"
        )
    peak = highest(line) or 0
    wide = round(80 * peak / most) if most else 0
    heat = f'<span class="lh-hot" style="width:{wide}px"></span>' if wide else ""
    return (
        f"<tr><td>{line.line}</td><td>{line.runs:,}</td>"
        f"<td>{column_text(line.change, unit, signed=True)}</td><td>{column_text(peak, unit)}</td>"
        f'<td class="lh-strip">{heat}</td>{source}</tr>'
    )
