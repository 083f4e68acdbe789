"""Clearing as text: what would be freed, the preview, the receipt."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import duration_text, ellipsis, receipt_text, size_text

if TYPE_CHECKING:
    from leakhunter.model import Frees, GivenBack, Preview, Receipts, UndoPlan


def frees_text(frees: Frees) -> str:
    """What clearing would free: one line a thing, and together."""
    how = "exactly" if frees.exact else "at least"
    total = plain(size_text(frees.bytes))
    if len(frees.titles) == 1:
        lines = [f"Clearing {plain(frees.titles[0])} frees {total}, {how}."]
    else:
        lines = [
            f"  {pad(ellipsis(plain(title), 30), 30)} {plain(size_text(alone)):>10}  alone"
            for title, alone in zip(frees.titles, frees.alone, strict=True)
        ]
        lines.append(f"  {pad('Together', 30)} {total:>10}  {how}")
    if frees.held:
        lines += textwrap.wrap(plain(f"Also held by {listed(frees.held)}."), WIDTH)
    return "\n".join(lines)


def preview_text(preview: Preview) -> str:
    """What clearing would do, before the question."""
    things = plural(len(preview.items), "thing", "things")
    totals = preview.totals
    frees = ("" if totals.exact else "at least ") + plain(size_text(totals.frees))
    lines = [f"Clears {things}, frees {frees}."]
    for item in preview.items:
        lines.append(
            f"  {pad(ellipsis(plain(item.title), 30), 30)} {plain(size_text(item.frees)):>9}"
        )
        lines += textwrap.wrap(
            item.does, WIDTH - 4, initial_indent="    ", subsequent_indent="    "
        )
    for sentence in [
        *totals.held,
        *preview.readers,
        *preview.breaks,
        _undo(totals.undo),
    ]:
        lines += textwrap.wrap(plain(sentence), WIDTH)
    return "\n".join(lines)


def _undo(undo: UndoPlan) -> str:
    """What cannot be brought back, and which cells make it again."""
    made = {
        one.cell.execution_count: one.seconds or 0
        for one in undo.unsaved
        if one.cell is not None
    }
    text = undo.refused or ""
    if made:
        verb = "makes it again" if len(made) == 1 else "make them again"
        links = listed([f"[{number}]" for number in sorted(n for n in made if n)])
        text = (
            f"{text.rstrip('.')}; {links} {verb} ({duration_text(sum(made.values()))})."
        )
    return text


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
            f"  {pad(name, 24)}{plain(receipt_text(receipt.predicted)):>12}"
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


def given_text(given: GivenBack) -> str:
    """What giving back brought, by allocator and in all."""
    lines = [
        f"  {pad(plain(r.what), 30)} {plain(size_text(r.bytes)):>10}"
        for r in given.returned
    ]
    brought = max(given.rss_before - given.rss_after, 0)
    total = f"Given back {plain(size_text(brought))}: kernel memory "
    total += (
        f"{plain(size_text(given.rss_before))} → {plain(size_text(given.rss_after))}"
    )
    return "\n".join([*lines, total])
