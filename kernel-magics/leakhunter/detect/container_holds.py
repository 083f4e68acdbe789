"""``container-holds``: a live object keeps data that the user deleted, or does not see in it.

Five ways.  The catalogue knows objects that keep what they were given: mocks,
boosters, finished progress bars, fitted results.  A value whose name the user
deleted lives on inside an object that no cell reads any more.  An instance of
a class that was defined again keeps the old class with its data.  A list
of a class's may keep every instance that was ever made, and a dictionary of
one what its methods put there, long after a cell has used the class.

What the user put into a list or a dictionary is seen there, and data that
share memory are no container: neither is told here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held, holding
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.catalogue import Known, fits, of_kind
from leakhunter.detect.holding import KIND
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.reruns import breaks_of
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts import containers, futures
from leakhunter.heap.cuts.resets import PLACE
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder

__all__ = ["KIND", "candidates", "does", "tell"]

_WHOLE = 0.9
"""Share from which on what was deleted is as good as all that is kept."""

_ATTRS = "._attrs["
"""Part of the way to what was put into `attrs` of a frame."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables whose objects keep what was deleted or is not seen in them."""
    told: set[Slot] = set()
    found = (
        *holding.known(case),
        *holding.wanted(case),
        *holding.old_classes(case),
        *holding.instances(case),
        *holding.of_classes(case),
        *holding.deleted(case),
    )
    for candidate in found:
        if told.isdisjoint(candidate.slots):
            told.update(candidate.slots)
            yield candidate


def tell(case: Case, group: Grouped) -> Told:
    """Words for objects that keep what nobody sees in them."""
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    first = mine[0]
    sort = str(first.key[1])
    record = _record(case, first) if sort == "known" else None
    kind, path = _kind_of(case, first), _path(case, mine, names)
    if record is not None:
        keeps, fix = record.keeps, _fix(case, first, record)
    elif sort == "instances":
        keeps, fix = (
            "every instance",
            f"{names[0]}.clear()   # or use weakref.WeakSet()",
        )
    elif sort == "class":
        keeps, fix = "what was put there", f"{names[0]}.clear()"
    elif sort == "old":
        keeps = "an old class with its data"
        fix = f"{names[0]} = {kind}(...)   # made again from the class as it is now"
    else:
        keeps, fix = "what was deleted", f"del {names[0]}"
        if any(_ATTRS in way for way in path):
            fix = f"{names[0]}.attrs.clear()"
    unread = all(n in case.uses and is_leftover(case.uses[n]) for n in names)
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part=held.part_of(case, names),
        title=", ".join(names),
        names=names,
        path=path,
        reason=_reason(case, group, sort, keeps) + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(role="link", label=kind, note=f"keeps {keeps}", stuck=True),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=[
            *held.let_go_facts(case, group.freed.gone),
            *([record.reason] if record is not None else []),
            *held.facts_of(case, _variables(case, mine)),
            *([f"See {record.link}"] if record is not None else []),
        ][:4],
        breaks=_breaks(case, mine, names),
        fix=fix,
        exact_remedy=unread or sort != "deleted",
    )


def _variables(case: Case, mine: Sequence[Candidate]) -> list[str]:
    """The variables that lead to what keeps it."""
    cuts = case.graph.cuts
    slots = [cuts[s].root if s in cuts else s for m in mine for s in m.slots]
    return list(dict.fromkeys(str(s.key) for s in slots))


def _record(case: Case, member: Candidate) -> Known:
    records = of_kind(KIND, case.facts.versions)
    return next(r for r in records if r.key == member.key[2])


def _kind_of(case: Case, member: Candidate) -> str:
    """Class of the object that keeps it: what a variable holds, or what lies in its container."""
    graph = case.graph
    cut = graph.cuts.get(member.slots[0])
    node = graph.slots.get(Slot("name", member.title), cut.source if cut else 0)
    if member.key[1] == "known" and graph.modules[node] in holding.PLAIN:
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
    if sort == "instances":
        owner = names[0].rpartition(".")[0]
        return f"{who} {verb} instances of `{owner}` that no variable names, {size}."
    if sort == "class":
        return f"{who} {verb} {size}; no cell uses its class any more."
    if sort == "old":
        return f"{who} is of an old class `{kind}`, defined again since, and keeps its data, {size}."
    let_go = case.facts.let_go
    freed = group.freed.freed
    gone = sorted(let_go.keys() & freed, key=lambda n: -case.graph.sizes[n])
    if gone and let_go[gone[0]].deleted:
        deleted = held.quoted(list(dict.fromkeys(let_go[n].name for n in gone)))
        own = case.graph.weight(freed.intersection(case.graph.reach(gone)))
        if own < _WHOLE * group.freed.bytes:
            return f"{who} ({kind}) {verb} {size}, of it {deleted}, deleted before, {size_text(own)}."
        return f"{who} ({kind}) still {verb} {deleted}, deleted before, {size}."
    return f"{who} {verb} {keeps}, {size}."


def _breaks(case: Case, mine: Sequence[Candidate], names: Sequence[str]) -> list[str]:
    places = {s.place for m in mine for s in m.slots}
    if futures.PLACE in places:
        return [
            "The results are gone from the cluster; they have to be computed again."
        ]
    if places == {PLACE}:
        return []
    if containers.PLACE in places:
        return [f"{held.quoted(names)} becomes empty."]
    return breaks_of(case, names)


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    resets = [m for m in members if m.slots[0].place == PLACE]
    lists = [f"`{m.title}`" for m in members if m.key[1] in ("instances", "class")]
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
    if lists:
        does.append(f"Empty {', '.join(lists)}; the class stays.")
        did.append(f"{', '.join(lists)} emptied")
    if names:
        does.append(f"Delete {', '.join(names)}.")
        did.append(f"{', '.join(names)} deleted")
    return Deed(" ".join(does), "; ".join(did))
