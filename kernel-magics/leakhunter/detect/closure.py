"""``closure``: functions, partial calls and bound methods that keep data which nothing else holds.

A function that was made inside another keeps that one's variables; a partial
call its arguments, a bound method its object.  They stand in a variable, or in
a list of callbacks or an object of the user's that a variable leads to.  When
no cell reads the variable any more, it is a leftover, and told as such.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect import held, pinned_remote
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.reruns import breaks_of
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.closures import KINDS
from leakhunter.heap.graph import BIG
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "closure"

_CONTAINERS = frozenset({"list", "tuple", "dict", "set", "deque", "defaultdict"})
_USERS = "__main__"
_WORDS = {
    "function": ("function", "functions"),
    "partial": ("partial call", "partial calls"),
    "method": ("bound method", "bound methods"),
}
_DEEP = 6
"""Steps from a variable to a function: a list in an attribute of an object is four."""

_LEAST = 0.02
"""Share of what is kept from which on a variable of a closure is worth its name."""


def candidates(case: Case) -> Iterator[Candidate]:
    """Variables whose data can be reached only by way of functions."""
    ways = case.graph.ways
    for node, slots in ways.names.items():
        if case.graph.kinds[node] not in KINDS:
            carriers = _functions(case, node)
            kept = ways.weight(ways.through(node, carriers)) if carriers else 0
            if kept < BIG or 2 * kept < ways.weight(ways.alone(node)):
                continue
        for slot in slots:
            name = str(slot.key)
            use = case.uses.get(name)
            unread = use is not None and is_leftover(use) and use.doubt is None
            safe = unread and use.later >= case.settings.leftover_after  # type: ignore[union-attr]
            key = (KIND, name, held.made_in(case, name))
            yield Candidate(KIND, (slot,), key, name, safe)
    yield from pinned_remote.candidates(case, KIND)


def _functions(case: Case, start: int) -> set[int]:
    """Functions in a variable, in containers and in objects of the user's, that lead to what is heavy."""
    graph, heavy = case.graph, case.graph.ways.nodes
    found: set[int] = set()
    seen = {start}
    front = [start]
    for _ in range(_DEEP):
        after = []
        for node in front:
            if graph.kinds[node] in KINDS:
                found.add(node)
            elif graph.kinds[node] in _CONTAINERS or graph.modules[node] == _USERS:
                after += [n for n in graph.edges[node] if n in heavy]
        front = [n for n in dict.fromkeys(after) if n not in seen]
        seen.update(front)
    return found


def tell(case: Case, group: Grouped) -> Told:
    """Words for functions that keep data."""
    if group.members[0].bytes is not None:
        return pinned_remote.tell(case, group, KIND)
    graph = case.graph
    mine = [m for m in group.members if m.kind == KIND]
    names = held.names_of(group.members, KIND)
    functions = sorted(
        {
            function
            for member in mine
            for function in _functions(case, graph.slots[member.slots[0]])
        }
    )
    local = _locals(case, group, functions)
    uses = [case.uses[n] for n in names if n in case.uses]
    unread = bool(uses) and all(is_leftover(u) and u.doubt is None for u in uses)
    makers = [graph.functions[n].function for n in functions if n in graph.functions]
    return Told(
        verdict="leftover" if unread else "suspect",
        label="Held",
        group="safe" if all(m.safe for m in group.members) else "check",
        part=held.part_of(case, names),
        title=", ".join(names),
        names=names,
        path=list(dict.fromkeys([*names, *local])),
        reason=_reason(case, names, functions, local, size_text(group.freed.bytes))
        + held.too(group, KIND),
        chain=held.chain(
            names,
            Holder(
                role="link",
                label=held.quoted(local) if local else "what they refer to",
                note=_where(makers),
                stuck=True,
            ),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=[
            *held.let_go_facts(case, group.freed.gone),
            *held.facts_of(case, names),
        ][:4],
        breaks=breaks_of(case, names),
        fix=f"del {', '.join(names)}",
    )


def _locals(case: Case, group: Grouped, functions: Sequence[int]) -> list[str]:
    """Names under which functions know what they keep, the biggest first."""
    graph, freed = case.graph, group.freed.freed
    sizes: dict[str, int] = {}
    for node in functions:
        known = graph.functions.get(node)
        for child, name in known.names.items() if known is not None else ():
            size = sum(graph.sizes[n] for n in graph.reach([child]) if n in freed)
            sizes[name] = sizes.get(name, 0) + size
    least = _LEAST * group.freed.bytes
    return sorted((n for n in sizes if sizes[n] > least), key=lambda n: -sizes[n])


def _where(makers: Sequence[str]) -> str:
    """Whose variables a closure keeps."""
    known = [m for m in dict.fromkeys(makers) if m]
    return f"of {known[0]}()" if len(known) == 1 else ""


def _reason(
    case: Case,
    names: Sequence[str],
    functions: Sequence[int],
    local: Sequence[str],
    size: str,
) -> str:
    kinds = [case.graph.kinds[n] for n in functions]
    one, many = _WORDS.get(kinds[0], _WORDS["method"]) if kinds else ("", "")
    if len(set(kinds)) > 1:
        one, many = _WORDS["function"]
    what = _what(local)
    if len(functions) > 1:
        count = plural(len(functions), one, many)
        where = "" if len(names) == len(functions) else f" in {held.quoted(names)}"
        who = held.quoted(names) if not where else f"{count}{where}"
        return f"{who} keep {what}, {size}."
    if case.graph.slots.get(Slot("name", names[0])) in functions:
        return f"{one.capitalize()} {held.quoted(names)} keeps {what}, {size}."
    return f"A {one} in {held.quoted(names)} keeps {what}, {size}."


def _what(local: Sequence[str]) -> str:
    """What is kept, in words: variables by their names."""
    named = [n for n in local if " " not in n]
    if named:
        return held.quoted(named)
    return local[0] if local else "what it refers to"


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    names = list(dict.fromkeys(m.title for m in members))
    what = "the name" if len(names) == 1 else f"the {len(names)} names"
    return Deed(
        f"Delete {what}.",
        "deleted" if len(names) == 1 else f"{len(names)} names deleted",
    )
