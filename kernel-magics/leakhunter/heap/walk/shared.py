"""Memory that two libraries share: it counts once, and each keeps the other's owner.

``torch.from_numpy``, ``pyarrow.array`` and others take an array's memory as it
is, and a reference to the array, which nobody can see.  The address tells: a
native buffer that begins inside the data of an array, or inside a bigger
buffer, is that memory.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Mapping

from leakhunter.heap.graph import Graph


def join_memory(
    graph: Graph,
    arrays: Mapping[int, tuple[int, int]],
    buffers: Mapping[int, int],
    seen: array[int],
) -> None:
    """Let buffers refer to what owns their memory.

    Parameters
    ----------
    graph
        The picture; edges of buffers are added and their bytes taken off.
    arrays
        Address and bytes of the data of each object that owns some, by node.
    buffers
        Node of each native buffer by its address.
    seen
        References that the picture has to each node; kept up to date.

    Notes
    -----
    The reference from a buffer to an array is added only when the array has
    one that nothing else explains: one too many would promise too much.
    """
    if not buffers:
        return
    slots = Counter(graph.slots.values())
    for node, owner in nested(graph.sizes, arrays, buffers):
        graph.sizes[node] = 0
        if owner not in arrays or graph.refs[owner] > seen[owner] + slots[owner]:
            graph.edges.put(node, [owner])
            seen[owner] += 1


def nested(
    sizes: array[int],
    arrays: Mapping[int, tuple[int, int]],
    buffers: Mapping[int, int],
) -> Iterator[tuple[int, int]]:
    """Nodes of native buffers that lie in memory of others, each with that one's node.

    Parameters
    ----------
    sizes
        Bytes by node.
    arrays, buffers
        As of :func:`join_memory`.
    """
    spans = [
        (begin, False, begin + size, node) for node, (begin, size) in arrays.items()
    ]
    spans += [(at, True, at + sizes[node], node) for at, node in buffers.items()]
    # of two that begin together the array is the owner, else the bigger one
    spans.sort(key=lambda s: (s[0], s[1], -s[2]))
    owner, until = 0, 0
    for begin, native, end, node in spans:
        if begin >= until:
            owner, until = node, end
        elif native:
            yield node, owner
