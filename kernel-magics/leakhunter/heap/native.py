"""What Python cannot say of native memory: how often it is shared, and whether it is a file's.

C++ and Rust libraries count the owners of their objects and tell nobody.
:class:`UseCount` finds out by trying with objects of its own where a library
keeps the count.  Memory is read through ``/proc/self/mem``: there a wrong
address is an error and not a crash.  Elsewhere than on Linux nothing is known.

Cost: 2 µs a count; the list of mapped files 1 ms a walk.
"""

from __future__ import annotations

import os
import struct
import sys
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, NamedTuple

_WORD = 8
_WORDS = struct.Struct("Q")
_COUNT = struct.Struct("I")
_HEAD = 2
"""Words before what a type adds to an object: reference count and type."""


class _Memory:
    """The process's memory as a file, held open: opening costs as much as three readings."""

    def __init__(self) -> None:
        self._file = -1
        if hasattr(os, "register_at_fork"):
            # a child would read its parent's memory
            os.register_at_fork(after_in_child=self._close)

    def _close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def read(self, address: int, size: int) -> bytes:
        """Bytes at an address; fewer, or an ``OSError``, where there is no memory."""
        if self._file < 0:
            self._file = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
        return os.pread(self._file, size, address)


_memory = _Memory()


def words(address: int, count: int) -> tuple[int, ...]:
    """Words of memory; empty where there is none, or reading is not allowed."""
    try:
        return struct.unpack(f"{count}Q", _memory.read(address, count * _WORD))
    except (OSError, OverflowError, struct.error):
        return ()


class Uses(NamedTuple):
    """A native object that is shared: an address it is known by, and how many owners it has."""

    address: int
    owners: int


class UseCount:
    """Reads how many owners the native object behind a wrapper has.

    Parameters
    ----------
    make
        Makes a wrapper of a native object that has no other owner.
    share
        Makes one more owner of the native object behind a wrapper.
    """

    def __init__(self, make: Callable[[], Any], share: Callable[[Any], Any]) -> None:
        self._at: tuple[int, int] | None = None
        if sys.maxsize > 1 << 32 and sys.byteorder == "little":
            try:
                self._at = _found(make(), share)
            except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
                self._at = None

    @property
    def known(self) -> bool:
        """Can owners be counted here?"""
        return self._at is not None

    def of(self, wrapper: Any) -> Uses | None:
        """Owners of what this wraps, the wrapper included; ``None`` when that is not known."""
        if self._at is None:
            return None
        word, offset = self._at
        try:
            (block,) = _WORDS.unpack(_memory.read(id(wrapper) + word * _WORD, _WORD))
            (count,) = _COUNT.unpack(_memory.read(block + offset, _COUNT.size))
        except (OSError, OverflowError, struct.error):
            return None
        return Uses(block, count)


def _found(wrapper: Any, share: Callable[[Any], Any]) -> tuple[int, int] | None:
    """The word of a wrapper that leads to the count, and where the count is from there."""
    places = None
    others: list[Any] = []
    size = type(wrapper).__basicsize__ // _WORD
    for owners in (1, 2, 3, 1):
        if owners == 1:
            others.clear()
        else:
            others.append(share(wrapper))
        held = words(id(wrapper), size)
        here = {
            (at, offset)
            for at in range(_HEAD, len(held))
            for offset in (0, _WORD)
            if (count := words(held[at] + offset, 1))
            and count[0] & 0xFFFFFFFF == owners
        }
        places = here if places is None else places & here
    return places.pop() if places and len(places) == 1 else None


class _Files:
    """The stretches of memory that are files, by their beginnings."""

    def __init__(self) -> None:
        self.begin: list[int] = []
        self.end: list[int] = []
        self.known = False


_files = _Files()


def look_again() -> None:
    """Forget which files are mapped: a new walk begins."""
    _files.known = False


def in_file(address: int) -> bool:
    """Does this address lie in a mapped file?  Its pages are not memory of the process."""
    if not _files.known:
        _files.begin, _files.end = _mapped()
        _files.known = True
    at = bisect_right(_files.begin, address) - 1
    return at >= 0 and address < _files.end[at]


def _mapped() -> tuple[list[int], list[int]]:
    begin: list[int] = []
    end: list[int] = []
    try:
        with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - bytes of a system file
            lines = maps.readlines()
    except OSError:
        return begin, end
    for line in lines:
        span, _, _, _, _, *path = line.split(None, 5)
        if path and path[0].startswith(b"/"):
            first, last = span.split(b"-")
            begin.append(int(first, 16))
            end.append(int(last, 16))
    return begin, end
