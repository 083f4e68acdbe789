"""``accumulator``: a container that grows each time a cell runs, or that grows where nobody names it.

A list that one cell fills is used on purpose.  One that the same cell fills
again on each run keeps the results of all runs.  One that grew in a run whose
cell does not name it was filled by a function, a callback or a finalizer; when
a later cell names it, the user knows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.containers import PLACE
from leakhunter.heap.graph import BIG, Graph
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "accumulator"

_OFTEN = 3
"""Runs of one cell in which a container grew, from which on it is growing."""


class Grown(NamedTuple):
    """How a container grew: in these runs, of one cell that ran again or of cells that do not name it."""

    runs: tuple[int, ...]
    again: bool
    items: int | None = None


def candidates(case: Case) -> Iterator[Candidate]:
    """Containers that can be emptied and grew so."""
    for slot, cut in case.graph.cuts.items():
        if slot.place == PLACE and cut.root.place == "name":
            grown = _grown(case, slot)
            if grown is not None:
                key = (KIND, slot.key, held.made_in(case, str(cut.root.key)))
                yield Candidate(KIND, (slot,), key, slot.label, safe=False)


def _grown(case: Case, slot: Slot) -> Grown | None:
    """How the container of a slot grew; ``None`` when that is no reason to speak of it."""
    name = str(case.graph.cuts[slot].root.key)
    use = case.uses.get(name)
    if use is None:
        return None
    if slot.label != name:
        return _by_birth(case, slot)
    changes = case.facts.lengths.get(name, ())
    runs = [run for (_, before), (run, after) in pairwise(changes) if after > before]
    items = changes[-1][1] if changes else None
    again = _most_of_one_cell(case, runs)
    used = use.next_reader is not None or _read_elsewhere(case, name, again)
    if len(again) >= _OFTEN or (len(again) > 1 and not used):
        return Grown(again, again=True, items=items)
    unseen = [run for run in runs if not _names(case, run, name)]
    known = any(
        _names(case, r.run, name) for r in case.runs if unseen and r.run > unseen[-1]
    )
    if unseen and not known and use.next_reader is None:
        return Grown(tuple(unseen), again=False, items=items)
    return _by_birth(case, slot)


def _by_birth(case: Case, slot: Slot) -> Grown | None:
    """The same by when the big objects inside were made.

    Each item tells one run: what is behind one item may have grown, but not the
    container.
    """
    graph = case.graph
    source = graph.cuts[slot].source
    left = graph.ways.below(source) - {source}
    known, asked = sorted((left, case.births), key=len)
    possible = {case.births[node] for node in known if node in asked}
    if len(_most_of_one_cell(case, sorted(possible))) < _OFTEN:
        return None
    runs = set()
    for item in graph.edges[source]:
        born: dict[int, int] = {}
        for node in _taken(graph, item, left):
            if node in case.births:
                run = case.births[node]
                born[run] = born.get(run, 0) + graph.sizes[node]
        most = max(born, key=born.__getitem__, default=0)
        if born.get(most, 0) >= BIG:
            runs.add(most)
    again = _most_of_one_cell(case, sorted(runs))
    return Grown(again, again=True) if len(again) >= _OFTEN else None


def _taken(graph: Graph, start: int, left: set[int]) -> list[int]:
    """What a node leads to of those that are left; they are taken out."""
    todo = [start] if start in left else []
    left.difference_update(todo)
    for node in todo:
        fresh = [child for child in graph.edges[node] if child in left]
        left.difference_update(fresh)
        todo += dict.fromkeys(fresh)
    return todo


def _most_of_one_cell(case: Case, runs: Sequence[int]) -> tuple[int, ...]:
    """Those of these runs that are of one cell, or of cells with the same source; the most there are."""
    groups: dict[object, list[int]] = {}
    for number in runs:
        run = case.run(number)
        if run is None:
            continue
        source = case.sources.get(number, "").strip()
        for key in {("cell", run.cell_id or number), ("source", source or number)}:
            groups.setdefault(key, []).append(number)
    best: list[int] = []
    for found in groups.values():
        best = found if len(found) > len(best) else best
    return tuple(best)


def _names(case: Case, run: int, name: str) -> bool:
    """Does the cell of a run name it, other than by what it calls?"""
    cell = next((c for c in case.cells if c.run == run), None)
    return cell is None or name in cell.names.read or name in cell.names.bound


def _read_elsewhere(case: Case, name: str, runs: Sequence[int]) -> bool:
    """Does a cell that does not fill it name it, after it was made?"""
    made = held.made_in(case, name)
    return any(
        _names(case, r.run, name)
        for r in case.runs
        if r.run not in runs and r.run > made
    )


def tell(case: Case, group: Grouped) -> Told:
    """Words for containers that grew."""
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    grown = [g for g in (_grown(case, m.slots[0]) for m in mine) if g is not None]
    again = any(g.again for g in grown)
    roots = [str(case.graph.cuts[m.slots[0]].root.key) for m in mine]
    items = [g.items for g in grown if g.items is not None]
    count = plural(sum(items), "item", "items") if items else "what it gathered"
    size = size_text(group.freed.bytes)
    return Told(
        verdict="suspect",
        label="Growing"
        if any(g.again and len(g.runs) >= _OFTEN for g in grown)
        else "Held",
        group="check",
        part=held.part_of(case, roots),
        title=", ".join(names),
        names=names,
        path=list(dict.fromkeys([*names, *roots])),
        reason=_reason(case, names, grown, count, size) + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(
                role="link",
                label=count,
                note="piles up here" if again else "put there by what a cell called",
                stuck=True,
            ),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=_facts(case, names, roots, grown),
        breaks=[
            f"Cells that read {held.quoted(names)} find {'it' if len(names) == 1 else 'them'} empty."
        ],
        fix=f"{names[0]}.clear()   # or make it anew where the cell begins",
        made_again=False,
    )


def _links(case: Case, runs: Sequence[int]) -> list[str]:
    found = [case.run(number) for number in runs]
    return [f"[{r.execution_count}]" for r in found if r is not None]


def _reason(
    case: Case, names: Sequence[str], grown: Sequence[Grown], count: str, size: str
) -> str:
    who = held.quoted(names)
    if not grown:
        return f"{who} holds {count}, {size}."
    first = grown[0]
    if first.again:
        return (
            f"{who} grew in {len(first.runs)} runs of the same cell: {count}, {size}."
        )
    cell = listed(_links(case, first.runs[-3:]))
    verb = "does" if len(first.runs) == 1 else "do"
    return f"{who} grew in {cell}, which {verb} not name it: {count}, {size}."


def _facts(
    case: Case, names: Sequence[str], roots: Sequence[str], grown: Sequence[Grown]
) -> list[str]:
    facts = []
    for name, one in list(zip(names, grown, strict=False))[:2]:
        links = _links(case, one.runs)
        more = [f"{len(links) - _OFTEN} more"] if len(links) > _OFTEN else []
        facts.append(f"`{name}` grew in {listed([*links[:_OFTEN], *more])}.")
    return [*facts, *held.facts_of(case, roots)][:4]


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    names = listed([f"`{m.title}`" for m in members])
    it = "it stays" if len(members) == 1 else "they stay"
    return Deed(f"Empty {names}; {it}.", f"{names} emptied")
