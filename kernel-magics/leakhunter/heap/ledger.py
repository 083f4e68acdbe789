"""Which run made which buffer, and what of it is alive.

What numpy made was counted as it was made, where that is on
(:mod:`leakhunter.record.births`).  Of all else a check tells what is new since
the last one: a run that filled a place that leads there made it.  A buffer is
known by the ``id`` of its owner together with a weak reference to it where one
can be had: addresses are used again.  Nothing is kept alive.

Cost: 1 µs and 200 bytes a buffer, and for each place that leads to new ones a
search of what leads there.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from leakhunter.heap.graph import Big, Graph
from leakhunter.heap.slots import Slot


class Origin(NamedTuple):
    """The run that is known to have made a buffer; is the buffer part of what was counted?"""

    run: int
    counted: bool


@dataclass
class _Entry:
    run: int
    bytes: int
    ref: weakref.ref[Any] | None
    counted: bool


class Ledger:
    """Births of buffers of 64 KiB and more."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._checked = 0

    def update(
        self,
        graph: Graph,
        now: int,
        made_in: Callable[[Slot, int], int],
        sure: Mapping[int, Origin],
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
        sure
            By node, what was seen as it was made.

        Returns
        -------
        dict
            For each big node of the picture the run that made it; 0 for what
            was there before the first recorded run.
        """
        fresh = [b for b in graph.buffers if b.node not in sure and not self._known(b)]
        places = _Places(graph)
        entries: dict[int, _Entry] = {}
        for big in graph.buffers:
            if big.node in sure:
                run = sure[big.node].run
            else:
                run = self._entries[big.key].run if self._known(big) else -1
            counted = big.node in sure and sure[big.node].counted
            entries[big.key] = _Entry(run, big.bytes, big.ref, counted)
        for big in fresh:
            runs = (made_in(slot, self._checked) for slot in places.of(big.node))
            default = now if self._checked else 0
            entries[big.key].run = min((r for r in runs if r), default=default)
        if not graph.complete:
            alive = {
                k: e
                for k, e in self._entries.items()
                if e.ref is None or e.ref() is not None
            }
            entries = {**alive, **entries}
        self._entries = entries
        self._checked = now
        return {big.node: entries[big.key].run for big in graph.bigs}

    def _known(self, big: Big) -> bool:
        entry = self._entries.get(big.key)
        if entry is None:
            return False
        if entry.ref is None or big.ref is None:
            return entry.bytes == big.bytes
        return entry.ref is big.ref or entry.ref() is big.ref()

    def born(self, graph: Graph) -> dict[int, int]:
        """The runs that made the buffers of the picture that was taken in last, by node."""
        return {
            one.node: self._entries[one.key].run
            for one in graph.buffers
            if one.key in self._entries
        }

    def held(self, counted: Mapping[int, int]) -> dict[int, int]:
        """Bytes alive, by the run that made them.

        Parameters
        ----------
        counted
            Those that were counted as they were made and freed, by run.
        """
        total = dict(counted)
        for entry in self._entries.values():
            if not entry.counted:
                total[entry.run] = total.get(entry.run, 0) + entry.bytes
        return total


class _Places:
    """The slots that lead to a node; asked of many nodes with the same referrers, it searches once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._at: dict[int, list[Slot]] = {}
        for slot, node in graph.slots.items():
            self._at.setdefault(node, []).append(slot)
        self._found: dict[tuple[int, ...], list[Slot]] = {}

    def of(self, node: int) -> list[Slot]:
        """The slots, each as often as it was filled."""
        key = tuple(self._graph.referrers(node))
        found = self._found.get(key)
        if found is None:
            leading = self._graph.leading_to(key)
            found = [slot for one in leading for slot in self._at.get(one, ())]
            self._found[key] = found
        return [*self._at.get(node, ()), *found]
