"""Variables that lead to objects of which the catalogue says that they keep memory."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from leakhunter.detect.case import Case
from leakhunter.detect.catalogue import Known, fits, of_kind
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import Slot
from leakhunter.model import Kind

_PART = 0.25
"""Share of what only the variable leads to, from which on it is kept rather than used."""


class Keeper(NamedTuple):
    """Variables with one value, what is known of it, and what it keeps."""

    slots: list[Slot]
    record: Known
    kept: set[int]


def keepers(case: Case, kind: Kind) -> Iterator[Keeper]:
    """Those of one kind that keep a megabyte which nothing else leads to, and a fair part of all they hold.

    What is needed for as long as it is used counts only when the user has let
    go of it.
    """
    ways = case.graph.ways
    for record in of_kind(kind, case.facts.versions):
        carriers = _carriers(case, record)
        if not carriers:
            continue
        for node, slots in ways.names.items():
            mine = set(ways.alone(node))
            if not mine or (record.inside and node in carriers):
                continue
            kept = ways.through(node, carriers) | (carriers & mine)
            weight = ways.weight(kept)
            enough = weight >= BIG and weight >= _PART * ways.weight(mine)
            if enough and _told(case, record, kept):
                yield Keeper(slots, record, kept)


def _told(case: Case, record: Known, kept: set[int]) -> bool:
    return not record.used or not kept.isdisjoint(case.facts.let_go)


def _carriers(case: Case, record: Known) -> set[int]:
    """Objects by way of which it is kept."""
    graph, ways = case.graph, case.graph.ways
    outer = ways.of_class(lambda module, kind: fits(record, module, kind))
    # those that can be emptied exactly are told as such
    outer -= graph.caches.keys()
    if not record.inside or not outer:
        return outer
    seen = set(outer)
    todo = list(outer)
    for node in todo:
        for child in graph.edges[node]:
            if child in ways.nodes and child not in seen:
                seen.add(child)
                if not record.near:
                    todo.append(child)
    return {n for n in seen if fnmatchcase(graph.kinds[n], record.inside)}
