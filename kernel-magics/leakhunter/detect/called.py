"""What functions read that something else than a cell may call: a widget, a logger, a thread.

A cell that registers a function has ended, and its data is read whenever a
button is pressed.  Registries without a root are told by the count: whatever
holds a function that no variable holds got it to call it.

Cost: nothing without such functions; else one walk over what registries hold.
"""

from __future__ import annotations

from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import SESSION
from leakhunter.record.names import Uses

_NOBODY_CALLS = frozenset({"module", "library", "source", "class", "inside", "native"})
"""Places that hold functions and do not call them."""


def called(graph: Graph) -> Uses:
    """Names that functions of the session's cells read which a registry may call."""
    if not graph.reads:
        return Uses()
    quiet = SESSION | _NOBODY_CALLS
    starts = {n for slot, n in graph.slots.items() if slot.place not in quiet}
    starts |= graph.lent
    nodes = graph.reads.keys() & graph.reach(starts)
    return Uses(read={name for node in nodes for name in graph.reads[node]})
