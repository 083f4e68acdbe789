"""How often native memory is shared, which Python cannot say.

C++ and Rust libraries count the owners of their objects and tell nobody.
:class:`UseCount` finds out by trying with objects of its own where a library
keeps the count.  Memory is read through ``/proc/self/mem``: there a wrong
address is an error and not a crash.  Elsewhere than on Linux nothing is known.

Cost: 2 µs a count.
"""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Callable
from itertools import product
from typing import Any, NamedTuple

_WORD = 8
_COUNT = struct.Struct("I")
_read_word, _read_count = struct.Struct("Q").unpack, _COUNT.unpack
_HEAD = 2
"""Words before what a type adds to an object: reference count and type."""

_INNER = 6
"""Words of a native object that are tried."""


class _Memory:
    """The process's memory as a file, held open: opening costs as much as three readings."""

    def __init__(self) -> None:
        self.file = -1
        if hasattr(os, "register_at_fork"):
            # a child would read its parent's memory
            os.register_at_fork(after_in_child=self.close)

    def close(self) -> None:
        """Let go of the descriptor; reading opens it again."""
        if self.file >= 0:
            os.close(self.file)
            self.file = -1

    def open(self) -> int:
        """A descriptor to read from: an address without memory is an ``OSError``."""
        if self.file < 0:
            self.file = os.open("/proc/self/mem", os.O_RDONLY | os.O_CLOEXEC)
        return self.file


_memory = _Memory()


def close() -> None:
    """Let go of what was opened to read memory."""
    _memory.close()


def read(address: int, size: int) -> bytes:
    """Bytes of memory; empty where there is none, or reading is not allowed."""
    try:
        return os.pread(_memory.open(), size, address)
    except (OSError, OverflowError):
        return b""


def words(address: int, count: int) -> tuple[int, ...]:
    """Words of memory; empty where there is none, or reading is not allowed."""
    found = read(address, count * _WORD)
    return struct.unpack(f"{count}Q", found) if len(found) == count * _WORD else ()


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
    inner
        The object whose owners are counted is one that the native object
        refers to in turn.
    """

    def __init__(
        self,
        make: Callable[[], Any],
        share: Callable[[Any], Any],
        *,
        inner: bool = False,
    ) -> None:
        self._path: _Path = ()
        if sys.maxsize > 1 << 32 and sys.byteorder == "little":
            try:
                self._path = _found(make(), share, inner=inner)
            except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
                self._path = ()

    @property
    def known(self) -> bool:
        """Can owners be counted here?"""
        return bool(self._path)

    def of(self, wrapper: Any) -> Uses | None:
        """Owners of what this wraps, the wrapper included; ``None`` when that is not known."""
        return _follow(wrapper, self._path) if self._path else None


_Path = tuple[int, ...]
"""Offsets: at each but the last is a word that is the address from where the next one counts."""


def _follow(wrapper: Any, path: _Path) -> Uses | None:
    address = id(wrapper)
    try:
        file = _memory.open()
        for step in path[:-1]:
            (address,) = _read_word(os.pread(file, _WORD, address + step))
        (owners,) = _read_count(os.pread(file, _COUNT.size, address + path[-1]))
    except (OSError, OverflowError, struct.error):
        return None
    return Uses(address, owners)


def _found(wrapper: Any, share: Callable[[Any], Any], *, inner: bool) -> _Path:
    """The path to what counts as owners come and go; empty when there is none."""
    size = type(wrapper).__basicsize__ // _WORD
    steps = [range(_HEAD, size), range(_INNER)] if inner else [range(_HEAD, size)]
    paths = [tuple(_WORD * at for at in path) for path in product(*steps, range(2))]
    others: list[Any] = []
    for owners in (1, 2, 3, 1):
        others = [*others, share(wrapper)] if owners > 1 else []
        counts = [_follow(wrapper, path) for path in paths]
        paths = [
            path
            for path, uses in zip(paths, counts, strict=True)
            if uses is not None and uses.owners == owners
        ]
    return min(paths, default=())
