"""The whole heap as text: a tree of its biggest holders, its classes, and one object of it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import column_text, column_unit, ellipsis, size_text

if TYPE_CHECKING:
    from leakhunter.explorer.model import HeapObject, HeapRow, HeapTable

_ID, _NUMBER = 6, 10
_LABEL = WIDTH - _ID - 2 * _NUMBER


def progress_text(done: int, total: int) -> str:
    """How far the walk is; there are more objects than the collector knows."""
    return f"Looked at {done:,} of {total:,} objects or more."


def heap_text(table: HeapTable) -> str:
    """The biggest holders, each with what is big inside of it."""
    head = (
        f"The whole heap: {table.objects:,} objects, {table.references:,} references, "
        f"{plain(size_text(table.bytes))}"
    )
    lines = textwrap.wrap(head, WIDTH)
    lines += _tree(table.rows, table.bytes, table.rest)
    if table.unreachable:
        what = plural(table.unreachable, "object", "objects")
        lines += textwrap.wrap(
            f"Nothing leads to {what}, {plain(size_text(table.unreachable_bytes))}: "
            "%leakcheck collect frees them.",
            WIDTH,
        )
    if table.not_looked_into:
        lines += textwrap.wrap(
            f"Not looked into: {', '.join(table.not_looked_into)}.", WIDTH
        )
    first = next((row.id for row in table.rows if row.id), "")
    if first:
        lines.append(f"Next:  %leakcheck heap {first}".ljust(33) + "what holds it, and what it holds")  # fmt: skip
        lines.append("       %leakcheck heap --types".ljust(33) + "the same by class")
    return "\n".join(lines)


def _tree(rows: list[HeapRow], whole: int, rest: int) -> list[str]:
    if not rows:
        return []
    unit = column_unit(max(whole, 1))
    lines = [
        f"{'':<{_ID}}{'':<{_LABEL}}{'Holds':>{_NUMBER}}{'Own':>{_NUMBER}}",
        f"{unit:>{_ID + _LABEL + _NUMBER}}{unit:>{_NUMBER}}",
    ]
    for row in rows:
        own = column_text(row.own, unit) if row.id else ""
        lines.append(
            f"{row.id:<{_ID}}{pad(_label(row), _LABEL)}"
            f"{column_text(row.holds, unit):>{_NUMBER}}{own:>{_NUMBER}}"
        )
    if rest > 0:
        lines.append(
            f"{'':<{_ID}}{pad('all that is smaller', _LABEL)}{column_text(rest, unit):>{_NUMBER}}"
        )
    return lines


def _label(row: HeapRow) -> str:
    """What a line is called, indented; with its class and shape where there is room."""
    room = _LABEL - 1 - 2 * min(row.depth, 8)
    text = plain(row.label)
    what = f"{row.type} {row.shape}".strip() if row.id else ""
    if what and not text.startswith(("module ", "class ")):
        short = f"{text}  {what}"
        text = short if len(short) <= room else text
    return "  " * min(row.depth, 8) + ellipsis(text, room)


def classes_text(table: HeapTable, most: int) -> str:
    """All classes, the one that holds most first."""
    rows = table.classes[:most]
    unit = column_unit(max([row.holds for row in rows], default=1))
    lines = [
        f"The whole heap by class: {table.objects:,} objects, {plain(size_text(table.bytes))}",
        f"{'Class':<47}{'Count':>12}{'Holds':>{_NUMBER}}{'Own':>{_NUMBER}}",
        f"{unit:>{59 + _NUMBER}}{unit:>{_NUMBER}}",
    ]
    for row in rows:
        name = (
            row.type
            if row.module in ("builtins", "")
            else plain(f"{row.module}.{row.type}")
        )
        lines.append(
            f"{pad(ellipsis(name, 46), 47)}{row.count:>12,}"
            f"{column_text(row.holds, unit):>{_NUMBER}}{column_text(row.bytes, unit):>{_NUMBER}}"
        )
    more = len(table.classes) - len(rows) + table.more_classes
    if more:
        lines.append(f"and {plural(more, 'smaller class', 'smaller classes')}")
    return "\n".join([*lines, "Holds: what goes when all of a class go, each byte once."])  # fmt: skip


def object_text(found: HeapObject) -> str:
    """What holds one object, and what it holds."""
    what = f"{found.title}  {found.type} {found.shape}".rstrip()
    lines = [ellipsis(plain(what), WIDTH)]
    lines += _sentence(
        f"Holds {size_text(found.holds)}: what goes when it goes. "
        f"Its own: {size_text(found.own)}."
    )
    if found.holder:
        lines += _sentence(f"All ways to it lead through {found.holder}.")
    elif found.way:
        lines += _sentence("Several hold it: no way to it is the only one.")
    else:
        lines += _sentence("Nothing leads to it: it waits for a collection.")
    if len(found.way) > 1:
        lines += _sentence(f"Shortest way: {' → '.join(found.way)}")
    return "\n".join([*lines, *_tree(found.rows, found.holds, found.rest)])


def _sentence(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH, initial_indent="  ", subsequent_indent="  "
    )
