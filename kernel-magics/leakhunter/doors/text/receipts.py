"""Clearing as text, after it was done: the receipt, the list of receipts, what undo brought back."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.text.clearing import unsaved_lines
from leakhunter.doors.text.layout import WIDTH, pad, plain, width
from leakhunter.format import (
    duration_text,
    ellipsis,
    receipt_text,
    size_text,
    time_of_day,
)

if TYPE_CHECKING:
    from leakhunter.model import Receipt, Receipts, Undone

_LISTED = 20
"""Receipts listed; the others can be shown by their ids."""


def receipts_text(receipts: Receipts, now: float) -> str:
    """Predicted and measured, one line a finding and the totals; what stayed, and undo."""
    head = f"Receipt {receipts.id}"
    lines = [f"{head:<26}{'predicted':>12}{'measured':>12}"]
    for receipt in receipts.receipts:
        lines += _row(receipt)
    if receipts.garbage:
        size = plain(receipt_text(receipts.garbage))
        lines.append(f"  {'Garbage with them':<24}{'':>12}{size:>12}   collected")
    rss = f"{plain(size_text(receipts.rss_before))} → {plain(size_text(receipts.rss_after))}"
    lines.append(
        f"  {'Kernel memory':<24}{plain(receipt_text(-receipts.predicted)):>12}"
        f"{plain(receipt_text(receipts.rss_after - receipts.rss_before)):>12}   {rss}"
    )
    if receipts.freed - receipts.measured > max(receipts.freed // 20, 1024**2):
        lines.append("Freed, not yet returned to the system; Python uses it again.")
    for receipt in receipts.receipts:
        for sentence in receipt.skipped:
            lines += textwrap.wrap(plain(sentence), WIDTH, subsequent_indent="  ")
    lines += _since(receipts)
    lines += _release(receipts)
    return "\n".join([*lines, *_undo(receipts, now), *unsaved_lines(receipts.unsaved)])


def _row(receipt: Receipt) -> list[str]:
    """Title, bytes and what was done; below them where it is long."""
    state = plain(receipt.did)
    if receipt.survivors:
        holders = [h for s in receipt.survivors for h in s.holders]
        state = "still held"
        if holders:
            state = f"still held by {plain(', '.join(holders))}"
    elif receipt.skipped:
        state = "left alone, in part"
    row = (
        f"  {pad(ellipsis(plain(receipt.title), 22), 24)}"
        f"{plain(receipt_text(receipt.predicted)):>12}"
        f"{plain(receipt_text(receipt.measured)):>12}"
    )
    if width(row) + 3 + width(state) <= WIDTH:
        return [f"{row}   {state}"]
    indent = "      "
    below = textwrap.wrap(state, WIDTH, initial_indent=indent, subsequent_indent=indent)
    return [row, *below]


def _since(receipts: Receipts) -> list[str]:
    """What something took between the preview and the clearing."""
    left = [s for r in receipts.receipts for s in r.survivors if s.after_preview]
    return [
        line
        for s in left
        for line in textwrap.wrap(
            f"{plain(s.name)} was taken by {plain(', '.join(s.holders))} after the preview.",
            WIDTH,
            subsequent_indent="  ",
        )
    ]


def _release(receipts: Receipts) -> list[str]:
    """What to type for letting go of the holders too."""
    left = [s for r in receipts.receipts for s in r.survivors]
    words = list(dict.fromkeys(w for s in left for w in s.release))
    if not words:
        return []
    return textwrap.wrap(
        f"To let go of it too:  %leakcheck clear {' '.join(words)}",
        WIDTH,
        break_on_hyphens=False,
        subsequent_indent="  ",
    )


def _undo(receipts: Receipts, now: float) -> list[str]:
    if receipts.undone:
        return ["This has been undone."]
    if receipts.undo_until is None:
        return ["This cannot be undone."]
    until = time_of_day(receipts.undo_until)[:5]
    if receipts.undo_until <= now:
        return [f"It could be undone until {until}."]
    return [f"Undo until {until}:  %leakcheck undo {receipts.id}"]


def receipt_list_text(known: list[Receipts], now: float) -> str:
    """One line a clearing, the newest first."""
    if not known:
        return "Nothing has been cleared yet."
    lines = []
    for one in known[:_LISTED]:
        titles = ", ".join(plain(r.title) for r in one.receipts)
        what = plural(len(one.receipts), "thing", "things")
        (undo,) = _undo(one, now)
        freed = plain(size_text(one.measured))
        lines.append(
            f"{one.id:<5}{time_of_day(one.at)[:5]}  {freed:>10}  {what}: {ellipsis(titles, 40)}"
        )
        lines.append(f"     {undo}")
    if len(known) > _LISTED:
        lines.append(f"and {len(known) - _LISTED:,} older ones")
    return "\n".join(lines)


def undone_text(undone: Undone) -> str:
    """What came back and where, and what did not."""
    back = [r.name for r in undone.restored if r.note is None]
    took = plain(duration_text(undone.seconds))
    if not undone.restored:
        lines = ["Nothing came back."]
    elif back:
        what = listed([plain(name) for name in back])
        lines = textwrap.wrap(f"Back again: {what} ({took}).", WIDTH)
    else:
        lines = [f"Back again, under other names ({took})."]
    for one in undone.restored:
        if one.note is not None:
            lines += textwrap.wrap(plain(one.note), WIDTH, subsequent_indent="  ")
    for lost in undone.lost:
        cell = lost.cell.execution_count if lost.cell is not None else None
        again = f"; [{cell}] makes it again" if cell is not None else ""
        text = plain(f"Not back: {lost.title}, {lost.reason}{again}.")
        lines += textwrap.wrap(text, WIDTH, subsequent_indent="  ")
    rss = (
        f"{plain(size_text(undone.rss_before))} → {plain(size_text(undone.rss_after))}"
    )
    return "\n".join([*lines, f"Kernel memory {rss}"])
