"""Dominators in pure Python, by Lengauer and Tarjan: the twin of the native core's.

Everything that leads to an object from the starts goes through its dominators;
what an object retains is its own size and that of all that it dominates.

Cost: 6 µs a node.
"""

from __future__ import annotations

from array import array

from leakhunter.heap.twin import Arrays


class _Numbered:
    """Nodes by the order in which a depth-first search finds them; number 0 is a root above all starts."""

    def __init__(self, edges: Arrays, starts: list[int]) -> None:
        begin, count, to = edges
        self.number = [0] * len(count)
        self.node = [-1]
        self.parent = [-1]
        for start in starts:
            todo = [(0, start)]
            while todo:
                above, node = todo.pop()
                if self.number[node]:
                    continue
                fresh = self.number[node] = len(self.node)
                self.node.append(node)
                self.parent.append(above)
                first = begin[node]
                todo += [(fresh, c) for c in to[first : first + count[node]]]
        self.before: list[list[int]] = [[] for _ in self.node]
        for n, node in enumerate(self.node[1:], 1):
            first = begin[node]
            for child in to[first : first + count[node]]:
                self.before[self.number[child]].append(n)
        for start in starts:
            self.before[self.number[start]].append(0)


def dominators(
    edges: Arrays, sizes: array[int], starts: list[int]
) -> tuple[bytes, bytes]:
    """The immediate dominator of each node, and what each retains.

    Parameters
    ----------
    edges, sizes
        The references, and the bytes of each node.
    starts
        Where everything is held from.

    Returns
    -------
    tuple of bytes
        Of an ``array("i")``: the dominators; the number of nodes stands for
        "none but the starts together", -1 for what is not reached.  Of an
        ``array("q")``: bytes retained.
    """
    found = _Numbered(edges, starts)
    above = _above(found)
    nodes = len(sizes)
    idom, retained = array("i", [-1]) * nodes, array("q", bytes(8 * nodes))
    for n, node in enumerate(found.node[1:], 1):
        idom[node] = found.node[above[n]] if above[n] else nodes
        retained[node] = sizes[node]
    for node in reversed(found.node[1:]):
        if idom[node] != nodes:
            retained[idom[node]] += retained[node]
    return idom.tobytes(), retained.tobytes()


class _Forest:
    """The part of the search tree that has been put together, with shortened ways."""

    def __init__(self, many: int) -> None:
        self.semi, self._label = list(range(many)), list(range(many))
        self.ancestor = [-1] * many

    def best(self, n: int) -> int:
        """The number with the least semidominator on the way up from one."""
        ancestor, label, semi = self.ancestor, self._label, self.semi
        if ancestor[n] < 0:
            return n
        path = []
        at = n
        while ancestor[ancestor[at]] >= 0:
            path.append(at)
            at = ancestor[at]
        for low in reversed(path):
            up = ancestor[low]
            if semi[label[up]] < semi[label[low]]:
                label[low] = label[up]
            ancestor[low] = ancestor[up]
        return label[n]


def _above(found: _Numbered) -> list[int]:
    """Immediate dominators by number."""
    many = len(found.node)
    forest = _Forest(many)
    semi = forest.semi
    bucket: list[list[int]] = [[] for _ in range(many)]
    above = [0] * many
    for n in range(many - 1, 0, -1):
        for one in found.before[n]:
            semi[n] = min(semi[n], semi[forest.best(one)])
        bucket[semi[n]].append(n)
        up = forest.ancestor[n] = found.parent[n]
        for one in bucket[up]:
            best = forest.best(one)
            above[one] = best if semi[best] < semi[one] else up
        bucket[up] = []
    for n in range(1, many):
        if above[n] != semi[n]:
            above[n] = above[above[n]]
    return above


def by_kind(above: bytes, retained: bytes, kinds: array[int], many: int) -> bytes:
    """What the objects of each kind retain, those that another of the same kind retains left out.

    Parameters
    ----------
    above, retained
        As of :func:`dominators`.
    kinds, many
        The kind of each node, a number below ``many``.

    Returns
    -------
    bytes
        Of an ``array("q")``, by kind.
    """
    idom, bytes_of = array("i", above), array("q", retained)
    sums = array("q", bytes(8 * many))
    children: dict[int, list[int]] = {}
    for node, up in enumerate(idom):
        children.setdefault(up, []).append(node)
    todo: list[tuple[int, frozenset[int]]] = [(len(idom), frozenset())]
    while todo:
        node, outer = todo.pop()
        for child in children.get(node, ()):
            kind = kinds[child]
            if kind not in outer:
                sums[kind] += bytes_of[child]
            if child in children:
                todo.append((child, outer | {kind}))
    return sums.tobytes()


def sums(sizes: array[int], kinds: array[int], many: int) -> bytes:
    """How many nodes of each kind there are, and their bytes; by turns in an ``array("q")``."""
    found = array("q", bytes(16 * many))
    for size, kind in zip(sizes, kinds, strict=True):
        found[2 * kind] += 1
        found[2 * kind + 1] += size
    return found.tobytes()


def below(  # noqa: PLR0913, PLR0917 - one question, told whole
    above: bytes,
    retained: bytes,
    kinds: array[int],
    many: int,  # noqa: ARG001 - the native core counts by kind in an array
    node: int,
    most: int,
) -> tuple[list[int], dict[int, tuple[int, int]]]:
    """What stands right below a node, the heaviest first, and the rest by kind.

    Parameters
    ----------
    above, retained, kinds, many
        As of :func:`by_kind`.
    node
        The number of nodes stands for "nothing alone".
    most
        Nodes that are listed.

    Returns
    -------
    tuple
        The heaviest; and by kind how many others there are and what they retain.
    """
    idom, bytes_of = array("i", above), array("q", retained)
    found = [child for child, up in enumerate(idom) if up == node]
    found.sort(key=bytes_of.__getitem__, reverse=True)
    rest: dict[int, tuple[int, int]] = {}
    for child in found[most:]:
        times, size = rest.get(kinds[child], (0, 0))
        rest[kinds[child]] = times + 1, size + bytes_of[child]
    return found[:most], dict(sorted(rest.items()))
