"""Putting a copy in the place of a small view, so that the big array can go.

Only for exact library types: copying a subclass would run the user's code.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from leakhunter.heap.cuts.pins import replaceable
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import namespace

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def unpin(shell: InteractiveShell, graph: Graph, cut: Cut) -> None:
    """Replace the view at the end of this way, or the series around it, by an equal copy.

    Nothing happens when it has been replaced already, or is of a subclass.
    """
    at = replaceable(graph, cut)
    steps = None if at is None else follow(shell, graph, cut.root, cut.path[: at + 1])
    if at is None or steps is None:
        return
    old = steps[-1].obj
    new = _copy(old)
    if new is None:
        return
    names = namespace(shell)
    for slot, node in graph.slots.items():
        if (
            slot.place == "name"
            and node == cut.path[at]
            and names.get(str(slot.key)) is old
        ):
            names[str(slot.key)] = new
    holder = steps[-1].holder
    if type(holder) is list:
        for index, item in enumerate(holder):
            if item is old:
                holder[index] = new
    elif type(holder) is dict:
        for key in [k for k, item in holder.items() if item is old]:
            holder[key] = new


def _copy(obj: Any) -> Any:
    """An equal copy with data of its own; ``None`` for anything but the exact types."""
    numpy, pandas = sys.modules.get("numpy"), sys.modules.get("pandas")
    if numpy is not None and type(obj) is numpy.ndarray:
        return obj.copy(order="K")
    if pandas is not None and type(obj) is pandas.Index:
        return obj.copy(deep=True)
    if pandas is not None and type(obj) is pandas.Series:
        new = obj.copy(deep=True)
        if type(new.index) is pandas.Index:
            new.index = new.index.copy(deep=True)
        return new
    return None
