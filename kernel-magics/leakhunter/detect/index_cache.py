"""``index-cache``: lookup tables that pandas built on an index, and that weigh as much as the data.

They are made again at the next lookup, so emptying them changes no value.
Told only where they are a good part of what the variable keeps, and not for a
variable that is a leftover anyway.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.lookups import PLACE
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "index-cache"

_SHARE = 0.25
"""Part of what a variable leads to from which on tables are worth telling."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables with indexes whose lookup tables are heavy."""
    graph = case.graph
    for name, slots in held.cuts_by_name(case, PLACE).items():
        use = case.uses.get(name)
        if use is None or is_leftover(use):
            continue
        tables = graph.reach([graph.cuts[s].target for s in slots])
        whole = graph.reach([graph.cuts[s].path[0] for s in slots])
        size = graph.ways.weight(tables)
        if size >= _SHARE * graph.ways.weight(whole):
            key = (KIND, name, held.made_in(case, name))
            yield Candidate(KIND, tuple(slots), key, name, safe=True)


def tell(case: Case, group: Grouped) -> Told:
    """Words for lookup tables."""
    graph = case.graph
    names = held.names_of(group.members, KIND)
    slots = [s for m in group.members if m.kind == KIND for s in m.slots]
    ways = list(dict.fromkeys(s.label for s in slots))
    size = size_text(group.freed.bytes)
    index = graph.kinds[_index(case, slots[0])]
    verb = "keeps" if len(ways) == 1 else "keep"
    return Told(
        verdict="suspect",
        label="Pinned",
        group="safe" if all(m.safe for m in group.members) else "check",
        part="views",
        title=", ".join(names),
        names=names,
        path=[*names, *ways],
        reason=f"{held.quoted(ways)} {verb} {size} of lookup tables, made by a lookup."
        + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(role="link", label=held.quoted(ways), note=index),
            ("lookup table", ""),
            group.freed.bytes,
        ),
        facts=[
            "The next lookup makes them again; no value changes.",
            *held.facts_of(case, names),
        ][:4],
        breaks=[],
        fix=_fix(ways[0], index),
        made_again=False,
    )


def _index(case: Case, slot: Slot) -> int:
    """The index on the way to its tables: its attributes may be between."""
    path, kinds = case.graph.cuts[slot].path, case.graph.kinds
    return next((n for n in reversed(path[:-1]) if kinds[n] != "dict"), path[0])


def _fix(way: str, index: str) -> str:
    if index == "MultiIndex":
        again = (
            f"pd.MultiIndex(levels={way}.levels, codes={way}.codes, names={way}.names)"
        )
    else:
        again = f"{way}.copy(deep=True)"
    return f"{way} = {again}   # the same values without the tables"


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    count = len({s for m in members for s in m.slots})
    tables = plural(count, "index", "indexes")
    return Deed(
        f"Forget the lookup tables of {tables}. Same values.",
        f"lookup tables of {tables} forgotten",
    )
