"""How much of polars' memory a slice keeps: its export tells only what it shows.

The native array behind an export refers to storages that are shared with all
slices, and each knows its address and its bytes.  Where these words lie is
found out by trying with columns of our own; nothing is known where that fails.

Cost: 6 µs a chunk.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from leakhunter.heap.peek.native import read, words

_WORD = 8
_PRIVATE, _ARRAY, _STORAGE = 4, 16, 8
"""Words of what an export keeps, of a native array and of a storage that are tried."""


class Places(NamedTuple):
    """Where to look: the array in what an export keeps, the storages in an array, and a storage's two words."""

    array: int
    storages: frozenset[int]
    address: int
    size: int


Exported = tuple[int, Sequence[int]]
"""What an export keeps for itself, and the addresses of its buffers: missing values, values."""


def places(export: Callable[[int], Exported]) -> Places | None:
    """Where the bytes of a storage are; ``None`` when that cannot be told.

    Parameters
    ----------
    export
        Exports a slice of a column of so many 64-bit numbers, some of them missing.
    """
    first, second = (_fitting(*export(rows), rows * _WORD) for rows in (1000, 1777))
    return min(first & second, default=None, key=lambda p: (p.array, p.address, p.size))


def _fitting(private: int, buffers: Sequence[int], size: int) -> set[Places]:
    """All places where a storage says the address and the size of the values."""
    missing, values = buffers
    found = set()
    for array, start in enumerate(words(private, _PRIVATE)):
        inside = [words(at, _STORAGE) for at in words(start, _ARRAY)]
        for address in range(_STORAGE):
            at = {n: i for i, w in enumerate(inside) if w for n in (w[address],)}
            if values in at and missing in at:
                # values that are bits take one word more
                storages = frozenset((at[values], at[missing], at[missing] + 1))
                told = inside[at[values]]
                sizes = [i for i, word in enumerate(told) if word == size]
                found |= {Places(array, storages, address, i) for i in sizes}
    return found


def whole(at: Places, private: int, shown: Mapping[int, int]) -> dict[int, int]:
    """Bytes of the storages behind an array's own buffers, by address.

    Parameters
    ----------
    at
        Where to look.
    private
        What the export keeps for itself.
    shown
        Bytes that each buffer shows, by its address.
    """
    found = {}
    array = words(private + _WORD * at.array, 1)
    for place in at.storages if array else ():
        storage = words(array[0] + _WORD * place, 1)
        told = words(storage[0], _STORAGE) if storage else ()
        if told and told[at.address] in shown:
            address, size = told[at.address], told[at.size]
            if size > shown[address] and read(address + size - 1, 1):
                found[address] = size
    return found
