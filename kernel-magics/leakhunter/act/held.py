"""What a clearing leaves behind, and because of whom: for a preview, before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.detect.words import listed
from leakhunter.format import size_text
from leakhunter.heap.graph import BIG, Graph
from leakhunter.heap.holders import holders_of
from leakhunter.heap.marks import Marks
from leakhunter.heap.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakhunter.detect.find import Found

_MOST = 50
"""Objects held from outside that are weighed, for one finding."""


def stays(graph: Graph, found: Sequence[Found], union: Trial) -> list[str]:
    """A sentence for each finding of which something big stays.

    Parameters
    ----------
    graph, found
        The picture, and what is to be cleared.
    union
        Trial deletion of all of it together.
    """
    cleared = {slot for one in found for slot in one.slots}
    going = Marks(graph.sizes)
    going.add(union.gone)
    lines = []
    for one in found:
        reached = graph.reach(graph.starts(one.slots))
        left = _left(graph, {n for n in reached if n not in going}, union)
        who = holders_of(graph, cleared, Trial(outside=left)) if left else []
        if not who:
            continue
        title = f"`{one.finding.title}`"
        if graph.weight(n for n in reached if n in going) < BIG:
            lines.append(
                f"{title} is also held by {listed(who)}: clearing it frees 0 B."
            )
        else:
            size = size_text(graph.weight(graph.reach(left)))
            verb = "holds" if len(who) == 1 else "hold"
            lines.append(f"{size} of {title} stay: {listed(who)} {verb} them.")
    return lines


def _left(graph: Graph, left: set[int], union: Trial) -> dict[int, int]:
    """The big objects among what is left, or else what leads to much of it."""
    big = dict.fromkeys((n for n in left if graph.sizes[n] >= BIG), 1)
    if big:
        return big
    outside = [n for n in union.outside if n in left][:_MOST]
    return {
        n: union.outside[n] for n in outside if graph.weight(graph.reach([n])) >= BIG
    }
