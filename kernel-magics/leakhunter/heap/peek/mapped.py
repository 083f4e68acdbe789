"""What is mapped where: files, whose pages are not the process's own, and memory to write to.

A file that is mapped to be changed in memory only (``np.memmap`` of mode ``c``)
is no such file: what was written to is memory of the process, and the pages
tell the rest apart (:mod:`.resident`).

Cost: the list of mappings 1 ms, once a walk.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from typing import NamedTuple


class Stretch(NamedTuple):
    """Mapped memory: addresses of its first byte and behind its last one.

    ``first`` is true for the heap that the system gives a process to begin with.
    """

    begin: int
    end: int
    first: bool = False


class Table:
    """Stretches in the order of their addresses."""

    def __init__(self) -> None:
        self._all: list[Stretch] = []
        self._begins: list[int] = []

    def add(self, stretch: Stretch) -> None:
        """Add the one that follows; to the last one where the two are one."""
        last = self._all[-1] if self._all else None
        if last is not None and last.end == stretch.begin:
            self._all[-1] = last._replace(end=stretch.end)
        else:
            self._all.append(stretch)
            self._begins.append(stretch.begin)

    def at(self, address: int) -> Stretch | None:
        """The stretch that an address is in."""
        index = bisect_right(self._begins, address) - 1
        if index < 0 or address >= self._all[index].end:
            return None
        return self._all[index]


class _Maps:
    """The mappings of this process as they were when first asked for."""

    def __init__(self) -> None:
        self.files = Table()
        self.memory = Table()
        self.shared = Table()
        self._known = False

    def forget(self) -> None:
        """Read them again when next asked for."""
        self._known = False

    def look(self) -> _Maps:
        """Read them unless they are known."""
        if not self._known:
            self.files, self.memory, self.shared = _tables()
            self._known = True
        return self


_maps = _Maps()


def look_again() -> None:
    """Forget what is mapped: a new walk begins."""
    _maps.forget()


def in_file(address: int) -> bool:
    """Does this address lie in a mapped file?  Its pages are not memory of the process."""
    return _maps.look().files.at(address) is not None


def is_shared(address: int) -> bool:
    """Is this address in memory without a name that child processes share?"""
    return _maps.look().shared.at(address) is not None


def heap_of(address: int) -> Stretch | None:
    """The memory of the process, to read and to write and no file's, that has this address."""
    return _maps.look().memory.at(address)


_SEES_PAGES = os.access("/proc/self/pagemap", os.R_OK)
"""Can it be told which pages of a file were copied, because somebody wrote to them?"""


def _tables() -> tuple[Table, Table, Table]:
    files, memory, shared = Table(), Table(), Table()
    try:
        with open("/proc/self/maps", "rb") as maps:  # noqa: PTH123 - bytes of a system file
            lines = maps.readlines()
    except OSError:
        return files, memory, shared
    for line in lines:
        span, may, _, _, _, *path = line.split(None, 5)
        begin, end = (int(part, 16) for part in span.split(b"-"))
        name = path[0].strip() if path else b""
        if name.startswith(b"/"):
            if not (_SEES_PAGES and may == b"rw-p"):
                files.add(Stretch(begin, end))
            if name.startswith(b"/dev/zero"):
                shared.add(Stretch(begin, end))
        elif may.startswith(b"rw"):
            memory.add(Stretch(begin, end, name == b"[heap]"))
    return files, memory, shared
