"""``cache``: results that a function remembers, and what libraries keep of what they read.

A cache with a limit that is full grows no more: it is told as explained.  A
cache on a method keeps every instance that was ever asked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import computed, held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.catalogue import Known, of_kind
from leakhunter.detect.keepers import keepers
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.reruns import breaks_of
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.caches import PLACE, TOOLS
from leakhunter.heap.graph import BIG, Cached
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "cache"

_LIBRARY = 10 * BIG
"""Bytes from which on a cache of a library's own function is worth telling."""

_ROOTS = {"name": "Notebook variables", "module": "Your modules"}

_IN_USE = frozenset({"spacy"})
"""Libraries whose objects are more than their cache: deleting them is no way to empty it."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Caches of functions, and variables whose objects have cached what they read."""
    graph = case.graph
    slots: dict[int, list[Slot]] = {}
    for slot, cut in graph.cuts.items():
        if slot.place == PLACE:
            slots.setdefault(cut.path[-1], []).append(slot)
    for node, mine in slots.items():
        cached = graph.caches[node]
        if graph.cuts[mine[0]].root.place == "library" and not _grows(case, node):
            continue
        title = cached.way or cached.name
        yield Candidate(KIND, tuple(mine), (KIND, title), title, safe=False)
    for name, found in computed.over(case).items():
        yield Candidate(KIND, tuple(found), (KIND, "computed", name), name, safe=False)
    for keeper in keepers(case, KIND):
        for slot in keeper.slots:
            name = str(slot.key)
            key = (KIND, keeper.record.key, name, held.made_in(case, name))
            yield Candidate(KIND, (slot,), key, name, safe=False)


def _grows(case: Case, node: int) -> bool:
    """Is this cache of a library's without a limit, and big?"""
    graph = case.graph
    if graph.caches[node].limit is not None:
        return False
    return sum(graph.sizes[n] for n in graph.reach([node])) >= _LIBRARY


def tell(case: Case, group: Grouped) -> Told:
    """Words for caches."""
    slots = [s for m in group.members if m.kind == KIND for s in m.slots]
    if any(s.place == computed.PLACE for s in slots):
        return computed.tell(case, group)
    nodes = [case.graph.cuts[s].path[-1] for s in slots if s in case.graph.cuts]
    if not nodes:
        return _tell_library(case, group)
    caches = [case.graph.caches[n] for n in dict.fromkeys(nodes)]
    first = caches[0]
    names = [c.way or c.name for c in caches]
    owners = _owners(case, group, first)
    full = all(c.limit is not None and c.entries >= c.limit for c in caches)
    let_go = held.let_go_facts(case, group.freed.gone)
    explained = full and not owners and not let_go
    root = case.graph.cuts[slots[0]].root
    entries = plural(sum(c.entries for c in caches), "result", "results")
    return Told(
        verdict="not-a-leak" if explained else "suspect",
        label="Held",
        group="not-a-leak" if explained else "check",
        part="variables" if root.place == "name" else "hidden",
        title=", ".join(names),
        names=names,
        path=list(dict.fromkeys([*names, *(c.name for c in caches)])),
        reason=_reason(caches, owners, size_text(group.freed.bytes), full=full)
        + held.too(group, KIND),
        chain=[
            Holder(role="root", label=_ROOTS.get(root.place, "Libraries"), note=""),
            Holder(role="link", label=held.quoted(names), note="a function"),
            Holder(role="link", label="its cache", note=entries, stuck=True),
            _object(case, group),
        ],
        facts=[
            *let_go,
            _limit(first),
            *held.facts_of(case, [str(root.key)]),
        ][:4],
        breaks=[f"The next call of `{names[0]}` computes its result again."],
        fix=_fix(case, nodes[0]),
    )


def _owners(case: Case, group: Grouped, cached: Cached) -> list[str]:
    """Classes of the user's whose instances only the cache of their method keeps."""
    graph = case.graph
    owner = cached.name.rpartition(".")[0].rpartition(".")[2]
    kinds = {
        graph.kinds[n] for n in group.freed.freed if graph.modules[n] != "builtins"
    }
    return [owner] if owner and owner in kinds else []


def _reason(
    caches: Sequence[Cached], owners: list[str], size: str, *, full: bool
) -> str:
    first = caches[0]
    name = f"`{first.name}`"
    count = sum(c.entries for c in caches)
    if len(caches) > 1:
        return f"The caches of {len(caches)} functions hold {count:,} results, {size}."
    if owners:
        return f"The cache of {name} keeps instances of `{owners[0]}` that no variable names, {size}."
    if full:
        return f"The cache of {name} is full at {count:,} results, {size}; it grows no more."
    if first.limit is None:
        return f"{name} remembers {'its only result' if count == 1 else f'all {count:,} results'}, {size}; its cache has no limit."
    return f"The cache of {name} holds {count:,} of at most {first.limit:,} results, {size}."


def _limit(cached: Cached) -> str:
    if cached.limit is None:
        return "A cache without a limit (`maxsize=None`) keeps every result for good."
    return f"It keeps at most {plural(cached.limit, 'result', 'results')}."


def _root(root: Slot) -> str:
    return "Notebook variables" if root.place == "name" else root.label


def _fix(case: Case, node: int) -> str:
    cached = case.graph.caches[node]
    if case.graph.modules[node] != TOOLS:
        return f"{cached.way or cached.name}.cache_clear()"
    return f"{cached.way or f'{cached.name}.cache'}.clear()"


def _object(case: Case, group: Grouped) -> Holder:
    kind, shape = held.biggest(case, group.freed.gone)
    return Holder(role="object", label=kind, note=shape, bytes=group.freed.bytes)


def _tell_library(case: Case, group: Grouped) -> Told:
    """Words for variables whose objects have cached what they read."""
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    record = _record(case, mine[0])
    unread = all(n in case.uses and is_leftover(case.uses[n]) for n in names)
    size = size_text(group.freed.bytes)
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part=held.part_of(case, names),
        title=", ".join(names),
        names=names,
        path=[*names, *([record.inside] if record.inside else [])],
        reason=f"{held.quoted(names)} keeps {record.keeps} in memory, {size}."
        + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(role="link", label=record.keeps, note="cached", stuck=True),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=[record.reason, *held.facts_of(case, names), f"See {record.link}"][:4],
        breaks=breaks_of(case, names),
        fix=record.fix.format(name=names[0]),
        exact_remedy=unread or record.library not in _IN_USE,
    )


def _record(case: Case, member: Candidate) -> Known:
    """What the catalogue says of a candidate."""
    records = of_kind(KIND, case.facts.versions)
    return next(r for r in records if r.key == member.key[1])


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    caches = [m for m in members if m.slots[0].place == PLACE]
    values = [s for m in members for s in m.slots if s.place == computed.PLACE]
    names = [f"`{m.title}`" for m in members if m.slots[0].place == "name"]
    does, did = [], []
    if caches:
        count = plural(len(caches), "cache", "caches")
        does.append(f"Empty {count}; the functions stay.")
        did.append(f"{count} emptied")
    if values:
        count = plural(len(values), "computed value", "computed values")
        does.append(f"Take out {count}; the objects stay.")
        did.append(f"{count} taken out")
    if names:
        does.append(f"Delete {', '.join(names)}.")
        did.append(f"{', '.join(names)} deleted")
    return Deed(" ".join(does), "; ".join(did))
