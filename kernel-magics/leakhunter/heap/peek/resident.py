"""How much of a buffer is resident: ``np.zeros`` that nobody wrote to is allocated and takes nothing.

``/proc/self/pagemap`` has eight bytes a page of this process.  Cost: 15 ns a
page, so 4 ms a GB, 1 ms in huge pages.  A page of a file or of shared memory
does not count here: it belongs to the file.  Where pages cannot be seen, all
of a buffer counts.
"""

from __future__ import annotations

import os
import struct
from array import array
from bisect import bisect_right
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from leakhunter.record.mappings import Region

_PAGE = 4096
"""Pages of other sizes are told in this unit on the machines that have it."""

_PORTION = 1 << 15
"""Pages looked at between two yields: 128 MB, 0.5 ms."""

_PRESENT, _FILE, _OURS = 0x80, 0x20, 0x01
"""Top byte of an entry: resident, of a file or shared, in no other process."""

_SCAN = 0xC0606610
_IS_FILE, _IS_HERE, _IS_ZERO = 1 << 2, 1 << 3, 1 << 5
_RANGES = 1024
"""``PAGEMAP_SCAN`` (Linux 6.7) lists ranges of pages by what they are, so many at a time."""

_PRIVATE = bytes(bool(b & _PRESENT and not b & _FILE) for b in range(256))
_UNSURE = bytes(bool(b & _PRESENT and not b & (_FILE | _OURS)) for b in range(256))


def absent(
    places: Mapping[int, tuple[int, int]],
) -> Generator[None, None, dict[int, int]]:
    """Bytes of each buffer that are not resident, by the key of the buffer; yields between portions.

    Parameters
    ----------
    places
        Address and bytes of each buffer.
    """
    try:
        fd = os.open("/proc/self/pagemap", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return {}
    found = {}
    try:
        for key, (address, size) in places.items():
            here = yield from _resident(fd, address, size)
            if here < size:
                found[key] = size - here
    except (OSError, OverflowError):
        return {}
    finally:
        os.close(fd)
    return found


def _resident(fd: int, address: int, size: int) -> Generator[None, None, int]:
    """Resident bytes of one buffer."""
    first, last = address // _PAGE, -(-(address + size) // _PAGE)
    found = 0
    for begin in range(first, last, _PORTION):
        count = min(_PORTION, last - begin)
        entries = os.pread(fd, count * 8, begin * 8)[7::8]
        unsure = entries.translate(_UNSURE).count(1)
        pages = entries.translate(_PRIVATE).count(1)
        if unsure:
            found += _written(fd, begin * _PAGE, count * _PAGE, pages, unsure)
        else:
            found += pages * _PAGE
        yield
    return min(found, size)


def _written(fd: int, start: int, size: int, pages: int, unsure: int) -> int:
    """Resident bytes of a stretch in which some pages are not ours alone.

    A page that was read and never written is the one page of zeros that all
    share; one that a fork shares is memory all the same.  An older Linux does
    not tell which: without a child it is zeros.
    """
    found, end = 0, start + size
    ranges = array("Q", bytes(24 * _RANGES))
    try:
        import fcntl  # noqa: PLC0415 - not on Windows

        while start < end:
            request = bytearray(struct.pack(
                "=12Q", 96, 0, start, end, 0, ranges.buffer_info()[0], _RANGES, 0,
                _IS_FILE | _IS_ZERO, _IS_FILE | _IS_ZERO | _IS_HERE, 0, _IS_HERE,
            ))  # fmt: skip
            count = fcntl.ioctl(fd, _SCAN, request)
            found += sum(ranges[1 : 3 * count : 3]) - sum(ranges[0 : 3 * count : 3])
            # the walk always gets on; should it not, what is left counts for nothing
            start, before = struct.unpack_from("=Q", request, 32)[0], start
            if start <= before:
                break
    except (ImportError, OSError):
        return (pages if _has_child() else pages - unsure) * _PAGE
    return found


def _has_child() -> bool:
    lists = Path("/proc/self/task").glob("*/children")
    return any(one.read_bytes() for one in lists)


class Placed(NamedTuple):
    """Where buffers lie.

    ``pooled``: resident bytes in the memory of libraries' own allocators.
    ``untouched``: bytes that malloc's heaps gave out and nobody wrote to.
    """

    pooled: int
    untouched: int


def placed(
    regions: Sequence[Region],
    places: Mapping[int, tuple[int, int]],
    absent: Mapping[int, int],
) -> Placed:
    """Find which buffers lie in malloc's heaps and in pools.

    Parameters
    ----------
    regions
        In the order of addresses.
    places
        Address and bytes of each buffer.
    absent
        How much of it is not resident.
    """
    starts = [region.start for region in regions]
    pooled = untouched = 0
    for key, (address, size) in places.items():
        at = bisect_right(starts, address) - 1
        if at < 0 or address >= regions[at].end:
            continue
        if regions[at].kind == "pool":
            pooled += size - absent.get(key, 0)
        else:
            untouched += absent.get(key, 0)
    return Placed(pooled, untouched)
