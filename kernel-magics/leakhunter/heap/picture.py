"""The whole picture of a session: its slots, the roots, what lies beyond them, and what can be cut."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from leakhunter.heap.boundary import Boundary
from leakhunter.heap.caches import cut_caches
from leakhunter.heap.capture import Capture
from leakhunter.heap.census import Census
from leakhunter.heap.closed import cut_closed
from leakhunter.heap.closures import name_functions
from leakhunter.heap.containers import cut_containers
from leakhunter.heap.documents import cut_documents
from leakhunter.heap.exceptions import cut_last_result, cut_tracebacks
from leakhunter.heap.futures import cut_futures
from leakhunter.heap.graph import Graph
from leakhunter.heap.logged import cut_logged
from leakhunter.heap.lookups import cut_lookups
from leakhunter.heap.orphans import Orphans
from leakhunter.heap.pins import cut_views
from leakhunter.heap.printed import cut_printed
from leakhunter.heap.resets import cut_resets
from leakhunter.heap.roots import root_slots
from leakhunter.heap.slots import (
    Slot,
    exception_slots,
    output_slots,
    stored_slots,
    user_names,
)
from leakhunter.heap.suspended import cut_suspended
from leakhunter.heap.tensors import cut_graphs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

BLOCKS_IDLE = 1_500_000
"""Blocks of CPython's allocator in use up to which a pass over all objects goes unnoticed: 0.3 s in slices."""

BLOCKS_ASKED = 15_000_000
"""The same when somebody waits: 3 s."""

CUTS = (
    cut_last_result,
    cut_tracebacks,
    cut_views,
    cut_logged,
    cut_printed,
    cut_closed,
    cut_documents,
    cut_suspended,
    name_functions,
    cut_caches,
    cut_lookups,
    cut_graphs,
    cut_resets,
    cut_containers,
    cut_futures,
)
"""What makes references inside objects into slots, right after the capture."""

_LIBRARIES: dict[Callable[..., None], str] = {
    cut_logged: "logging",
    cut_documents: "bokeh",
    cut_printed: "ipywidgets",
    cut_lookups: "pandas",
    cut_graphs: "torch",
    cut_futures: "dask",
}
"""Whose objects could not be looked into when that fails."""


def picturing(
    shell: InteractiveShell, objects: int, *, asked: bool = True
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
    """
    census = Census()
    if sys.getallocatedblocks() <= (BLOCKS_ASKED if asked else BLOCKS_IDLE):
        yield from census.run()
    boundary = Boundary(shell)
    capture = Capture(boundary, objects)
    orphans = Orphans(census, boundary, sliced=not asked) if census.tracked else None
    yield from capture.run(_slots(shell, capture.graph.blind), orphans)
    for cut in CUTS:
        _try(cut, shell, capture.graph)
    return capture.graph


def _try(
    cut: Callable[[InteractiveShell, Graph], None],
    shell: InteractiveShell,
    graph: Graph,
) -> None:
    try:
        cut(shell, graph)
    except Exception:  # noqa: BLE001 - another version of a library: see less, never fail
        graph.blind.add(_LIBRARIES.get(cut, "IPython"))


def _slots(shell: InteractiveShell, blind: set[str]) -> Iterator[tuple[Slot, Any]]:
    named = ((Slot("name", name), value) for name, value in user_names(shell))
    return chain(
        named,
        output_slots(shell),
        stored_slots(shell),
        exception_slots(shell),
        root_slots(shell, blind),
    )
