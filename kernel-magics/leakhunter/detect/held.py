"""What findings about memory that a variable holds out of sight have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from leakhunter.detect.case import Candidate, Case, Grouped
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import listed, plural
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind, PartId

SHOWN = 3
"""Names in one sentence."""


def cuts_by_name(case: Case, place: str) -> dict[str, list[Slot]]:
    """Cuts of one place, by the variable that leads to them."""
    found: dict[str, list[Slot]] = {}
    for slot, cut in case.graph.cuts.items():
        if slot.place == place and cut.root.place == "name":
            found.setdefault(str(cut.root.key), []).append(slot)
    return found


def made_in(case: Case, name: str) -> int:
    """Number of the run that bound a name last; 0 when that is not known."""
    use = case.uses.get(name)
    return use.made.run if use is not None and use.made is not None else 0


def names_of(members: Iterable[Candidate], kind: Kind) -> list[str]:
    """Titles of the members of one kind, each once."""
    return list(dict.fromkeys(m.title for m in members if m.kind == kind))


def quoted(names: Sequence[str]) -> str:
    """``a``, ``b`` and 2 more."""
    shown = [f"`{n}`" for n in names[:SHOWN]]
    more = len(names) - len(shown)
    return listed([*shown, f"{more} more"] if more else shown)


def part_of(case: Case, names: Iterable[str]) -> PartId:
    """Leftover variables when no cell reads the holders any more, else variables in use."""
    uses = [case.uses[name] for name in names if name in case.uses]
    unread = bool(uses) and all(is_leftover(use) for use in uses)
    return "leftover" if unread else "variables"


def too(group: Grouped, kind: Kind) -> str:
    """A sentence about who else holds it, empty when nobody does."""
    others = [m for m in group.members if m.kind != kind]
    titles = [f"`{m.title}`" for m in others if m.kind != "output-history"]
    if len(titles) < len(others):
        titles.append("the output history")
    if not titles:
        return ""
    shown = listed(titles[:SHOWN])
    verb = "keeps" if len(titles) == 1 else "keep"
    return f" {shown[0].upper()}{shown[1:]} {verb} it too."


def facts_of(case: Case, names: Sequence[str]) -> list[str]:
    """Who made the variables and who reads them; also when that speaks against a finding."""
    facts = []
    for name in names[:2]:
        use = case.uses.get(name)
        if use is None:
            continue
        if use.made is not None:
            facts.append(f"{use.made.link} made `{name}`.")
        readers = list(dict.fromkeys(r.link for r in use.readers if r is not use.made))
        if use.next_reader is not None:
            facts.append(f"A cell that has still to run reads `{name}`.")
        elif readers:
            verb = "reads" if len(readers) == 1 else "read"
            facts.append(f"{listed(readers[-3:])} {verb} `{name}`.")
        elif use.later:
            facts.append(
                f"{plural(use.later, 'cell has', 'cells have')} run since without `{name}`."
            )
    return facts


def let_go_facts(case: Case, freed: Iterable[int]) -> list[str]:
    """That the user deleted the names of what is held, the biggest first."""
    graph = case.graph
    gone = [
        (graph.sizes[node], case.facts.let_go[node])
        for node in sorted(case.facts.let_go.keys() & freed)
    ]
    facts = []
    for _, what in sorted(gone, key=lambda one: -one[0])[:2]:
        run = case.run(what.run)
        where = f" in [{run.execution_count}]" if run is not None else ""
        how = "was deleted" if what.deleted else "was bound to something else"
        facts.append(f"`{what.name}` {how}{where}; what it was lives on.")
    return facts


def chain(
    names: Sequence[str], link: Holder, held: tuple[str, str], size: int
) -> list[Holder]:
    """From the variables through what keeps it to what is held (its kind and shape)."""
    return [
        Holder(role="root", label="Notebook variables", note=""),
        Holder(role="link", label=quoted(names), note=""),
        link,
        Holder(role="object", label=held[0], note=held[1], bytes=size),
    ]


def biggest(case: Case, nodes: Collection[int]) -> tuple[str, str]:
    """Kind and shape of the biggest of these, the first of several, as far as they are known."""
    graph = case.graph
    most = max(map(graph.sizes.__getitem__, nodes), default=0)
    best = min((node for node in nodes if graph.sizes[node] == most), default=0)
    return graph.kinds[best], graph.shapes.get(best, "")
