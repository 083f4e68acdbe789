"""Who else holds an object, as a person would write it.

The picture knows the session's other slots and the roots: threads, modules,
registries.  What nobody can see is counted: "2 references from native code".
"""

from __future__ import annotations

from collections.abc import Iterable

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import Trial, trial

MOST = 5
"""Holders named; more would not be read."""


def holders_of_slots(graph: Graph, slots: Iterable[Slot]) -> list[str]:
    """Who else holds what these slots hold."""
    slots = set(slots)
    return holders_of(graph, slots, trial(graph, slots))


def holders_of(graph: Graph, cleared: set[Slot], result: Trial) -> list[str]:
    """Name what keeps the memory of slots alive that are to be cleared.

    Parameters
    ----------
    graph, cleared, result
        The picture, the slots to be cleared, and their trial deletion.

    Returns
    -------
    list of str
        At most five labels; the last one counts what cannot be seen.
    """
    if not result.outside:
        return []
    above = graph.leading_to(result.outside)
    labels = list(
        dict.fromkeys(
            f"`{slot.label}`"
            for slot, node in graph.slots.items()
            if slot not in cleared and node in above
        )
    )
    if not labels:
        held = graph.starts(cleared)
        count = sum(n for node, n in result.outside.items() if node in held)
        if count:
            references = "1 reference" if count == 1 else f"{count:,} references"
            labels.append(f"native code or an object that cannot be seen, {references}")
    if len(labels) > MOST:
        labels = [*labels[: MOST - 1], f"{len(labels) - MOST + 1} others"]
    return labels
