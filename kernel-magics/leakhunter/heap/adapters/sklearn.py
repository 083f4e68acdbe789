"""scikit-learn: trees, and the trees of nearest neighbours, which are written in Cython.

Estimators are plain objects.  A decision tree keeps its nodes and values in
two blocks of its own; a forest of 100 deep trees easily has hundreds of MB.  A
KD tree or ball tree keeps four arrays, the first of them the data that it was
given, and refers to each through a memoryview that the collector does not see.

Cost: 2 µs a decision tree, 20 µs a tree of neighbours.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.walk.seen import Seen

MODULE = "sklearn"

_TREE = "sklearn.tree._tree"
_NEIGHBOURS = ("sklearn.neighbors._kd_tree", "sklearn.neighbors._ball_tree")
_OWN = ("idx_array", "node_data", "node_bounds")
_VALUE = 8


def handles(cls: type) -> bool:
    """Is this one of its trees?  Never a subclass of the user's."""
    module = sys.modules.get(_TREE)
    return cls is getattr(module, "Tree", None) or _of_neighbours(cls)


def _of_neighbours(cls: type) -> bool:
    name = safe.type_name(cls)
    module = sys.modules.get(safe.module_of(cls))
    return (
        safe.module_of(cls) in _NEIGHBOURS
        and "Tree" in name
        and getattr(module, name, None) is cls
    )


def look(obj: Any) -> Seen:
    """Blocks of a tree of its own, and the data of a tree of neighbours."""
    size = object.__sizeof__(obj)
    if not _of_neighbours(type(obj)):
        node = sys.modules[_TREE].NODE_DTYPE.itemsize
        values = _VALUE * obj.n_outputs * obj.max_n_classes
        return Seen(size + obj.capacity * (node + values))
    data = obj.data.base
    size += sum(getattr(obj, name).nbytes for name in _OWN)
    # a memoryview refers to its array, and so does the buffer that it was given
    return Seen(size, objects=(data, data))


def describe(obj: Any) -> str:
    """Nodes of a tree."""
    return "" if _of_neighbours(type(obj)) else f"{obj.node_count:,} nodes"
