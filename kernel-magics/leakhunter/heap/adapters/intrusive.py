"""PyTorch's own reference counts, which share one word with a mark of Python's.

A tensor, a storage and, from 2.13 on, a node of a graph are C++ objects that
begin with a table of methods and this word: the number of C++ owners in its
lower half, and in its highest bit whether a Python object is kept beside.  The
Python object is one of the owners; while there are more, they hold the Python
object in turn (one reference, from 2.10 on).  Only addresses that the library
itself hands out are read, of objects that are held meanwhile.
"""

from __future__ import annotations

import ctypes
from typing import NamedTuple

_WORD = 8
_KEPT = 1 << 63
_OWNERS = 0xFFFFFFFF

_Word = ctypes.c_uint64


def word(address: int) -> int:
    """A word of an object that is known to live."""
    return _Word.from_address(address).value


class Owners(NamedTuple):
    """How many C++ owners an object has, and whether they keep its Python object."""

    number: int
    kept: bool

    @property
    def untold(self) -> int:
        """References to the Python object that its own count does not tell.

        All C++ owners but the Python object itself, less the one reference
        that they hold to it together.
        """
        others = self.number - 1
        return others - (self.kept and others > 0)


def owners(address: int) -> Owners:
    """Owners of the C++ object at this address."""
    counts = _Word.from_address(address + _WORD).value
    return Owners(counts & _OWNERS, counts >= _KEPT)
