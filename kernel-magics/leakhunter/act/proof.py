"""What a clearing brought: memory measured from outside, and objects seen to be gone.

Memory is measured as private plus shared resident bytes, after asking the
allocators to give freed memory back, before as well as after: so the
difference is what clearing brought and not what lay around.
"""

from __future__ import annotations

import time
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leakhunter.act.pools import POOLS
from leakhunter.heap.graph import Graph
from leakhunter.heap.marks import Marks
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import Trial
from leakhunter.record.allocators import malloc, pymalloc

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.hunter import Hunter

_STAY = 0.1
"""Share of a promise that may stay with allocators, which have it back, and count as brought."""

_OF_POLARS = frozenset({"PyDataFrame", "PySeries"})
"""Classes of polars' that say they are built in."""

_WAITS, _WAIT = 20, 0.1
"""How often, and how many seconds each time, polars is waited for."""

_SETTLED = 0.99
"""Share of a promise from which on nothing more is waited for."""

Watched = Mapping[int, "tuple[weakref.ref[Any], int]"]
"""Weak references to big objects with their bytes, by node."""


def resident(hunter: Hunter, children: bool) -> int:
    """Private and shared resident bytes, the children's too where they are asked for.

    Mapped files come and go by themselves.
    """
    status = hunter.meter.status()
    own = status.rss if status.anon is None else status.anon + (status.shmem or 0)
    return own + (hunter.held_by_children() if children else 0)


def concerned(graph: Graph, union: Trial) -> set[str]:
    """Top modules of what goes: whose pools have to be asked."""
    modules = {graph.modules[node].partition(".")[0] for node in union.gone}
    native = any(graph.kinds[node] in _OF_POLARS for node in union.gone)
    return {*modules, "polars"} if native else modules


def in_heaps(modules: set[str], found: Sequence[Found]) -> bool:
    """Does all that goes lie in malloc's and CPython's heaps: in no pool, in no other process?"""
    pools = {name for names in POOLS.values() for name in names}
    return modules.isdisjoint({*pools, "polars"}) and not any(o.beyond for o in found)


def given_out() -> int:
    """Bytes that malloc and CPython have given out; what they keep free is not among them."""
    heaps, small = malloc(), pymalloc()
    large = heaps.used + heaps.mapped if heaps is not None else 0
    return large + (small.used if small is not None else 0)


def brought(drop: int, promised: int, given: int) -> int:
    """What clearing brought of a drop of resident memory.

    Pages that were free in part go back whole, so more may come back than was
    freed: of what is beyond the promise only what allocators had given out counts.
    Blocks in pages that others still use stay with the allocator: when it has
    them back, and they are a small part, they were brought too.

    Parameters
    ----------
    drop, promised
        By how much resident memory fell, and by how much it was said to.
    given
        By how much :func:`given_out` fell.
    """
    if drop > promised:
        return max(promised, min(drop, given))
    few = promised - drop <= _STAY * promised
    return max(drop, min(given, promised)) if few else drop


def settled(drop: Callable[[], int], promised: int, modules: set[str] | None) -> int:
    """By how much memory fell, polars' too: it returns what was freed by itself, within two seconds.

    Parameters
    ----------
    drop
        Reads by how much resident memory has fallen until now.
    promised
        What is waited for.
    modules
        Top modules of what went.
    """
    waits = _WAITS if modules is not None and "polars" in modules else 0
    fell = drop()
    while waits and fell < _SETTLED * promised:
        time.sleep(_WAIT)
        waits -= 1
        fell = drop()
    return fell


def watch(graph: Graph, slots: Iterable[Slot], result: Trial) -> Watched:
    """Weak references to the big objects that should go; what is only emptied stays."""
    cuts = [graph.cuts[slot] for slot in slots if slot in graph.cuts]
    going = Marks(graph.sizes)
    going.add(result.gone)
    going.discard(cut.source for cut in cuts if cut.source == cut.target)
    return {
        big.node: (big.ref, big.bytes)
        for big in graph.bigs
        if big.node in going and big.ref is not None
    }


def of(watched: Watched, result: Trial) -> Watched:
    """Those of one finding."""
    return {node: watched[node] for node in result.gone if node in watched}


def alive(watched: Watched) -> bool:
    """Does any of them still live?"""
    return any(ref() is not None for ref, _ in watched.values())


def share(total: int, drops: Sequence[int], predicted: Sequence[int]) -> list[int]:
    """Spread the measured total over the findings.

    Each gets the drop seen when it was cleared; what came back only at the end
    (cycles, memory held by the allocators) goes where it is missing.
    """
    seen = sum(drops)
    if seen >= total:
        return [drop * total // seen for drop in drops] if seen else list(drops)
    missing = [max(p - d, 0) for p, d in zip(predicted, drops, strict=True)]
    rest, lack = total - seen, sum(missing)
    if not lack:
        missing = [max(p, 1) for p in predicted]
        lack = sum(missing)
    return [d + rest * m // lack for d, m in zip(drops, missing, strict=True)]
