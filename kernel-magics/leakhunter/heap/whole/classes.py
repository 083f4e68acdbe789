"""Many objects at once: by class, their sizes, and what no collector lists; in pure Python.

The native core does the same.  Whoever calls keeps no reference.
"""

from __future__ import annotations

import gc
from collections import Counter
from itertools import compress
from operator import not_
from typing import Any

from leakhunter.heap import core
from leakhunter.heap.peek.sizes import block, item_size

_TEXTS = frozenset(map(id, (str, bytes)))


def by_class_twin(objects: list[Any]) -> list[list[Any]]:
    """The objects of each class, in the order in which classes come up."""
    found: dict[int, list[Any]] = {}
    for obj in objects:
        found.setdefault(id(type(obj)), []).append(obj)
    return list(found.values())


def bare(objects: list[Any], method: Any) -> list[int]:
    """What the method of their one class says of the size of some objects."""
    if method is object.__sizeof__ and not item_size(type(objects[0])):
        # no two instances differ
        return [int(method(objects[0]))] * len(objects)
    return list(map(method, objects))


def weigh_twin(
    objects: list[Any],
    method: Any,
    by_type: bool,  # noqa: ARG001 - the native core has no need to ask the method then
    header: int,
    array: int,
) -> int:
    """Bytes of some objects of one class.

    Parameters
    ----------
    objects
        At least one.
    method, by_type
        What sizes them, and whether that is ``object.__sizeof__``.
    header, array
        Bytes in front of each, and of its array of attributes.
    """
    times = Counter(bare(objects, method))
    return sum((block(size + header) + array) * n for size, n in times.items())


def unlisted_twin(
    objects: list[Any], numbers: tuple[type, ...], least: int
) -> list[Any]:
    """Those of some objects that the collector does not list, without numbers and short texts.

    Parameters
    ----------
    objects
        What something refers to.
    numbers
        Classes to leave out.
    least
        Characters from which on a text counts.
    """
    kinds = list(map(id, map(type, objects)))
    texts = compress(objects, map(_TEXTS.__contains__, kinds))
    skipped = _TEXTS.union(map(id, numbers))
    rest = list(compress(objects, map(not_, map(skipped.__contains__, kinds))))
    untracked = compress(rest, map(not_, map(gc.is_tracked, rest)))
    return [*(text for text in texts if len(text) >= least), *untracked]


by_class = core.NATIVE.by_class if core.NATIVE else by_class_twin
weigh = core.NATIVE.weigh if core.NATIVE else weigh_twin
unlisted = core.NATIVE.unlisted if core.NATIVE else unlisted_twin
