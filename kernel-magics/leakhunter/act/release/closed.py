"""Disconnecting a closed widget from the signal of its class; open ones stay connected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.cuts.closed import PLACE, connections
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take the connection out of the signal's list, if it is the one of the picture."""
    del shell
    known = graph.ids[graph.cuts[slot].target]
    for one in [c for c in connections() if c.closed and id(c.item) == known]:
        for at, item in reversed([*enumerate(one.listed)]):
            if item is one.item:
                del one.listed[at]
