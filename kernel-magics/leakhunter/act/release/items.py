"""Emptying a list, a dictionary, a set or a queue; the container stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts import containers
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = containers.PLACE


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Empty the container at the end of the way."""
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    if steps is not None:
        containers.empty(steps[-1].obj)
