"""The report as aligned text of at most 79 columns: the panel's words, order and numbers."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.format import (
    MISSING,
    NBSP,
    at_least_text,
    column_text,
    column_unit,
    duration_text,
    ellipsis,
    percent_text,
    receipt_text,
    size_text,
    time_of_day,
)
from leakhunter.heap.inventory import inventory
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from leakhunter.detect.case import Case
    from leakhunter.model import CellMemory, Finding, Memory, Preview, Receipts, Report

WIDTH = 79
_NAME = 17
_ROWS = 40
_SMALL = 100 * 1024
_SIZE = 9
_GROUPS = {"safe": "Safe to clear", "check": "Check first"}
_SOURCES = {
    "cgroup": "pod limit",
    "hub": "hub limit",
    "setting": "set limit",
    "rlimit": "set limit",
    "host": "this computer",
}


def plain(text: str) -> str:
    """A sentence without the marks for code and with ordinary spaces."""
    return text.replace("`", "").replace(NBSP, " ")


def wrapped(text: str) -> str:
    """A sentence in lines of at most 79 columns."""
    return textwrap.fill(plain(text), WIDTH)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int, *, right: bool = False) -> str:
    gap = " " * max(width - _width(text), 0)
    return gap + text if right else text + gap


def report_text(report: Report, min_finding: int) -> str:
    """The whole report; findings below ``min_finding`` bytes are summed in one line a group."""
    lines = [
        f"Leak Hunter  {time_of_day(report.at)}  checked in {plain(duration_text(report.seconds))}",
        *_memory_lines(report.memory),
    ]
    number = 0
    for group, title in _GROUPS.items():
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
    return "\n".join([*lines, "", *(_next_steps(report) if number else _clean(report))])


def _memory_lines(memory: Memory) -> list[str]:
    line = f"Kernel memory {plain(size_text(memory.rss))}"
    if memory.limit is not None and memory.limit_source is not None:
        line += f" of {plain(size_text(memory.limit))} {_SOURCES[memory.limit_source]}"
        line += (
            f" ({plain(percent_text(memory.limit_used or memory.rss, memory.limit))})"
        )
    if memory.peak_cell is not None and memory.peak_cell.execution_count is not None:
        show = size_text if memory.peak_exact else at_least_text
        peak = (
            f"peak {plain(show(memory.peak))} in [{memory.peak_cell.execution_count}]"
        )
        return (
            [f"{line}, {peak}"]
            if len(line) + len(peak) + 2 <= WIDTH
            else [line, f"  {peak}"]
        )
    return [line]


def _row(number: int, finding: Finding) -> list[str]:
    """``1 Hidden   Out[14]   2.10 GiB  shown by [14] ...``, the sentence wrapped."""
    size = ("" if finding.exact else "≥ ") + plain(size_text(finding.frees))
    head = f"{number:>2} {finding.label:<8} "
    head += _pad(ellipsis(plain(finding.title), _NAME), _NAME)
    head += f" {size:>{_SIZE}}  "
    wrapped = textwrap.wrap(plain(finding.reason), WIDTH - _width(head)) or [""]
    return [head + wrapped[0], *(" " * _width(head) + line for line in wrapped[1:])]


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
    return [
        head,
        *(
            f"  {'done       ' if c.done else 'not checked'}  {c.text}"
            for c in report.checks
        ),
    ]


def finding_text(finding: Finding) -> str:
    """One finding: what holds it, why, what clearing frees, and the fix."""
    lines = [
        f"{finding.label}  {plain(finding.title)}   {plain(size_text(finding.frees))}"
    ]
    for depth, step in enumerate(finding.chain):
        branch = "" if depth == 0 else "    " * (depth - 1) + "  └─ "
        note = f"  ({plain(step.note)})" if depth == 0 and step.note else ""
        more = f" {plain(step.note)}" if depth and step.note and not step.stuck else ""
        stuck = "   ← stuck here" if step.stuck else ""
        lines.append(f"  {branch}{plain(step.label)}{note}{more}{stuck}"[:WIDTH])
    lines += [""] + [line for fact in finding.facts for line in _item(fact)]
    how = "exactly" if finding.exact else "at least"
    sentence = f"Clearing frees {plain(size_text(finding.frees))}, {how}."
    breaks = [plain(b) for b in finding.breaks] or ["Breaks nothing."]
    lines += [
        "",
        *textwrap.wrap(
            " ".join([sentence, *breaks]),
            WIDTH - 2,
            initial_indent="  ",
            subsequent_indent="  ",
        ),
    ]
    if finding.fix:
        lines.append(f"  Fix:  {finding.fix}")
    return "\n".join(lines)


def _item(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH - 4, initial_indent="  - ", subsequent_indent="    "
    )


def cells_text(cells: list[CellMemory]) -> str:
    """Memory by cell: change and peak of the last run, what is held now."""
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
        rows.append(
            _pad(f"{link} {line}{tag}", 44)
            + f"{column_text(cell.delta, unit, signed=True):>9}"
            + f"{peak if cell.peak_exact else '≥' + peak:>9}"
            + f"{column_text(cell.held, unit):>10}{cell.runs:>6}"
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
            _pad(ellipsis(row.name, 19), 20)
            + _pad(ellipsis(f"{kind} {shape}".strip(), 30), 31)
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


def preview_text(preview: Preview) -> str:
    """What clearing would do, before the question."""
    things = plural(len(preview.items), "thing", "things")
    frees = ("" if preview.exact else "at least ") + plain(size_text(preview.frees))
    lines = [f"Clears {things}, frees {frees}."]
    for item in preview.items:
        lines.append(
            f"  {_pad(ellipsis(plain(item.title), 30), 30)} {plain(size_text(item.frees)):>9}"
        )
        lines += textwrap.wrap(
            item.does, WIDTH - 4, initial_indent="    ", subsequent_indent="    "
        )
    for sentence in [*preview.held, *preview.readers, *preview.breaks, preview.undo]:
        lines += textwrap.wrap(plain(sentence), WIDTH)
    return "\n".join(lines)


def receipts_text(receipts: Receipts) -> str:
    """Predicted and measured, one line a finding and the totals."""
    lines = [f"{'Receipt':<26}{'predicted':>12}{'measured':>12}"]
    for receipt in receipts.receipts:
        name = ellipsis(plain(receipt.title), 22)
        state = plain(receipt.did)
        if receipt.survivors:
            holders = [h for s in receipt.survivors for h in s.holders]
            state = (
                f"still held by {plain(', '.join(holders))}"
                if holders
                else "still held"
            )
        lines.append(
            f"  {_pad(name, 24)}{plain(receipt_text(receipt.predicted)):>12}"
            f"{plain(receipt_text(receipt.measured)):>12}   {state}"[:WIDTH]
        )
    rss = f"{plain(size_text(receipts.rss_before))} → {plain(size_text(receipts.rss_after))}"
    lines.append(
        f"  {'Kernel memory':<24}{plain(receipt_text(-receipts.predicted)):>12}"
        f"{plain(receipt_text(receipts.rss_after - receipts.rss_before)):>12}   {rss}"
    )
    if receipts.freed - receipts.measured > max(receipts.freed // 20, 1024**2):
        lines.append("Freed, not yet returned to the system; Python uses it again.")
    return "\n".join(lines)
