"""Closing a figure, as ``plt.close()`` does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "figure"


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Close the figure with this number, if it is the one of the picture."""
    if id(held_in(shell, slot)) == graph.ids[graph.slots[slot]]:
        sys.modules["matplotlib._pylab_helpers"].Gcf.destroy(slot.key)
