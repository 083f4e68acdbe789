"""Variables whose objects keep what was deleted, or what nobody sees in them: the ways in which they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case
from leakhunter.detect.catalogue import Known, fits, of_kind
from leakhunter.detect.keepers import keepers
from leakhunter.detect.leftover import is_leftover
from leakhunter.heap.cuts import containers, futures, resets
from leakhunter.heap.cuts.containers import CLASSES
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import Slot
from leakhunter.model import Kind

KIND: Kind = "container-holds"

PLAIN = frozenset(
    {"builtins", "collections", "array", "types", "functools", "itertools", "asyncio", "concurrent"}
)  # fmt: skip
"""Modules of containers that the user fills, and of functions and calls: they have kinds of their own."""

_DATA = frozenset(
    {
        "numpy", "pandas", "pyarrow", "polars", "torch", "scipy", "xarray", "geopandas",
        "cudf", "cupy", "dask", "tensorflow", "jax", "jaxlib", "PIL", "h5py",
    }
)  # fmt: skip
"""Libraries whose objects are data: one that shares memory with another is no container of it."""


def known(case: Case) -> Iterator[Candidate]:
    """Variables with objects of the catalogue: the object lets go where it can, else the variable goes.

    One that can let go counts also when others hold what it keeps: they may
    free it together.
    """
    own = held.cuts_by_name(case, resets.PLACE)
    for keeper in keepers(case, KIND):
        for slot in keeper.slots:
            name = str(slot.key)
            slots = own.pop(name, [slot])
            yield _of_record(case, keeper.record, name, slots)
    records = of_kind(KIND, case.facts.versions)
    for name, slots in own.items():
        node = case.graph.cuts[slots[0]].path[-1]
        module, kind = case.graph.modules[node], case.graph.kinds[node]
        for record in records:
            if fits(record, module, kind):
                yield _of_record(case, record, name, slots)


def _of_record(
    case: Case, record: Known, name: str, slots: Sequence[Slot]
) -> Candidate:
    key = (KIND, "known", record.key, name, held.made_in(case, name))
    return Candidate(KIND, tuple(slots), key, name, safe=False)


def wanted(case: Case) -> Iterator[Candidate]:
    """Variables with futures, for which the workers of a cluster keep results."""
    elsewhere = case.graph.elsewhere
    for name, slots in held.cuts_by_name(case, futures.PLACE).items():
        far = sum(elsewhere.get(slot, 0) for slot in slots)
        key = (KIND, "known", "distributed.Future", name, held.made_in(case, name))
        yield Candidate(KIND, tuple(slots), key, name, safe=False, bytes=far or None)


def deleted(case: Case) -> Iterator[Candidate]:
    """Variables that no cell reads any more, or in which nobody sees it, with something inside whose name was deleted."""
    graph, ways = case.graph, case.graph.ways
    gone = {n for n, what in case.facts.let_go.items() if what.deleted}
    gone &= ways.nodes
    functions = ways.kinds({"function"}) if gone else set()
    for node, slots in ways.names.items() if gone else ():
        inside = gone.intersection(ways.alone(node)) - {node}
        frames = {n for n in inside if graph.kinds[n] in _FRAMES}
        hidden = bool(frames) and _is_data(case, node)
        # nor is seen what a function inside has in its closure or its defaults
        hidden |= _is_opaque(case, node) and not inside.isdisjoint(
            ways.through(node, functions)
        )
        if not inside or not (hidden or _is_opaque(case, node)):
            continue
        if sum(graph.sizes[n] for n in graph.reach(inside)) < BIG:
            continue
        for slot in slots:
            name = str(slot.key)
            if hidden or (name in case.uses and is_leftover(case.uses[name])):
                key = (KIND, "deleted", name, held.made_in(case, name))
                yield Candidate(KIND, (slot,), key, name, safe=False)


def _is_opaque(case: Case, node: int) -> bool:
    """Is this an object that the user does not look into: neither a plain container nor data itself?"""
    top = case.graph.modules[node].partition(".")[0]
    if top in PLAIN:
        return False
    return not _is_data(case, node)


def _is_data(case: Case, node: int) -> bool:
    top = case.graph.modules[node].partition(".")[0]
    return top in _DATA and case.graph.kinds[node] not in _HOLDERS


_FRAMES = frozenset({"DataFrame", "Series"})
"""Classes whose objects never hold each other to share memory: one inside another was put there (`attrs`)."""

_HOLDERS = frozenset({"TensorDataset", "DataLoader", "Subset", "ConcatDataset"})
"""Classes of data libraries that hold data of others."""


def old_classes(case: Case) -> Iterator[Candidate]:
    """Variables that alone keep a class of the user's that has been defined again, with data in it."""
    graph, ways = case.graph, case.graph.ways
    now = {
        str(s.key): n
        for s, n in graph.slots.items()
        if s.place == "name" and _is_class(case, n)
    }
    old = {
        n
        for n in ways.kinds(CLASSES)
        if _is_class(case, n) and now.get(graph.shapes.get(n, ""), n) != n
    }
    for node, slots in ways.names.items() if old else ():
        kept = ways.through(node, old)
        if ways.weight(kept) < BIG or node in old:
            continue
        for slot in slots:
            name = str(slot.key)
            key = (KIND, "old", name, held.made_in(case, name))
            yield Candidate(KIND, (slot,), key, name, safe=False)


def of_classes(case: Case) -> Iterator[Candidate]:
    """Containers of a class's that no cell uses any more: they can be emptied and the class stays."""
    for slot, _ in _in_classes(case):
        name = str(case.graph.cuts[slot].root.key)
        if name in case.uses and is_leftover(case.uses[name]):
            key = (KIND, "class", slot.key, held.made_in(case, name))
            yield Candidate(KIND, (slot,), key, slot.label, safe=False)


def _in_classes(case: Case) -> Iterator[tuple[Slot, int]]:
    """Containers that are attributes of classes of the user's, with the class."""
    for slot, cut in case.graph.cuts.items():
        if slot.place == containers.PLACE and len(cut.path) >= _IN_A_CLASS:
            owner = cut.path[-_IN_A_CLASS]
            if _is_class(case, owner):
                yield slot, owner


def instances(case: Case) -> Iterator[Candidate]:
    """Containers of a class's that hold its own instances."""
    graph = case.graph
    for slot, owner in _in_classes(case):
        cut = graph.cuts[slot]
        inside = [n for n in graph.edges[cut.source] if n in graph.ways.nodes]
        if any(owner in _classes_of(case, n) for n in inside):
            key = (KIND, "instances", slot.key)
            yield Candidate(KIND, (slot,), key, slot.label, safe=False)


_IN_A_CLASS = 3
"""Steps of a way that ends in a class's attribute: the class, its dictionary, the attribute."""


def _classes_of(case: Case, node: int) -> set[int]:
    """The class of an object of the user's, with its bases."""
    graph = case.graph
    own = {n for n in graph.edges[node] if _is_class(case, n)}
    bases = {b for c in own for t in graph.edges[c] for b in (t, *graph.edges[t])}
    return own | {b for b in bases if _is_class(case, b)}


def _is_class(case: Case, node: int) -> bool:
    """Is this a class that can be looked into: one of the user's?"""
    graph = case.graph
    return node in graph.shapes and graph.kinds[node] in CLASSES
