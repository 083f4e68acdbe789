"""Taking a callback out of ``atexit``: it will not run when the kernel ends."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots.exits import PLACE, callbacks
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Unregister the function of the callback that holds what the picture says."""
    del shell
    known = graph.ids[graph.slots[slot]]
    for callback in callbacks():
        if any(id(part) == known for part in callback):
            atexit.unregister(callback.function)
