"""Which nodes of a picture something holds true for, a byte each: a set of a million takes 100 times as much."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import compress, count

from leakhunter.heap import core


class Marks:
    """Some nodes, none at first.

    Parameters
    ----------
    sizes
        Bytes of each node of the picture.
    """

    def __init__(self, sizes: array[int]) -> None:
        self._sizes = sizes
        self._marks = bytearray(len(sizes))

    def add(self, nodes: Iterable[int]) -> None:
        """Mark these."""
        core.mark(self._marks, _flat(nodes), True)

    def discard(self, nodes: Iterable[int]) -> None:
        """Take the marks of these away."""
        core.mark(self._marks, _flat(nodes), False)

    def fresh(self, nodes: Iterable[int]) -> int:
        """Bytes of those of these nodes, each told once, that are not marked."""
        return core.weight(self._sizes, _flat(nodes), self._marks)

    def __contains__(self, node: int) -> bool:
        return bool(self._marks[node])

    def __iter__(self) -> Iterator[int]:
        return compress(count(), self._marks if 1 in self._marks else ())


def _flat(nodes: Iterable[int]) -> array[int]:
    return nodes if isinstance(nodes, array) else array("i", nodes)
