"""What the sheet needs beside the picture, measured in slices and no more often than needed.

Mappings and buffers are read when the process has moved, the interior is walked
when modules were imported.  When nobody asked, what takes long is left out, and
the parts that come from it are told as not checked.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator, Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from leakhunter.balance import Balance, Facts, balance
from leakhunter.heap.graph import Graph
from leakhunter.heap.partition import Piece
from leakhunter.heap.peek.resident import absent, placed
from leakhunter.heap.slots import containers
from leakhunter.heap.walk.picture import BLOCKS_ASKED, BLOCKS_IDLE
from leakhunter.heap.whole.interior import Interior, held_by, walking
from leakhunter.record.allocators import Allocators, read_allocators
from leakhunter.record.mappings import MappingReader, Mappings
from leakhunter.record.meter import Meter, Status

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

FEW = 20
"""New modules that are not worth a walk: their objects are some 100 kB."""

PILED = 16_000_000
"""Bytes by which the process must have changed before garbage that piles up is counted again."""

SECONDS_IDLE = 0.05
"""What reading the mappings may take when nobody asked."""


@dataclass
class _Inside:
    """The last walk over the modules: how many there were, private bytes and collections then."""

    modules: int
    private: int | None
    collections: int
    found: Interior


_inside: _Inside | None = None
"""One a process, as the modules are; it holds numbers only."""


class Before(NamedTuple):
    """The process before a check, whose own memory must not count."""

    status: Status
    mappings: Mappings | None
    allocators: Allocators


@dataclass(frozen=True)
class Measured:
    """What was measured."""

    facts: Facts

    def balance(self, pieces: Iterable[Piece]) -> Balance:
        """The sheet's pieces, with the picture shared out like this."""
        return balance(replace(self.facts, pieces=list(pieces)))


class Measures:
    """Measures for one hunter.

    Parameters
    ----------
    shell
        Whose session it is.
    meter
        Reads the process's memory.
    """

    def __init__(self, shell: InteractiveShell, meter: Meter) -> None:
        self._shell = shell
        self._meter = meter
        self._mappings = MappingReader()

    def reading(self, *, asked: bool) -> Generator[None, None, Before]:
        """What the system and the allocators say before we take memory of our own."""
        status = self._meter.status()
        seconds = None if asked else SECONDS_IDLE
        mappings = yield from self._mappings.looking(status, seconds)
        yield
        allocators = read_allocators()
        yield
        return Before(status, mappings, allocators)

    def measuring(
        self, graph: Graph, before: Before, *, asked: bool, anew: bool = False
    ) -> Generator[None, None, Measured]:
        """Measure; yields between slices and may be dropped.

        From here on the sizes of the picture are resident bytes: what was
        allocated and never written to gives nothing back.  ``anew``: what is
        garbage piles up, as nothing collects it, and is counted again when the process has changed.
        """
        session = map(id, containers(self._shell))
        known = chain(session, held_by(graph))
        piled = PILED if anew else None
        private = before.status.anon or before.status.rss
        interior = yield from _interior(known, private, asked=asked, piled=piled)
        missing = yield from absent(graph.places)
        regions = before.mappings.regions if before.mappings is not None else ()
        where = placed(regions, graph.places, missing)
        facts = Facts(
            status=before.status,
            pieces=(),
            mappings=before.mappings,
            allocators=before.allocators,
            interior=interior,
            pooled=where.pooled,
            untouched=where.untouched,
        )
        graph.leave_out(missing)
        return Measured(facts)


def _interior(
    known: Iterable[int],
    private: int,
    *,
    asked: bool,
    piled: int | None,
) -> Generator[None, None, Interior | None]:
    """The last walk over the modules, or a new one when there are new modules."""
    global _inside  # noqa: PLW0603 - one a process
    modules = len(sys.modules)
    collections = sum(generation["collections"] for generation in gc.get_stats())
    last = _inside
    if last is not None:
        if last.private is None or private < last.private:
            # what checks themselves take is given back sooner or later
            last.private = private
        moved = piled is not None and (
            private - last.private >= piled or last.collections != collections
        )
        if not asked or (modules - last.modules < FEW and not moved):
            return last.found if piled is not None else _without_garbage(last.found)
    found = yield from walking(known, BLOCKS_ASKED if asked else BLOCKS_IDLE)
    missing = yield from absent(found.places)
    found.leave_out(missing)
    _inside = _Inside(modules, None, collections, found)
    return found


def _without_garbage(found: Interior) -> Interior:
    """Garbage comes and goes where it is collected: the picture tells of it, an old walk does not."""
    strays = found.strays
    lasting = None if strays is None else strays._replace(garbage=0)
    return replace(found, strays=lasting)
