"""``autograd-graph``: results that were kept together with all that their gradient would need.

A loss in a list keeps its graph, the graph the inputs and activations of each
step.  After ``backward()`` a graph is all but empty and is not told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.made import chip
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.tensors import PLACE, VIEW
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import trial
from leakhunter.model import Holder, Kind

KIND: Kind = "autograd-graph"

_BUILT = {
    "list": "[t.detach() for t in {0}]",
    "tuple": "tuple(t.detach() for t in {0})",
    "dict": "{{key: t.detach() for key, t in {0}.items()}}",
}


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables that lead to tensors with their graphs."""
    found = held.cuts_by_name(case, PLACE)
    for name, slots in held.cuts_by_name(case, VIEW).items():
        found.setdefault(name, []).extend(slots)
    for name, slots in found.items():
        use = case.uses.get(name)
        if use is not None and is_leftover(use) and not _mostly(case, name, slots):
            continue
        key = (KIND, name, held.made_in(case, name))
        yield Candidate(KIND, tuple(slots), key, name, safe=False)


def _mostly(case: Case, name: str, slots: Sequence[Slot]) -> bool:
    """Are the graphs most of what a leftover keeps?  Else deleting it is the better advice."""
    whole = trial(case.graph, [Slot("name", name)]).bytes
    return 2 * trial(case.graph, slots).bytes > whole


def tell(case: Case, group: Grouped) -> Told:
    """Words for tensors that keep their graphs."""
    graph = case.graph
    names = held.names_of(group.members, KIND)
    slots = [s for m in group.members if m.kind == KIND for s in m.slots]
    tensors = dict.fromkeys(graph.cuts[s].source for s in slots)
    ways = [s.label for s in slots]
    size = size_text(group.freed.bytes)
    exact = all(s.place == PLACE for s in slots)
    if len(tensors) == 1:
        reason = f"`{ways[0]}` keeps the graph that made it, {size} of inputs and activations."
    else:
        count = plural(len(tensors), "tensor", "tensors")
        reason = f"{count} in {held.quoted(names)} keep their graphs, {size} of inputs and activations."
    rises = chip(case, group.freed.gone) == "Growing"
    return Told(
        verdict="suspect",
        label="Growing" if rises else "Held",
        group="check",
        part=held.part_of(case, names),
        title=", ".join(names),
        names=names,
        path=list(dict.fromkeys([*names, *ways[:3]])),
        reason=reason + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(role="link", label="`.grad_fn`", note="keeps the graph", stuck=True),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=[
            "Nothing has called `backward()` on it, which would let go of most of it.",
            *held.facts_of(case, names),
        ][:4],
        breaks=[f"`backward()` from {held.quoted(names)} no longer reaches the model."],
        fix=_fix(case, names[0], slots),
        made_again=exact,
        exact_remedy=exact,
    )


def _fix(case: Case, name: str, slots: Sequence[Slot]) -> str:
    """Code that keeps the values and not the graph."""
    graph = case.graph
    mine = [graph.cuts[s] for s in slots if str(graph.cuts[s].root.key) == name]
    path = mine[0].path
    if len(path) == 1:
        return f"{name} = {name}.detach()   # or make it under torch.no_grad()"
    kind = graph.kinds[path[0]]
    sources = {c.source for c in mine}
    if kind in _BUILT and sources == set(graph.edges[path[0]]):
        return f"{name} = {_BUILT[kind].format(name)}   # keep loss.item() next time"
    ways = [s.label for s in slots if s.label.startswith(name)][:3]
    return "\n".join(f"{way} = {way}.detach()" for way in ways)


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    count = plural(sum(len(m.slots) for m in members), "tensor", "tensors")
    return Deed(f"Detach {count} from the graph. Same values.", f"{count} detached")
