"""``container-holds``: a live object keeps data that the user deleted, or does not see in it.

Three ways.  The catalogue knows objects that keep what they were given: mocks,
boosters, finished progress bars, fitted results.  A value whose name the user
deleted lives on inside an object that no cell reads any more.  And an instance
of a class that was defined again keeps the old class with its data.

What the user put into a list or a dictionary is seen there, and data that
share memory are no container: neither is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.catalogue import Known, fits, of_kind
from leakhunter.detect.keepers import keepers
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap import futures
from leakhunter.heap.graph import BIG
from leakhunter.heap.resets import PLACE
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "container-holds"

_PLAIN = frozenset(
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

_USERS = "__main__"


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables whose objects keep what was deleted or is not seen in them."""
    told: set[Slot] = set()
    found = (*_known(case), *_wanted(case), *_old_classes(case), *_deleted(case))
    for candidate in found:
        if told.isdisjoint(candidate.slots):
            told.update(candidate.slots)
            yield candidate


def _known(case: Case) -> Iterator[Candidate]:
    """Variables with objects of the catalogue: the object lets go where it can, else the variable goes."""
    resets = held.cuts_by_name(case, PLACE)
    for keeper in keepers(case, KIND):
        for slot in keeper.slots:
            name = str(slot.key)
            key = (KIND, "known", keeper.record.library, name, held.made_in(case, name))
            slots = tuple(resets.get(name, (slot,)))
            yield Candidate(KIND, slots, key, name, safe=False)


def _wanted(case: Case) -> Iterator[Candidate]:
    """Variables with futures, for which the workers of a cluster keep results."""
    elsewhere = case.graph.elsewhere
    for name, slots in held.cuts_by_name(case, futures.PLACE).items():
        far = sum(elsewhere.get(slot, 0) for slot in slots)
        key = (KIND, "known", "distributed", name, held.made_in(case, name))
        yield Candidate(KIND, tuple(slots), key, name, safe=False, bytes=far or None)


def _deleted(case: Case) -> Iterator[Candidate]:
    """Variables that no cell reads any more, with something inside whose name was deleted."""
    graph, ways = case.graph, case.graph.ways
    gone = {n for n, what in case.facts.let_go.items() if what.deleted}
    gone &= ways.nodes
    for node, slots in ways.names.items() if gone else ():
        inside = gone.intersection(ways.alone(node)) - {node}
        if not inside or not _is_opaque(case, node):
            continue
        if sum(graph.sizes[n] for n in graph.reach(inside)) < BIG:
            continue
        for slot in slots:
            name = str(slot.key)
            if name in case.uses and is_leftover(case.uses[name]):
                key = (KIND, "deleted", name, held.made_in(case, name))
                yield Candidate(KIND, (slot,), key, name, safe=False)


def _is_opaque(case: Case, node: int) -> bool:
    """Is this an object that the user does not look into: neither a plain container nor data itself?"""
    top = case.graph.modules[node].partition(".")[0]
    if top in _PLAIN:
        return False
    return top not in _DATA or case.graph.kinds[node] in _HOLDERS


_HOLDERS = frozenset({"TensorDataset", "DataLoader", "Subset", "ConcatDataset"})
"""Classes of data libraries that hold data of others."""


def _old_classes(case: Case) -> Iterator[Candidate]:
    """Variables that alone keep a class of the user's that has been defined again, with data in it."""
    graph, ways = case.graph, case.graph.ways
    known = {
        str(s.key): n
        for s, n in graph.slots.items()
        if s.place == "name" and _is_class(case, n)
    }
    old = {
        n
        for n in ways.nodes
        if _is_class(case, n) and known.get(graph.shapes.get(n, ""), n) != n
    }
    for node, slots in ways.names.items() if old else ():
        kept = ways.through(node, old)
        if ways.weight(kept) < BIG or node in old:
            continue
        for slot in slots:
            name = str(slot.key)
            key = (KIND, "old", name, held.made_in(case, name))
            yield Candidate(KIND, (slot,), key, name, safe=False)


def _is_class(case: Case, node: int) -> bool:
    """Is this a class that can be looked into: one of the user's?"""
    graph = case.graph
    return node in graph.shapes and graph.kinds[node] in _METACLASSES


_METACLASSES = frozenset({"type", "ABCMeta"})


def tell(case: Case, group: Grouped) -> Told:
    """Words for objects that keep what nobody sees in them."""
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    first = mine[0]
    sort = str(first.key[1])
    record = _record(case, first) if sort == "known" else None
    kind = _kind_of(case, first)
    if record is not None:
        keeps, fix = record.keeps, _fix(case, first, record)
    elif sort == "old":
        keeps = "an old class with its data"
        fix = f"{names[0]} = {kind}(...)   # made again from the class as it is now"
    else:
        keeps, fix = "what was deleted", f"del {names[0]}"
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part=held.part_of(case, names),
        title=", ".join(names),
        names=names,
        path=_path(case, mine, names),
        reason=_reason(case, group, sort, keeps) + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(role="link", label=kind, note=f"keeps {keeps}", stuck=True),
            held.biggest(case, group.freed.freed),
            group.freed.bytes,
        ),
        facts=[
            *held.let_go_facts(case, group.freed.freed),
            *([record.reason] if record is not None else []),
            *held.facts_of(case, names),
            *([f"See {record.link}"] if record is not None else []),
        ][:4],
        breaks=_breaks(case, mine, names),
        fix=fix,
    )


def _record(case: Case, member: Candidate) -> Known:
    records = of_kind(KIND, case.facts.versions)
    return next(r for r in records if r.library == member.key[2])


def _kind_of(case: Case, member: Candidate) -> str:
    """Class of the object that keeps it: what a variable holds, or what lies in its container."""
    graph = case.graph
    node = graph.slots.get(Slot("name", member.title), 0)
    if member.key[1] == "known" and graph.modules[node] in _PLAIN:
        record = _record(case, member)
        inside = (
            n
            for n in graph.ways.alone(node)
            if fits(record, graph.modules[n], graph.kinds[n])
        )
        node = next(inside, node)
    return graph.kinds[node]


def _fix(case: Case, member: Candidate, record: Known) -> str:
    """The catalogue's code, for each object where a container holds several."""
    name = member.title
    kind = case.graph.kinds[case.graph.slots.get(Slot("name", name), 0)]
    code = record.fix.format(name=name)
    if kind not in ("list", "tuple", "dict", "set") or code.startswith("del "):
        return code
    items = f"{name}.values()" if kind == "dict" else name
    return f"for one in {items}:\n    {record.fix.format(name='one')}"


def _path(case: Case, mine: Sequence[Candidate], names: Sequence[str]) -> list[str]:
    ways = [
        case.facts.written[n]
        for m in mine
        for n in case.graph.reach(case.graph.starts(m.slots))
        if n in case.facts.written
    ]
    return list(dict.fromkeys([*names, *ways]))[:8]


def _reason(case: Case, group: Grouped, sort: str, keeps: str) -> str:
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    kind = _kind_of(case, mine[0])
    size = size_text(group.freed.bytes)
    who = held.quoted(names)
    verb = "keeps" if len(names) == 1 else "keep"
    if sort == "old":
        return f"{who} is of an old class `{kind}`, defined again since, and keeps its data, {size}."
    gone = [
        case.facts.let_go[n]
        for n in sorted(group.freed.freed, key=lambda n: -case.graph.sizes[n])
        if n in case.facts.let_go
    ]
    if gone and gone[0].deleted:
        deleted = held.quoted(list(dict.fromkeys(what.name for what in gone)))
        return f"{who} ({kind}) still {verb.removesuffix('s')}s {deleted}, deleted before, {size}."
    return f"{who} {verb} {keeps}, {size}."


def _breaks(case: Case, mine: Sequence[Candidate], names: Sequence[str]) -> list[str]:
    places = {s.place for m in mine for s in m.slots}
    if futures.PLACE in places:
        return [
            "The results are gone from the cluster; they have to be computed again."
        ]
    if places == {PLACE}:
        return []
    return held.breaks_of(case, names)


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    resets = [m for m in members if m.slots[0].place == PLACE]
    wanted = [s for m in members for s in m.slots if s.place == futures.PLACE]
    names = [f"`{m.title}`" for m in members if m.slots[0].place == "name"]
    does, did = [], []
    if wanted:
        count = plural(len(wanted), "future", "futures")
        does.append(f"Release {count}; the workers forget the results.")
        did.append(f"{count} released")
    if resets:
        count = plural(len(resets), "object", "objects")
        does.append(f"Let {count} drop what it keeps; the variable stays.")
        did.append(f"{count} emptied")
    if names:
        does.append(f"Delete {', '.join(names)}.")
        did.append(f"{', '.join(names)} deleted")
    return Deed(" ".join(does), "; ".join(did))
