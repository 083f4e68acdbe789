"""What kind of memory is resident: libraries, files, shared memory, malloc's heaps, pools.

Linux lists every mapping of a process with its resident bytes in
``/proc/self/smaps``, a few mappings at each read, so the work can be spread;
one mapping of many GB cannot be split.  Elsewhere there is no such list.

Cost: 7 µs a mapping (160 in a fresh kernel, 2,500 with keras and torch: 20 ms)
and 3 to 13 ms a GB in pages of 4 kB, 0.1 ms in huge ones.
"""

from __future__ import annotations

import os
import re
import struct
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from leakhunter.record.elf import zeroed
from leakhunter.record.smaps import SMAPS, Mapping, reading

if TYPE_CHECKING:
    from leakhunter.record.meter import Status

Kind: TypeAlias = Literal[
    "code", "data", "made", "stack", "file", "changed", "shared", "malloc", "pool", "other"
]  # fmt: skip
"""What memory is for.

``code``, ``data``: of programs and libraries, pages of the file and private
pages.  ``made``: code made at run time.  ``file``, ``changed``: other mapped
files, and private copies of their pages.  ``malloc``: where glibc's malloc
keeps small blocks.  ``pool``: reserved by an allocator that a library brings
(mimalloc of Arrow, jemalloc of Polars and DuckDB).  ``other``: large blocks of
malloc, pymalloc's arenas, and what nobody tells.
"""

_SECONDS_A_BYTE = 13e-12
"""Guess of the cost of the first reading: the slowest that was measured, in pages of 4 kB."""

_SETTLED = 1 << 18
"""Kinds of memory that moved by less since the last reading are as they were."""

_ARENA = 64 << 20
"""glibc places the heaps of threads at multiples of this on 64-bit machines."""

_STACK = 8 << 20
_GUARD = 64 << 10
"""The usual size of a thread's stack, and more than a guard page below it has."""

_PACKAGE = re.compile(rb"/(?:site|dist)-packages/([^./]+)")
_LIBRARY = re.compile(rb"\.so(\.[\w.]+)?( \(deleted\))?$")
_SHARED = (b"/dev/shm/", b"/memfd:", b"/SYSV", b"/dev/zero", b"[anon_shmem")


class Region(NamedTuple):
    """A stretch of private memory of one kind."""

    start: int
    end: int
    kind: Kind
    resident: int


@dataclass(frozen=True)
class Mappings:
    """Resident bytes by kind.

    Attributes
    ----------
    bytes
        By kind; a kind that was not looked at is absent.
    libraries
        ``code`` and ``data`` by the folder in which a library is installed;
        of the interpreter and the system's libraries under an empty name.
    lazy
        Bytes that allocators have given up and the system has not yet taken.
    regions
        Where malloc and the pools have their memory, in the order of addresses.
    """

    bytes: dict[Kind, int]
    libraries: dict[str, int] = field(default_factory=dict)
    lazy: int = 0
    regions: tuple[Region, ...] = ()

    @property
    def rss(self) -> int:
        """All that was looked at."""
        return sum(self.bytes.values())


def classify(entries: list[Mapping]) -> Mappings:
    """Sort entries, in the order of addresses, by what they are for."""
    libraries = {
        e.path
        for e in entries
        if e.named and (b"x" in e.mode or _LIBRARY.search(e.path))
    }
    found: dict[Kind, int] = {}
    named: dict[str, int] = {}
    regions: list[Region] = []
    nothing = Mapping(0, 0, b"----", b"")
    entries = [*_arenas_whole(entries)]
    before = [nothing, *entries]
    after = [*entries[1:], nothing]
    for last, entry, following in zip(before, entries, after, strict=False):
        path, behind = entry.path, 0
        if path.startswith(_SHARED) and b"x" not in entry.mode:
            kinds: tuple[Kind, Kind] = ("shared", "changed")
        elif path in libraries:
            kinds = ("code", "data")
        elif entry.named:
            kinds = ("file", "changed")
        else:
            kinds = ("code", _unnamed(last, entry, following))
            path = last.path
            if path in libraries and last.end == entry.start:
                behind = min(entry.private, zeroed(os.fsdecode(path)))
        sizes = (entry.rss - entry.private, entry.private - behind)
        for kind, size in zip((*kinds, "data"), (*sizes, behind), strict=True):
            found[kind] = found.get(kind, 0) + size
        if path in libraries:
            own = behind if path != entry.path else entry.rss
            library = _installed(path)
            named[library] = named.get(library, 0) + own
        if kinds[1] in ("malloc", "pool"):
            regions.append(Region(entry.start, entry.end, kinds[1], sizes[1]))
    lazy = sum(e.lazy for e in entries)
    return Mappings(found, named, lazy, tuple(regions))


def _installed(path: bytes) -> str:
    """The package that brought a file; empty for the interpreter's own and the system's."""
    found = _PACKAGE.search(path)
    return os.fsdecode(found[1]) if found else ""


def _unnamed(last: Mapping, entry: Mapping, following: Mapping) -> Kind:
    """What memory without a file is for."""
    guard = last.mode.startswith(b"---") and last.end == entry.start
    if entry.path == b"[heap]" or _is_arena(entry, following):
        return "malloc"
    if entry.path.startswith((b"[stack", b"[v", b"[uprobes")):
        return "stack"
    if b"x" in entry.mode or entry.mode.startswith(b"r-"):
        return "made"
    if b"nr" in entry.flags:
        return "pool"
    if guard and last.end - last.start < _GUARD and entry.end - entry.start <= _STACK:
        return "stack"
    return "other"


def _arenas_whole(entries: list[Mapping]) -> Iterator[Mapping]:
    """The entries, with the parts of each of malloc's arenas as one.

    The system splits a heap where huge pages were asked for, as numpy does for
    each big array.
    """
    at = 0
    while at < len(entries):
        parts = entries[at : at + _parts(entries, at)]
        following = entries[at + len(parts) : at + len(parts) + 1]
        whole = _one(parts) if len(parts) > 1 else parts[0]
        if len(parts) > 1 and following and _is_arena(whole, following[0]):
            yield whole
        else:
            yield from parts
        at += len(parts)


def _parts(entries: list[Mapping], at: int) -> int:
    """How many entries from here on lie one behind the other in what may be one arena."""
    first = entries[at]
    count = 1
    if first.start % _ARENA or first.named or not first.mode.startswith(b"rw"):
        return count
    for last, entry in pairwise(entries[at:]):
        if entry.start != last.end or entry.mode != first.mode or entry.named:
            break
        if not entry.start % _ARENA:
            break
        count += 1
    return count


def _one(parts: list[Mapping]) -> Mapping:
    """Mappings that lie one behind the other, as one."""
    return replace(
        parts[0],
        end=parts[-1].end,
        rss=sum(p.rss for p in parts),
        private=sum(p.private for p in parts),
        lazy=sum(p.lazy for p in parts),
    )


def _is_arena(entry: Mapping, following: Mapping) -> bool:
    """Is this a heap of one of malloc's arenas, with what it has not opened yet, or several in a row?

    Other allocators reserve at such addresses too.  What is longer than one
    heap must begin as glibc's heaps do: arena, previous heap, its size, and how
    much of it may be written to.
    """
    tail = following.mode.startswith(b"---") and following.start == entry.end
    end = following.end if tail else entry.end
    if entry.start % _ARENA or end % _ARENA:
        return False
    if end - entry.start == _ARENA:
        return True
    try:
        # reading through the system: the memory may go while we look
        with Path("/proc/self/mem").open("rb", buffering=0) as memory:
            memory.seek(entry.start)
            arena, _, size, opened = struct.unpack("<4Q", memory.read(32))
    except (OSError, struct.error, OverflowError):
        return False
    return bool(arena) and 0 < size <= opened <= _ARENA and not opened % 4096


class MappingReader:
    """Keeps the last reading: an unchanged process is not read again, nor one that takes too long."""

    def __init__(self, path: str = SMAPS) -> None:
        self._path = path
        self._status: Status | None = None
        self._last: Mappings | None = None
        self._rate = _SECONDS_A_BYTE

    def looking(
        self, status: Status, seconds: float | None = None
    ) -> Generator[None, None, Mappings | None]:
        """Read in portions unless the last reading will do; yields between portions.

        Parameters
        ----------
        status
            Resident bytes now.
        seconds
            The most that a reading may take; ``None``: whatever it takes.

        Returns
        -------
        Mappings or None
            Without malloc, pools, files and shared memory, which come and go,
            when there was no time; ``None`` where there is no list.
        """
        if self._last is not None and _same(self._status, status):
            return self._last
        if seconds is not None and status.rss * self._rate > seconds:
            return self._last and _lasting(self._last)
        spent = 0.0
        steps = reading(self._path)
        while True:
            begun = time.perf_counter()
            try:
                next(steps)
            except StopIteration as end:
                entries = end.value
                break
            finally:
                spent += time.perf_counter() - begun
            yield
        yield
        self._last = None if entries is None else classify(entries)
        self._status, self._rate = status, spent / max(status.rss, 1)
        return self._last


def _same(before: Status | None, now: Status) -> bool:
    """Did no kind of memory move?"""
    if before is None:
        return False
    pairs = (
        (before.rss, now.rss),
        (before.anon, now.anon),
        (before.file, now.file),
        (before.shmem, now.shmem),
    )
    return all(abs((a or 0) - (b or 0)) < _SETTLED for a, b in pairs)


def _lasting(old: Mappings) -> Mappings:
    """What of a reading is still true later: what belongs to loaded libraries."""
    kept: tuple[Kind, ...] = ("code", "data", "made", "stack")
    return Mappings({k: old.bytes[k] for k in kept if k in old.bytes}, old.libraries)
