"""How much native memory an object of a library leads to, found as the allocator keeps it.

A library that tells neither what its objects take nor what they refer to has
them in blocks of glibc's ``malloc``.  Each block has its size before it, and
words in it that are addresses of other blocks lead on, as in the conservative
collector of Boehm and Weiser.  A word counts only where all that ``malloc``
keeps beside a block agrees (its size, the flags, the block after it), so that
numbers that look like addresses do not.  Blocks of more than :data:`LEAF` bytes
are data and are not read.

Memory is read through ``/proc/self/mem``, where a wrong address is an error
and not a crash.  With another allocator nothing is found.

Cost: 4 µs a block, and the list of mappings 1 ms, once a walk.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from leakhunter.heap.peek.mapped import Stretch, heap_of
from leakhunter.heap.peek.native import read
from leakhunter.heap.walk.seen import Buffer, Seen

LEAF = 1 << 16
"""Bytes; a block of more is data."""

MOST = 4_000
"""Blocks looked at for one object: about 16 ms."""

_HEAD = struct.Struct("QQ")
"""Before a block: what is before it, and its size with three flags in it."""

_PAGE = 4096
_IN_USE, _MAPPED, _OTHER = 1, 2, 4
"""The block before is in use; mapped by itself; of another heap than the first."""

_AFTER = 3
"""Blocks after one that must look like blocks, or fewer at the end of a heap."""

_LEAST = 32
"""Bytes of the smallest block, with its head."""


class Reached(NamedTuple):
    """Blocks that an address leads to, itself included.

    Attributes
    ----------
    sizes
        Bytes by address.
    big
        Bytes by address, of those that are data.
    small
        Bytes of all others together.
    complete
        False when there were more than :data:`MOST`.
    """

    sizes: dict[int, int]
    big: dict[int, int]
    small: int
    complete: bool


def reach(address: int, stops: Collection[int] = ()) -> Reached | None:
    """The blocks of ``malloc`` that an address leads to.

    Parameters
    ----------
    address
        A native object of a library that is alive, and the only one that owns
        what it refers to.
    stops
        Addresses of blocks that it refers to and does not own.

    Returns
    -------
    Reached or None
        ``None`` when that address is no block: another allocator.
    """
    if sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return None
    sizes: dict[int, int] = {}
    seen, waiting = set(stops), [address]
    while waiting and len(seen) < MOST + len(stops):
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        size = _size(at)
        if not size:
            continue
        sizes[at] = size
        if size > LEAF:
            continue
        inside = read(at, size)
        waiting += [
            word
            for word in struct.unpack(f"{len(inside) // 8}Q", inside)
            if not word & 15 and heap_of(word) is not None
        ]
    if address not in sizes:
        return None
    for at in _stale(sizes, stops):
        del sizes[at]
    big = {at: size for at, size in sizes.items() if size > LEAF}
    small = sum(sizes.values()) - sum(big.values())
    return Reached(sizes, big, small, not waiting)


def _stale(sizes: Mapping[int, int], others: Iterable[int]) -> list[int]:
    """Blocks in which others begin: what is before them is left from a time before those."""
    known = sorted({*sizes, *others})
    return [
        at for at, following in pairwise(known) if at + sizes.get(at, 0) > following
    ]


def found(obj: Any, blocks: Reached) -> Seen:
    """What an object holds, of which all native memory was found: data may be shared."""
    return Seen(
        object.__sizeof__(obj) + blocks.small,
        buffers=tuple(Buffer(*block) for block in blocks.big.items()),
        hidden=not blocks.complete,
        estimate=True,
    )


def _size(address: int) -> int:
    """Bytes of a block that is in use, with its head; 0 when there is none at that address."""
    stretch = heap_of(address)
    head = None if stretch is None or address & 15 else _head(address, stretch)
    if stretch is None or head is None:
        return 0
    before, size, flags = head
    begin, end = address - _HEAD.size, address - _HEAD.size + size
    if end > stretch.end:
        return 0
    if flags & _MAPPED:
        begin -= before
        whole = flags == _MAPPED and not begin % _PAGE and not end % _PAGE
        return size if whole and stretch.begin <= begin else 0
    return size if _is_followed(end, stretch) else 0


def _is_followed(end: int, stretch: Stretch) -> bool:
    """Are there blocks after one, of which the first says that it is in use?

    The last block of a heap ends with a page, and may since have become longer
    than what was mapped.
    """
    for nth in range(_AFTER):
        after = _head(end + _HEAD.size, stretch)
        if after is None or (nth == 0 and not after[2] & _IN_USE):
            return False
        end += after[1]
        if not end % _PAGE:
            break
        if end > stretch.end:
            return False
    return True


def _head(address: int, stretch: Stretch) -> tuple[int, int, int] | None:
    """What is before a block: bytes before it, its bytes and its flags."""
    if address - _HEAD.size < stretch.begin:
        return None
    head = read(address - _HEAD.size, _HEAD.size)
    if len(head) < _HEAD.size:
        return None
    before, size = _HEAD.unpack(head)
    flags, size = size & 15, size & ~15
    if size < _LEAST or flags > _IN_USE | _MAPPED | _OTHER:
        return None
    if not flags & _MAPPED and bool(flags & _OTHER) == stretch.first:
        return None
    return before, size, flags
