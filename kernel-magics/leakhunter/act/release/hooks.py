"""Taking something out of the two lists of the collector: its callbacks, and what it could not free."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots.hooks import PLACE
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Take it out, if it is the one of the picture; the key is where it was when the picture was taken."""
    key = str(slot.key)
    known = graph.ids[graph.slots[slot]]
    del shell
    for name, listed in (("gc.callbacks", gc.callbacks), ("gc.garbage", gc.garbage)):
        if key.startswith(name):
            for at, one in reversed([*enumerate(listed)]):
                if id(one) == known:
                    del listed[at]
