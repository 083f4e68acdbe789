"""Forgetting the channel of a pane that panel showed: the page is no longer heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.pyviz import PLACE, table
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take the channel out of the table, if it is the one of the picture."""
    del shell
    known, held = graph.ids[graph.slots[slot]], table()
    for key, channel in look.pairs(held):
        if id(channel) == known:
            del held[key]
