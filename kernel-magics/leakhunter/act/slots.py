"""Emptying exact holder slots.

One slot is emptied at a time, by its place and key; never ``%xdel``, which
deletes every name that holds the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.act.release import BY_PLACE
from leakhunter.act.unpin import Unpinned, unpin
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import UNDERSCORES, Attribute, Slot, place_of

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_set_traceback = BaseException.__dict__["__traceback__"].__set__


def empty(shell: InteractiveShell, slot: Slot, graph: Graph) -> Unpinned | None:
    """Empty one slot; an empty one stays empty.

    Returns what took the place of a view.

    A slot inside an object is found by its way in the picture, which must be
    the newest.

    ``_``, ``__`` and ``___`` become ``''`` in all their places, as IPython's
    own flush leaves them: the display hook compares them with each other.
    """
    release = BY_PLACE.get(slot.place)
    if release is not None:
        release.release(shell, slot, graph)
        return None
    if slot.place == "raised":
        cut = graph.cuts[slot]
        steps = follow(shell, graph, cut.root, cut.path)
        if steps is not None:
            _set_traceback(steps[-1].obj, None)
        return None
    if slot.place == "view":
        return unpin(shell, graph, graph.cuts[slot])
    place = place_of(shell, slot)
    if place is None or place[0] is None:
        return None
    holder, key = place
    blank = str(slot.key) in UNDERSCORES
    if type(key) is Attribute:
        setattr(holder, key.name, "" if blank else None)
    elif blank and key in holder:
        holder[key] = ""
    else:
        holder.pop(key, None)
    return None
