"""Making an object of a library let go, by the library's own method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts import resets
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = resets.PLACE


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Call the method on the object at the end of the way; a second time it finds nothing to drop."""
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    method = None if steps is None else resets.method_of(steps[-1].obj)
    if steps is not None and method is not None:
        method(steps[-1].obj)
