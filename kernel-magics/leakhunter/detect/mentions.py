"""Which cells have a word, wherever in them: attributes have no liveness of their own."""

from __future__ import annotations

from functools import cached_property

from leakhunter.detect.case import Case
from leakhunter.detect.leftover import is_leftover
from leakhunter.heap.slots import Slot


class Mentions:
    """Asks the cells for words.

    Parameters
    ----------
    case
        All that is known.
    """

    def __init__(self, case: Case) -> None:
        self._case = case

    @cached_property
    def known(self) -> frozenset[str]:
        """All words of all cells that ran."""
        return frozenset().union(*(c.names.words for c in self._case.cells))

    def is_over(self, word: str, made: int) -> bool:
        """Has a cell run since one had the word, and does none to come have it, nor a function in use?

        Parameters
        ----------
        word
            An attribute.
        made
            The run that made it: a cell that ran after that has had it.
        """
        case = self._case
        ran = [c for c in case.cells if not c.names.empty]
        if not ran or word in ran[-1].names.words:
            return False
        to_come = [c for c in case.waiting if not c.run or c.run < made]
        if any(word in c.names.words for c in to_come):
            return False
        graph = case.graph
        readers = {n for n, names in graph.reads.items() if word in names}
        above = graph.leading_to(readers) if readers else ()
        callers = [s for s, n in graph.slots.items() if n in above]
        return graph.lent.isdisjoint(readers) and all(map(self._is_idle, callers))

    def _is_idle(self, slot: Slot) -> bool:
        """Is what this slot holds called by no cell any more?"""
        use = self._case.uses.get(str(slot.key)) if slot.place == "name" else None
        return use is not None and is_leftover(use)
