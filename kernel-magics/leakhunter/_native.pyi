from array import array

from leakhunter.heap.twin import Arrays

def reach(edges: Arrays, starts: list[int], /) -> list[int]: ...
def turned(edges: Arrays, /) -> tuple[bytes, bytes, bytes]: ...
def subtract(
    edges: Arrays,
    refs: array[int],
    bindings: dict[int, int],
    cuts: list[tuple[int, int]],
    emptied: list[int],
    forgiven: dict[int, int],
    unseen: list[int],
    /,
) -> tuple[dict[int, int], set[int], set[int], bool]: ...
def holders(
    edges: Arrays, within: set[int], starts: list[int], /
) -> dict[int, int]: ...
def nearest(
    edges: Arrays, within: set[int] | None, starts: list[int], /
) -> dict[int, int]: ...
def paths(edges: Arrays, start: int, goals: list[int], /) -> dict[int, list[int]]: ...
def dominators(
    edges: Arrays, sizes: array[int], starts: list[int], /
) -> tuple[bytes, bytes]: ...
