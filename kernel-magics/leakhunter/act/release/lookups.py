"""Emptying what an index keeps for lookups: it is made again when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts import lookups
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = lookups.PLACE


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Empty the dictionary at the end of the way."""
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    if steps is not None and type(steps[-1].obj) is dict:
        steps[-1].obj.clear()
