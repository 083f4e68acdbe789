"""What stops working when variables go: the user's functions that read them.

Only functions of the session's cells that live on.  Their code is asked, not
run; an attribute of the same name counts only where a cell's source shows that
the variable is meant.
"""

from __future__ import annotations

from collections.abc import Iterable

from leakhunter.detect.called import called
from leakhunter.detect.case import Case
from leakhunter.detect.words import listed
from leakhunter.heap.slots import Slot, is_output_name

MOST = 5
"""Sentences; more would not be read."""


def breaks(case: Case, slots: Iterable[Slot]) -> list[str]:
    """A sentence for each variable that a function reads which stays.

    Parameters
    ----------
    case
        What is known of the session.
    slots
        All that is to be emptied.
    """
    cleared = set(slots)
    names = [
        str(s.key)
        for s in cleared
        if s.place == "name" and not is_output_name(str(s.key))
    ]
    registered = called(case.graph).read
    found = []
    for name in sorted(names):
        readers = _readers(case, name, cleared)
        if readers:
            verb = "reads" if len(readers) == 1 else "read"
            found.append(f"{listed(readers)} {verb} `{name}`, and will not find it.")
        elif name in registered:
            found.append(
                f"A function that a library calls reads `{name}`, and will not find it."
            )
    return found[:MOST]


def _readers(case: Case, name: str, cleared: set[Slot]) -> list[str]:
    """Functions and classes of the user's, bound to a name that stays, whose code reads a variable."""
    graph = case.graph
    stay = {
        str(slot.key): node
        for slot, node in graph.slots.items()
        if slot.place == "name" and slot not in cleared
    }
    told = {}
    for cell in case.cells:
        for owner, uses in cell.names.inside.items():
            told[owner] = name in uses.read
    return [
        f"`{owner}()`"
        for owner, node in stay.items()
        if told.get(owner)
        and any(name in graph.reads.get(n, ()) for n in _functions(case, node))
    ][:MOST]


def _functions(case: Case, node: int) -> set[int]:
    """The function at a node, or those of the class there."""
    graph = case.graph
    if node in graph.reads:
        return {node}
    if graph.kinds[node] not in ("type", "ABCMeta"):
        return set()
    inside = {n for d in graph.edges[node] for n in (d, *graph.edges[d])}
    return inside & graph.reads.keys()
