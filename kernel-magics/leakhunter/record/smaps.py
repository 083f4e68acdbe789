"""The list of a process's mappings with what of each is resident: ``/proc/self/smaps``, read in portions."""

from __future__ import annotations

import os
import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field

SMAPS = "/proc/self/smaps"

_PORTION = 65_536
"""Most bytes read at once; Linux gives a page of text, some five mappings."""

_LINE = re.compile(
    rb"^([0-9a-f]+)-([0-9a-f]+) (....) \S+ \S+ \d+ *(.*)$"
    rb"|^(Rss|Anonymous|LazyFree): +(\d+) kB$"
    rb"|^VmFlags: (.*)$",
    re.MULTILINE,
)


@dataclass
class Mapping:
    """One entry of the list."""

    start: int
    end: int
    mode: bytes
    path: bytes
    rss: int = 0
    private: int = 0
    lazy: int = 0
    flags: frozenset[bytes] = field(default_factory=frozenset)

    @property
    def named(self) -> bool:
        """Does it belong to a file?"""
        return self.path.startswith(b"/")


def parse(text: bytes) -> Iterator[Mapping]:
    """Entries of (a whole number of entries of) the list."""
    entry = Mapping(0, 0, b"", b"")
    for start, end, mode, path, key, number, flags in _LINE.findall(text):
        if start:
            if entry.end:
                yield entry
            entry = Mapping(int(start, 16), int(end, 16), mode, path)
        elif key == b"Rss":
            entry.rss = int(number) << 10
        elif key == b"Anonymous":
            entry.private = int(number) << 10
        elif key == b"LazyFree":
            entry.lazy = int(number) << 10
        else:
            entry.flags = frozenset(flags.split())
    if entry.end:
        yield entry


def reading(path: str = SMAPS) -> Generator[None, None, list[Mapping] | None]:
    """Read the list in portions; yields between them, returns ``None`` where there is no list."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return None
    entries: list[Mapping] = []
    rest = b""
    try:
        while portion := os.read(fd, _PORTION):
            rest += portion
            # the last entry may go on in the next portion
            whole = rest.rfind(b"VmFlags:")
            end = rest.find(b"\n", whole) + 1 if whole >= 0 else 0
            entries += parse(rest[:end])
            rest = rest[end:]
            yield
        entries += parse(rest)
    except OSError:
        return None
    finally:
        os.close(fd)
    return entries or None
