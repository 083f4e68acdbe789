"""The report as aligned text: the panel's words, order and numbers."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.lingering import TITLE, sentences
from leakhunter.doors.text.expected import expected_line
from leakhunter.doors.text.layout import WIDTH, pad, plain, width
from leakhunter.doors.text.sheet import groups_text
from leakhunter.format import (
    at_least_text,
    duration_text,
    ellipsis,
    percent_text,
    size_text,
    time_of_day,
)

if TYPE_CHECKING:
    from leakhunter.model import Check, Finding, Memory, Report

_NAME = 17
_SIZE = 9
_TITLES = {"safe": "Safe to clear", "check": "Check first"}
_SOURCES = {
    "cgroup": " pod limit",
    "hub": " hub limit",
    "setting": " set limit",
    "rlimit": " set limit",
    "host": ", this computer",
}
_SPLIT = 0.05
"""Share by which what the limit counts differs from this kernel before both are told, as in the panel."""


def report_text(report: Report, min_finding: int, *, live: bool = True) -> str:
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
    lines = [
        f"Leak Hunter  {time_of_day(report.at)}  checked in {plain(duration_text(report.seconds))}",
        *_memory_lines(report.memory),
        "",
        groups_text(report.sheet),
        *_let_go(report),
    ]
    number = 0
    for group, title in _TITLES.items():
        mine = [f for f in report.findings if f.group == group]
        if not mine:
            continue
        total = report.safe_bytes if group == "safe" else report.check_bytes
        lines += ["", f"{title}: {plain(size_text(total))}"]
        small = [f for f in mine if f.frees < min_finding]
        for finding in mine:
            number += 1
            if finding.frees >= min_finding:
                lines += _row(number, finding)
        if small:
            summed = plain(size_text(sum(f.frees for f in small)))
            lines.append(
                f"   {plural(len(small), 'smaller finding', 'smaller findings')}, {summed}"
            )
        if group == "safe" and report.only_together >= min_finding:
            lines.append(f"   only together: {plain(size_text(report.only_together))}")
    expected = expected_line(report.findings)
    if expected:
        lines += ["", plain(expected)]
    if not number:
        return "\n".join([*lines, "", *_clean(report)])
    left_out = _checks(c for c in report.checks if not c.done)
    if left_out:
        lines += ["", *left_out]
    return "\n".join([*lines, *(["", *_next_steps(report)] if live else [])])


def _let_go(report: Report) -> list[str]:
    """What lost its name and lives on, or has died now."""
    alive, gone = sentences(report.lingering)
    lines = ["", f"{TITLE}:"] if alive else [""] if gone else []
    for text in alive:
        lines += textwrap.wrap(
            plain(text), WIDTH, initial_indent="   ", subsequent_indent="   "
        )
    return lines + [line for text in gone for line in textwrap.wrap(plain(text), WIDTH)]


def _memory_lines(memory: Memory) -> list[str]:
    """What the limit counts, then this kernel where that is less."""
    used = memory.rss if memory.limit_used is None else memory.limit_used
    others = abs(used - memory.rss) > used * _SPLIT
    line = f"{'Memory' if others else 'Kernel memory'} {plain(size_text(used))}"
    if memory.limit is not None and memory.limit_source is not None:
        limit = plain(size_text(memory.limit))
        share = plain(percent_text(used, memory.limit))
        line += f" of {limit}{_SOURCES[memory.limit_source]} ({share})"
    own = []
    if others:
        rest = plain(size_text(max(used - memory.rss, 0)))
        own += [f"this kernel {plain(size_text(memory.rss))}", f"others {rest}"]
    if memory.peak_cell is not None and memory.peak_cell.execution_count is not None:
        show = size_text if memory.peak_exact else at_least_text
        count = memory.peak_cell.execution_count
        own.append(f"peak {plain(show(memory.peak))} in [{count}]")
    if not others and own and len(line) + len(own[0]) + 2 <= WIDTH:
        return [f"{line}, {own[0]}"]
    return [line, *([f"  {', '.join(own)}"] if own else [])]


def _row(number: int, finding: Finding) -> list[str]:
    """``1 Hidden   Out[14]   2.10 GiB  shown by [14] ...``, the sentence wrapped."""
    size = ("" if finding.exact else "≥ ") + plain(size_text(finding.frees))
    head = f"{number:>2} {finding.label:<8} "
    head += pad(ellipsis(plain(finding.title), _NAME), _NAME)
    head += f" {size:>{_SIZE}}  "
    wrapped = textwrap.wrap(plain(finding.reason), WIDTH - width(head)) or [""]
    return [head + wrapped[0], *(" " * width(head) + line for line in wrapped[1:])]


def _next_steps(report: Report) -> list[str]:
    safe = sum(f.group == "safe" for f in report.findings)
    numbers = "1" if safe < 2 else f"1-{safe}"  # noqa: PLR2004 - a range needs two
    return [
        "Next:  %leakcheck 1" + " " * 10 + "what holds it, and why",
        f"       %leakcheck clear {numbers}".ljust(29) + "preview, then clear",
        "       %leakcheck cells      memory by cell",
    ]


def _clean(report: Report) -> list[str]:
    after = report.after.execution_count if report.after else None
    head = "Nothing left behind." + (
        f"  Checked after [{after}]:" if after else "  Checked:"
    )
    return [head, *_checks(report.checks)]


def _checks(checks: Iterable[Check]) -> list[str]:
    return [f"  {'done' if c.done else 'not done':<8}  {c.text}" for c in checks]
