"""The whole picture of a session: its slots, the roots, what lies beyond them, and what can be cut."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from leakhunter.heap import core
from leakhunter.heap.cuts import CUTS, Cut
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import rooting
from leakhunter.heap.slots import (
    Slot,
    exception_slots,
    output_slots,
    stored_slots,
    user_names,
)
from leakhunter.heap.walk.boundary import Boundary
from leakhunter.heap.walk.capture import Capture, Reach
from leakhunter.heap.walk.census import Census
from leakhunter.heap.walk.orphans import Orphans

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

OBJECTS_ASKED = 4_000_000 if core.NATIVE else 600_000
"""Objects looked at when somebody asked: about 2 s, and 200 bytes each where they are no atoms."""

OBJECTS_IDLE = 80_000
"""Objects looked at by itself after a cell: about 300 ms, in slices."""

BLOCKS_IDLE = 1_500_000
"""Blocks of CPython's allocator in use up to which a pass over all objects goes unnoticed: 0.3 s in slices."""

BLOCKS_ASKED = 15_000_000
"""The same when somebody waits: 3 s."""


def picturing(
    shell: InteractiveShell,
    objects: int,
    *,
    asked: bool = True,
    reach: Reach | None = None,
) -> Generator[None, None, Graph]:
    """Take the picture, in slices; the generator may be dropped between two of them.

    Parameters
    ----------
    shell
        Whose session.
    objects
        Objects to look at before giving up.
    asked
        Did somebody ask?  Otherwise no step may take longer than a slice, and
        what lies beyond the roots is looked for only in a small process.
    reach
        Told after each slice how far it is.
    """
    census = Census()
    if sys.getallocatedblocks() <= (BLOCKS_ASKED if asked else BLOCKS_IDLE):
        yield from census.run()
    boundary = Boundary(shell)
    capture = Capture(boundary, objects, reach)
    orphans = Orphans(census, boundary, sliced=not asked) if census.tracked else None
    yield
    yield from capture.run(_slots(shell, capture.graph.blind), orphans)
    yield
    for cut, library in CUTS.items():
        _try(cut, library, shell, capture.graph)
        yield
    return capture.graph


def _try(cut: Cut, library: str, shell: InteractiveShell, graph: Graph) -> None:
    try:
        cut(shell, graph)
    except Exception:  # noqa: BLE001 - another version of a library: see less, never fail
        graph.blind.add(library)


def _slots(
    shell: InteractiveShell, blind: set[str]
) -> Iterator[tuple[Slot, Any] | None]:
    named = ((Slot("name", name), value) for name, value in user_names(shell))
    return chain(
        named,
        output_slots(shell),
        stored_slots(shell),
        exception_slots(shell),
        rooting(shell, blind),
    )
