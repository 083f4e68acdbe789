"""Asking allocators to give back what they keep free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.act.pools import trim
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import KEPT, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = KEPT.place


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:  # noqa: ARG001 - the interface of a release
    """Ask them all; no object is touched."""
    trim()
