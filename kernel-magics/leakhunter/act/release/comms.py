"""Closing a comm: the page is told, and the kernel forgets it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.act.release.methods import librarys
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.roots.comms import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Close the comm, if it is the one of the picture; one whose widget was closed is gone already."""
    comm = held_in(shell, slot)
    close = librarys(comm, "close")
    if id(comm) == graph.ids[graph.slots[slot]] and close is not None:
        close(comm)
