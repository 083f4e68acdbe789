"""Cancelling a call that the event loop was to make later."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.roots.timers import PLACE, handles, is_traced
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["PLACE", "release"]


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Cancel the call that holds what the picture says."""
    del shell
    known = graph.ids[graph.slots[slot]]
    for handle in [] if is_traced() else handles():
        parts = (look.field(handle, "_callback"), look.field(handle, "_args"))
        if any(id(part) == known for part in parts):
            del parts
            asyncio.TimerHandle.cancel(handle)
