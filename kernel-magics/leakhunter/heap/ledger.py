"""Which run made which big buffer, and what of it is alive.

A buffer is known by the ``id`` of its owner together with a weak reference to
it where one can be had: addresses are used again.  Nothing is kept alive.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from leakhunter.heap.graph import Big, Graph
from leakhunter.heap.slots import Slot


@dataclass
class _Entry:
    run: int
    bytes: int
    ref: weakref.ref[Any] | None


class Ledger:
    """Births of buffers of 1 MB and more."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._checked = 0

    def update(
        self, graph: Graph, now: int, made_in: Callable[[Slot, int], int]
    ) -> dict[int, int]:
        """Take in a new picture.

        Parameters
        ----------
        graph
            The picture.
        now
            Number of the last run.
        made_in
            The run after a given one that filled a slot, 0 when there is none.

        Returns
        -------
        dict
            For each big node of the picture the run after which it was first
            seen; 0 for what was there before the first recorded run.
        """
        fresh = [big for big in graph.bigs if not self._known(big)]
        reached = _slots_reaching(graph, [big.node for big in fresh])
        entries: dict[int, _Entry] = {}
        births: dict[int, int] = {}
        for big in graph.bigs:
            if self._known(big):
                run = self._entries[big.key].run
            else:
                runs = [made_in(slot, self._checked) for slot in reached[big.node]]
                run = min((r for r in runs if r), default=now if self._checked else 0)
            entries[big.key] = _Entry(run, big.bytes, big.ref)
            births[big.node] = run
        if graph.complete:
            self._entries = entries
        else:
            self._entries = {
                k: e
                for k, e in self._entries.items()
                if e.ref is None or e.ref() is not None
            }
            self._entries.update(entries)
        self._checked = now
        return births

    def _known(self, big: Big) -> bool:
        entry = self._entries.get(big.key)
        if entry is None:
            return False
        if entry.ref is None or big.ref is None:
            return entry.bytes == big.bytes
        return entry.ref is big.ref or entry.ref() is big.ref()

    def held(self) -> dict[int, int]:
        """Bytes alive at the last check, by the run that made them."""
        total: dict[int, int] = {}
        for entry in self._entries.values():
            total[entry.run] = total.get(entry.run, 0) + entry.bytes
        return total


def _slots_reaching(graph: Graph, nodes: list[int]) -> dict[int, list[Slot]]:
    """For each of these nodes the slots from which it is reached."""
    if not nodes:
        return {}
    slots: dict[int, list[Slot]] = {}
    for slot, node in graph.slots.items():
        slots.setdefault(node, []).append(slot)
    return {
        start: [s for node in graph.leading_to([start]) for s in slots.get(node, ())]
        for start in nodes
    }
