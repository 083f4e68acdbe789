"""How much zeroed data a library has behind what its file holds.

The system lists that data (``.bss``) as memory without a name, and joins it
with whatever lies behind it.  Cost: 20 µs a library, once.
"""

from __future__ import annotations

import functools
import os
import struct

_PAGE = 4096
_LOAD = 1


@functools.cache
def zeroed(path: str) -> int:
    """Bytes of zeroed data behind the last page of a library's file; 0 when it cannot be read.

    Parameters
    ----------
    path
        Of a 64-bit ELF file, as little endian machines have it.
    """
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return 0
    try:
        head = os.pread(fd, 64, 0)
        if head[:6] != b"\x7fELF\x02\x01":
            return 0
        (table,) = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        entries = os.pread(fd, size * count, table)
        return max((_behind(entries, i * size) for i in range(count)), default=0)
    except (OSError, struct.error):
        return 0
    finally:
        os.close(fd)


def _behind(entries: bytes, at: int) -> int:
    """Zeroed bytes of one segment, in whole pages."""
    kind, _, _, address, _, in_file, in_memory, _ = struct.unpack_from(
        "<IIQQQQQQ", entries, at
    )
    if kind != _LOAD:
        return 0
    end, data = address + in_memory, address + in_file
    return int(-(-end // _PAGE) - -(-data // _PAGE)) * _PAGE
