"""The report as a still picture: static HTML for VS Code, Colab and exported notebooks.

No script and no widget; colours follow the theme through ``--jp-*`` variables
and ``prefers-color-scheme``.  Everything is saved with the notebook, so all
text of the user's is escaped and the page stays below 60 kB.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.lingering import TITLE, sentences
from leakhunter.doors.parts import PART_WORDS
from leakhunter.doors.text.expected import expected_line
from leakhunter.format import (
    column_text,
    column_unit,
    percent_text,
    size_text,
    time_of_day,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakhunter.model import Check, Finding, Memory, PartId, Report, Sheet

MAX_ROWS = 40
"""Findings in one group; more would be read by nobody and cost 300 bytes each."""

_COLOURS: dict[PartId, tuple[str, str]] = {
    "variables": ("#1976d2", "#42a5f5"),
    "hidden": ("#303f9f", "#5c6bc0"),
    "libraries": ("#00838f", "#26a69a"),
    "pools": ("#004d40", "#80deea"),
    "files": ("#607d8b", "#90a4ae"),
    "shared": ("#37474f", "#cfd8dc"),
    "leftover": ("#e65100", "#ffa726"),
    "history": ("#c2185b", "#f06292"),
    "views": ("#7b1fa2", "#ba68c8"),
    "traceback": ("#c62828", "#ef5350"),
    "registry": ("#8d6e63", "#bcaaa4"),
    "garbage": ("#827717", "#d4e157"),
    "kept": ("#757575", "#8a8a8a"),
    "unexplained": ("#bdbdbd", "#616161"),
}

_MARK = re.compile(r"`([^`]*)`|(\[\d+\])")


def _style() -> str:
    light = "".join(f".lh-{p}{{background:{c}}}" for p, (c, _) in _COLOURS.items())
    dark = "".join(
        f".lh-still .lh-{p}{{background:{c}}}" for p, (_, c) in _COLOURS.items()
    )
    theme = "body[data-jp-theme-light='false'] "
    themed = "".join(
        f"{theme}.lh-still .lh-{p}{{background:{c}}}" for p, (_, c) in _COLOURS.items()
    )
    return (
        ".lh-still{--lh-t:var(--jp-ui-font-color1,#212121);--lh-m:#616161;--lh-l:#1a56b0;"
        "--lh-b:var(--jp-border-color2,#e0e0e0);color:var(--lh-t);max-width:48em;"
        "font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif)}"
        "@media(prefers-color-scheme:dark){.lh-still{--lh-t:var(--jp-ui-font-color1,#e8e8e8);"
        "--lh-m:#b0b0b0;--lh-l:#90caf9;--lh-b:var(--jp-border-color2,#424242)}"
        + dark
        + "}"
        f"{theme}.lh-still{{--lh-m:#b0b0b0;--lh-l:#90caf9}}"
        "body[data-jp-theme-light='true'] .lh-still{--lh-m:#616161;--lh-l:#1a56b0}"
        ".lh-still code{font-family:var(--jp-code-font-family,monospace);background:none;color:inherit}"
        ".lh-still .lh-cell{color:var(--lh-l)}.lh-still .lh-mute{color:var(--lh-m)}"
        ".lh-bar{display:flex;gap:1px;height:16px;margin:8px 0}.lh-bar span{min-width:2px}"
        ".lh-key span{display:inline-block;width:10px;height:10px;margin-right:6px}"
        ".lh-key li{display:inline-block;margin:0 16px 0 0}.lh-key{padding:0;margin:4px 0 12px}"
        ".lh-still table{border-collapse:collapse;width:100%;margin:4px 0;color:inherit;font:inherit}"
        ".lh-still td{border-top:1px solid var(--lh-b);padding:4px 8px 4px 0;text-align:left;"
        "vertical-align:top;background:none}"
        ".lh-still td.lh-size{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
        ".lh-still summary{cursor:pointer}" + light + themed
    )


def rich(text: str) -> str:
    """A sentence with code and cell links marked, everything else escaped."""
    parts, at = [], 0
    for found in _MARK.finditer(text):
        parts.append(escape(text[at : found.start()]))
        code, cell = found.groups()
        if code is not None:
            parts.append(f"<code>{escape(code)}</code>")
        else:
            parts.append(f'<code class="lh-cell">{escape(cell)}</code>')
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def report_html(report: Report, min_finding: int, *, live: bool = True) -> str:
    """The whole report.

    Parameters
    ----------
    report
        What to show.
    min_finding
        Findings of fewer bytes are summed in one line a group.
    live
        Is the kernel still there, to be asked more?
    """
    safe = [f for f in report.findings if f.group == "safe"]
    check = [f for f in report.findings if f.group == "check"]
    parts = [_head(report.memory), _bar(report.sheet), _let_go(report)]
    number = 1
    if safe:
        title = f"<b>Safe to clear: {size_text(report.safe_bytes)}</b>"
        parts.append(title + _table(safe, number, min_finding))
        number += len(safe)
    if check:
        count = plural(len(check), "finding", "findings")
        title = f"Check first: {size_text(report.check_bytes)} in {count}"
        table = _table(check, number, min_finding)
        parts.append(
            f"<details{'' if safe else ' open'}><summary>{title}</summary>{table}</details>"
        )
    expected = expected_line(report.findings)
    if expected:
        parts.append(f'<p class="lh-mute">{expected}</p>')
    if not report.findings:
        parts.append(_clean(report))
    else:
        parts.append(_checks(c for c in report.checks if not c.done))
    numbers = "1" if len(safe) < 2 else f"1-{len(safe)}"  # noqa: PLR2004 - a range needs two
    how = (
        f"Clear with <code>%leakcheck clear {numbers}</code>. " if safe and live else ""
    )
    still = f"This is a still picture of {time_of_day(report.at)}."
    parts.append(f'<p class="lh-mute">{how}{still}</p>')
    return f'<div class="lh-still"><style>{_style()}</style>{"".join(parts)}</div>'


def _let_go(report: Report) -> str:
    """What lost its name and lives on, or has died now."""
    alive, gone = sentences(report.lingering)
    lines = "".join(f"<br>{rich(text)}" for text in alive)
    block = f"<p>{TITLE}{lines}</p>" if alive else ""
    return block + "".join(f'<p class="lh-mute">{rich(text)}</p>' for text in gone)


def _head(memory: Memory) -> str:
    text = f"<b>{size_text(memory.rss)}"
    if memory.limit is not None:
        share = percent_text(memory.limit_used or memory.rss, memory.limit)
        text += f" of {size_text(memory.limit)}</b> · {share}"
    else:
        text += "</b>"
    if memory.peak_cell is not None and memory.peak_cell.execution_count is not None:
        at_least = "" if memory.peak_exact else "≥ "
        count = memory.peak_cell.execution_count
        text += f' · peak {at_least}{size_text(memory.peak)} in <code class="lh-cell">[{count}]</code>'
    return f"<div>{text}</div>"


def _bar(sheet: Sheet) -> str:
    parts = [p for p in sheet.parts if p.bytes > 0]
    total = max(sum(p.bytes for p in parts), 1)
    unit = column_unit(total)
    said = ", ".join(f"{PART_WORDS[p.part]} {size_text(p.bytes)}" for p in parts)
    spans = "".join(
        f'<span class="lh-{p.part}" style="flex:{p.bytes / total:.4f}"></span>'
        for p in parts
    )
    keys = "".join(
        f'<li><span class="lh-{p.part}"></span>{PART_WORDS[p.part]} {column_text(p.bytes, unit)}</li>'
        for p in parts
    )
    bar = f'<div class="lh-bar" role="img" aria-label="{escape(said)}">{spans}</div>'
    return f'{bar}<ul class="lh-key">{keys}<li class="lh-mute">{unit}</li></ul>'


def _table(findings: list[Finding], first: int, min_finding: int) -> str:
    rows = [
        _row(number, f)
        for number, f in list(enumerate(findings, first))[:MAX_ROWS]
        if f.frees >= min_finding
    ]
    rest = [f for f in findings if f.frees < min_finding] + findings[MAX_ROWS:]
    if rest:
        count = plural(len(rest), "smaller finding", "smaller findings")
        size = size_text(sum(f.frees for f in rest))
        rows.append(
            f'<tr><td></td><td colspan="4" class="lh-mute">{count}, {size}</td></tr>'
        )
    return f"<table>{''.join(rows)}</table>"


def _row(number: int, finding: Finding) -> str:
    size = ("" if finding.exact else "≥ ") + size_text(finding.frees)
    return (
        f'<tr><td class="lh-mute">{number}</td><td>{escape(finding.label)}</td>'
        f"<td><code>{escape(finding.title)}</code></td>"
        f'<td class="lh-size">{size}</td><td>{rich(finding.reason)}</td></tr>'
    )


def _clean(report: Report) -> str:
    after = report.after.execution_count if report.after is not None else None
    head = "Nothing left behind." + (
        f" Checked after [{after}]:" if after else " Checked:"
    )
    return f"<p>{rich(head)}</p>{_checks(report.checks)}"


def _checks(checks: Iterable[Check]) -> str:
    lines = "".join(
        f"<li>{'✓' if c.done else '?'} {escape(c.text)}</li>" for c in checks
    )
    return f'<ul style="list-style:none">{lines}</ul>' if lines else ""
