"""Values let go, in words: the same sentence for every door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.detect.words import listed
from leakhunter.format import size_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunter.model import Lingering

TITLE = "Let go, but still alive"

SHOWN = 3
"""Sentences; more would push the findings off the screen."""


def sentence(one: Lingering) -> str:
    """What became of a value whose name is gone."""
    count = one.cell.execution_count if one.cell is not None else None
    where = f" in [{count}]" if count is not None else ""
    how = "bound again" if one.how == "rebound" else one.how
    size = size_text(one.bytes)
    if one.gone:
        return f"The {size} of `{one.name}`, {how}{where}, are gone now."
    old = "the old" if one.how == "rebound" else "its"
    return (
        f"`{one.name}` was {how}{where}, but {old} {size} live on, "
        f"held by {listed(one.holders)}."
    )


def sentences(remains: Sequence[Lingering]) -> tuple[list[str], list[str]]:
    """The first that live on, and those that are gone."""
    alive = [one for one in remains if not one.gone]
    gone = [one for one in remains if one.gone]
    rest = len(alive) - SHOWN
    more = [f"And {rest} more."] if rest > 0 else []
    return [*map(sentence, alive[:SHOWN]), *more], [*map(sentence, gone[:SHOWN])]
