"""A profile as text: a tree of cells, functions and lines, and the libraries."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from leakhunter.detect.words import plural
from leakhunter.doors.text.layout import WIDTH, plain
from leakhunter.doors.text.trace import SAMPLED
from leakhunter.format import column_text, column_unit, duration_text, size_text

if TYPE_CHECKING:
    from leakhunter.trace.model import Branch, Profile

_LEAST = 0.005
"""Branches of less than this share are summed."""

_PARTS = 8
_ROOM = WIDTH - 30


def profile_text(profile: Profile) -> str:
    """The tree, then the libraries, then the remainder."""
    tree = profile.tree
    most = _most(tree)
    unit = column_unit(max(most, 1024))
    lines = [
        f"{'Held':>9}{'Allocated':>11}{'Peak':>9}",
        f"{unit:>9}{unit:>11}{unit:>9}",
        *_branch(tree, unit, 0, most),
        "",
        *_libraries(profile, unit),
    ]
    unseen = (
        f"{size_text(profile.unseen)} more was not seen by Python (native code, or kept free)."
        if profile.unseen >= 0
        else f"{size_text(-profile.unseen)} of it took no new memory (never touched, or freed memory used again)."
    )
    ended = f"Traced for {duration_text(profile.seconds)}."
    said = " ".join(filter(None, [unseen, freed_words(profile), ended]))
    lines += ["", *textwrap.wrap(said, WIDTH)]
    for note in profile.notes:
        lines += textwrap.wrap(note, WIDTH)
    return "\n".join(plain(line).rstrip() for line in lines)


def freed_words(profile: Profile) -> str:
    """What was freed again, and what cannot be told of it; empty where nothing was, or that is not known."""
    if not profile.freed:
        return ""
    freed = f"{size_text(profile.freed)} more was allocated and freed again."
    if profile.followed:
        return f"{freed} {SAMPLED}"
    return f"{freed} By which library, and the peak of each, is not known."


def _libraries(profile: Profile, unit: str) -> list[str]:
    """What each library allocated, peaked at and holds; without the rest where freed blocks were not followed."""
    shown = biggest(profile.libraries, _PARTS)
    head = f"{'Held':>9}"
    if profile.followed:
        head += f"{'Allocated':>11}{'Peak':>9}"
    lines = [f"{head}  Library"]
    for one in shown:
        numbers = f"{column_text(one.held, unit):>9}"
        if profile.followed:
            numbers += f"{column_text(one.allocated, unit):>11}{column_text(one.peak, unit):>9}"
        lines.append(f"{numbers}  {one.name}")
    return lines


def biggest(parts: list[Branch], count: int) -> list[Branch]:
    """Those that hold, allocated or peaked at most, in the order that they have."""
    chosen = sorted(parts, key=_most, reverse=True)[:count]
    return [part for part in parts if part in chosen]


def _most(branch: Branch) -> int:
    return max(
        branch.held, branch.allocated or 0, branch.peak or 0, *map(_most, branch.parts), 0
    )  # fmt: skip


def _branch(branch: Branch, unit: str, depth: int, most: int) -> list[str]:
    numbers = (
        f"{column_text(branch.held, unit):>9}{column_text(branch.allocated, unit):>11}"
        f"{column_text(branch.peak, unit):>9} "
    )
    name = branch.name
    if branch.level == "line":
        number = name.rpartition("line ")[2]
        name = f"{number}: {branch.source}"
    text = "  " * depth + name
    lines = [numbers + (text if len(text) <= _ROOM else text[: _ROOM - 1] + "…")]
    telling = [p for p in branch.parts if _most(p) >= most * _LEAST]
    big = biggest(telling, _PARTS)
    for part in big:
        lines += _branch(part, unit, depth + 1, most)
    rest = len(branch.parts) - len(big)
    if rest:
        held = branch.held - sum(p.held for p in big)
        lines.append(
            f"{column_text(max(held, 0), unit):>9}{'':>21}{'  ' * (depth + 1)}{plural(rest, 'smaller part', 'smaller parts')}"
        )
    return lines
