"""What was freed again while a trace was on, and how much there was at once: told by the native core.

tracemalloc forgets a block as it is freed.  The core stands before the
allocators of Python's objects and memory and before numpy's, while a trace is
on, and notes the calls of every block of 64 KiB and more, and of one small
block in some 4 KiB of them: what small ones come to is about, within some 2 %
for 16 MB of them.  What native code allocates by itself it does not see.
Beside tracemalloc it costs little: 2 to 5 µs for each block that it notes.

A block that grows counts as allocated once, with its last size, where it grew
last; so does tracemalloc.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from leakhunter.format import size_text
from leakhunter.heap import core
from leakhunter.record.births import array_api
from leakhunter.trace.stacks import Frames

_NATIVE = core.NATIVE if hasattr(core.NATIVE, "allocations_begin") else None

_BINDS = not hasattr(sys, "monitoring")
"""Before Python 3.12 a trace function, which follows lines, has methods bound for each call."""

_Group = TypeVar("_Group", bound=Hashable)

_MOST = 64
"""Calls that the core keeps at most."""

_MUCH, _PART = 1 << 20, 0.02
"""Bound methods are told from so many bytes on, and from such a part of all."""

_ABSENT = "What was freed again is told by lines of cells only: more needs the native core, on Linux."
_FAILED = "What was freed again is told by lines of cells only: Python's allocators could not be followed."
_NO_NUMPY = "Arrays of numpy that were freed again are not counted: {}."
_LATE = "Arrays of numpy that were freed again count from the cell after its import on."
_BOUND = "{} of what was freed again are bound methods: this Python makes one for each call of a method while lines are followed."
_PEAKS = (
    "So much came and went that peaks are not told to the end: they are at least these."
)


class Freed(NamedTuple):
    """What some calls allocated and lost again, in bytes; ``cut`` tells that outer calls are missing."""

    bytes: int
    cut: bool


class Allocations:
    """Follows allocations from a start to a stop, as far as that can be done here.

    Attributes
    ----------
    notes
        What was not followed, in sentences.
    """

    def __init__(self) -> None:
        self._on = self._numpy = self._late = False
        self.notes: list[str] = []

    @property
    def followed(self) -> bool:
        """Is there anything to be told?"""
        return self._on

    def start(self, depth: int) -> None:
        """Begin; where it cannot be, :attr:`notes` says so.

        Parameters
        ----------
        depth
            Calls kept with each block, the innermost first.
        """
        if _NATIVE is None:
            self.notes.append(_ABSENT)
            return
        try:
            _NATIVE.allocations_begin(min(depth, _MOST))
        except RuntimeError:
            self.notes.append(_FAILED)
            return
        self._on = True
        self.ready()
        self._late = not self._numpy

    def ready(self) -> None:
        """Follow numpy too, where it has been imported since."""
        api = None if self._numpy or not self._on else array_api()
        if api is None or _NATIVE is None:
            return
        self._numpy = True
        try:
            _NATIVE.allocations_numpy(api)
        except (RuntimeError, ValueError) as error:
            self.notes.append(_NO_NUMPY.format(error))
        else:
            if self._late:
                self.notes.append(_LATE)

    def stop(self) -> None:
        """End it, and leave the allocators as they were; what is known stays until :meth:`close`."""
        if self._on and _NATIVE is not None:
            _NATIVE.allocations_end()

    def close(self) -> None:
        """End it and forget."""
        if self._on and _NATIVE is not None:
            _NATIVE.allocations_drop()
        self._on = False

    @property
    def room(self) -> int:
        """Bytes that following takes."""
        return int(_NATIVE.allocations_about()[4]) if self._on and _NATIVE else 0

    def told(self, *, lines: bool) -> Told:
        """What is known until now.

        Parameters
        ----------
        lines
            Whether lines of code are followed meanwhile.
        """
        if not self._on or _NATIVE is None:
            return Told([], {}, [*self.notes])
        rows = _NATIVE.allocations_take()
        freed: dict[Frames, Freed] = {}
        for frames, cut, _, gone in rows:
            before = freed.get(frames, Freed(0, cut=False))
            freed[frames] = Freed(before.bytes + gone, cut or before.cut)
        notes = [*self.notes]
        _, _, complete, _, _, bound = _NATIVE.allocations_about()
        whole = sum(one.bytes for one in freed.values())
        if lines and _BINDS and bound > max(_MUCH, whole * _PART):
            notes.append(_BOUND.format(size_text(bound)))
        if not complete:
            notes.append(_PEAKS)
        return Told([row[0] for row in rows], freed, notes)


class Told:
    """What is known of some allocations.

    Attributes
    ----------
    freed
        By the calls that allocated it, the innermost first.
    notes
        What was not followed, and what is about.
    """

    def __init__(
        self, calls: list[Frames], freed: dict[Frames, Freed], notes: list[str]
    ) -> None:
        self._calls = calls
        self.freed = freed
        self.notes = notes

    def peaks(self, groups: Mapping[Frames, Iterable[_Group]]) -> dict[_Group, int]:
        """The most that each group held at once; the core must not have begun anew since.

        Parameters
        ----------
        groups
            Those that the memory of some calls counts for.
        """
        if _NATIVE is None or not self._calls:
            return {}
        numbers: dict[_Group, int] = {}
        begins, flat = array("i", [0]), array("i")
        for frames in self._calls:
            for group in groups.get(frames, ()):
                flat.append(numbers.setdefault(group, len(numbers)))
            begins.append(len(flat))
        found = _NATIVE.allocations_peaks(begins, flat, len(numbers))
        return dict(zip(numbers, found, strict=True))
