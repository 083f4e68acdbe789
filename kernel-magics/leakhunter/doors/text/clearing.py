"""Clearing as text, before it is done: what would be freed, the preview, what undo would do."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.text.layout import WIDTH, pad, plain
from leakhunter.format import duration_text, ellipsis, size_text, time_of_day

if TYPE_CHECKING:
    from leakhunter.model import Frees, GivenBack, Preview, UndoPlan, Unsaved

_SHOWN = 6
"""Things named one by one; the others are counted."""


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
    """What clearing would do, before the question; :func:`undo_text` says what undo would."""
    things = plural(len(preview.items), "thing", "things")
    totals = preview.totals
    frees = ("" if totals.exact else "at least ") + plain(size_text(totals.frees))
    lines = [f"Clears {things}, frees {frees}."]
    for item in preview.items:
        lines.append(
            f"  {pad(ellipsis(plain(item.title), 30), 30)} {plain(size_text(item.frees)):>9}"
        )
        lines += _indented(item.does)
    if len(preview.items) > 1 and totals.frees > sum(i.frees for i in preview.items):
        lines.append("  They share memory, which goes only when all of them go.")
    for sentence in [*totals.held, *preview.readers, *preview.breaks]:
        lines += textwrap.wrap(plain(sentence), WIDTH)
    return "\n".join(lines)


def undo_text(undo: UndoPlan, now: float) -> str:
    """Until when it can be undone and what that takes, or why not; and what is not saved."""
    if undo.refused is not None:
        lines = textwrap.wrap(f"Cannot be undone. {plain(undo.refused)}", WIDTH)
        again = _made_again(undo.unsaved)
        return "\n".join([*lines, again] if again else lines)
    until = time_of_day(now + undo.minutes * 60)[:5]
    line = f"Undo is possible until {until}."
    if undo.bytes:
        seconds = plain(duration_text(undo.seconds))
        line += f" It saves {plain(size_text(undo.bytes))} first, about {seconds}."
    return "\n".join([line, *unsaved_lines(undo.unsaved)])


def unsaved_lines(unsaved: Sequence[Unsaved]) -> list[str]:
    """What is not saved, why, and which cell makes it again."""
    lines = []
    for one in unsaved[:_SHOWN]:
        again = _made_again([one]).rstrip(".")
        text = f"Not saved: {one.title}, {one.reason}{f'; {again}' if again else ''}."
        lines += textwrap.wrap(plain(text), WIDTH, subsequent_indent="  ")
    if len(unsaved) > _SHOWN:
        lines.append(f"Not saved: {len(unsaved) - _SHOWN:,} more.")
    return lines


def _made_again(unsaved: Sequence[Unsaved]) -> str:
    """Which cells make it again, in how much time."""
    made = {
        one.cell.execution_count: one.seconds or 0
        for one in unsaved
        if one.cell is not None and one.cell.execution_count is not None
    }
    if not made:
        return ""
    verb = "makes it again" if len(made) == 1 else "make them again"
    links = listed([f"[{number}]" for number in sorted(made)])
    return f"{links} {verb} ({plain(duration_text(sum(made.values())))})."


def _indented(text: str) -> list[str]:
    return textwrap.wrap(
        plain(text), WIDTH - 4, initial_indent="    ", subsequent_indent="    "
    )


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
