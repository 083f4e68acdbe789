"""The memory sheet as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.doors.parts import GROUPS, PART_WORDS
from leakhunter.doors.text.layout import pad, plain
from leakhunter.format import (
    column_text,
    column_unit,
    ellipsis,
    percent_text,
    size_text,
)

if TYPE_CHECKING:
    from leakhunter.model import PartId, Sheet

_SHOWN = 1024**2
"""Bytes from which a library or an allocator has a line of its own."""

_BAR = 30
"""Columns that stand for all of the memory."""


def sheet_text(sheet: Sheet) -> str:
    """The parts of the memory in their groups, adding up to the resident set."""
    unit = column_unit(sheet.rss)
    lines = [f"{'Where the memory is':<44}{'':>6}{unit:>10}"]
    for group, ids in GROUPS.items():
        lines += _group(sheet, group, ids)
    lines.append(_line(sheet, "Kernel memory (RSS)", sheet.rss))
    if sheet.overlap:
        lines.append(f"The parts overlap by {plain(size_text(sheet.overlap))}.")
    return "\n".join([*lines, *_beside(sheet)])


def groups_text(sheet: Sheet) -> str:
    """The sums of the groups, adding up to the resident set, with bars in its measure."""
    unit = column_unit(sheet.rss)
    lines = [f"{'Where it is':<24}{unit:>6}"]
    for group, ids in GROUPS.items():
        size = sum(p.bytes for p in sheet.parts if p.part in ids)
        bar = "█" * round(size / max(sheet.rss, 1) * _BAR) or "▏" * (size > 0)
        lines.append(f"  {group:<22}{column_text(size, unit):>6}  {bar}".rstrip())
    lines.append(f"  {'Kernel memory (RSS)':<22}{column_text(sheet.rss, unit):>6}")
    return "\n".join(lines)


def _line(sheet: Sheet, label: str, size: int, indent: int = 0) -> str:
    share = plain(percent_text(size, sheet.rss))
    unit = column_unit(sheet.rss)
    return f"{pad(' ' * indent + label, 44)}{share:>6}{column_text(size, unit):>10}"


def _group(sheet: Sheet, group: str, ids: tuple[PartId, ...]) -> list[str]:
    """A group's sum, its parts, and what they are made of."""
    mine = [p for p in sheet.parts if p.part in ids and (p.bytes or not p.checked)]
    if not mine:
        return []
    lines = [_line(sheet, group, sum(p.bytes for p in mine))]
    for part in mine:
        name = PART_WORDS[part.part]
        if not part.checked:
            lines.append(f"  {pad(name, 42)}{'not checked':>16}")
        elif len(ids) > 1:
            lines.append(_line(sheet, name, part.bytes, 2))
        lines += [
            _line(sheet, ellipsis(plain(d.label), 38), d.bytes, 4)
            for d in part.details
            if d.bytes >= _SHOWN
        ]
    return lines


def _beside(sheet: Sheet) -> list[str]:
    """Memory that is not the kernel's own: of its children, on GPUs."""
    lines = []
    for child in sheet.children:
        where = f", started by [{child.cell.execution_count}]" if child.cell else ""
        size = plain(size_text(child.bytes))
        lines.append(f"Child process {child.name} ({child.pid}){where}: {size}")
    for gpu in sheet.gpus:
        used, reserved = plain(size_text(gpu.allocated)), plain(size_text(gpu.reserved))
        lines.append(f"GPU {gpu.name}: {used}, {reserved} reserved")
    return lines
