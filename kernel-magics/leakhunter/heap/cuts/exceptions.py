"""Exceptions that the user keeps, and the tracebacks behind them.

An exception in a list keeps the traceback, the traceback the frames, the
frames every local of the failed call.  Cutting ``__traceback__`` frees them
and leaves the exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow, shortest, written
from leakhunter.heap.slots import Slot, named

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 500
"""Exceptions looked at; more are never told apart."""


def cut_last_result(shell: InteractiveShell, graph: Graph) -> None:
    """Make cuts of the slots in IPython's last result, where the picture holds that itself.

    The frames of a failed cell refer to it: counted as a slot and as an object
    its references would count twice.
    """
    last = shell.last_execution_result
    node = (
        graph.ids.index(id(last))
        if last is not None and id(last) in graph.ids
        else None
    )
    if node is None:
        return
    holders = [node, *(n for n in graph.edges[node] if graph.kinds[n] == "dict")]
    for slot, target in graph.slots.items():
        if slot.place in ("error", "result"):
            source = next((n for n in holders if target in graph.edges[n]), None)
            if source is not None:
                graph.cuts[slot] = Cut(source, target, slot, ())


def cut_tracebacks(shell: InteractiveShell, graph: Graph) -> None:
    """Add a cut for the traceback of every exception that a name reaches."""
    raised = {
        node: traceback
        for node in graph.exceptions[:MOST]
        for traceback in graph.edges[node]
        if graph.kinds[traceback] == "traceback"
    }
    if not raised:
        return
    known: set[int] = set()
    for root, start in named(graph.slots):
        for node, path in shortest(graph, start, set(raised) - known).items():
            steps = follow(shell, graph, root, path)
            if steps is None:
                continue
            known.add(node)
            slot = Slot("raised", f"{written(steps)}.__traceback__")
            if slot in graph.cuts:
                slot = Slot("raised", f"{root.key}#{len(graph.cuts)}.__traceback__")
            graph.cuts[slot] = Cut(node, raised[node], root, tuple(path))
