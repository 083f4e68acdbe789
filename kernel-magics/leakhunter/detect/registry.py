"""``registry``: what Python's and IPython's lists of callbacks and handlers hold.

Handlers of logging that gather records, ``weakref.finalize``, events of
IPython, hooks of ``sys``, ``signal`` and ``gc``, comms without a widget, calls
that an event loop makes later.  What
a variable names too is told together with that variable, when no cell reads
it; a list or a stream that a handler fills is told in any case, as it only
grows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leakhunter.detect.beside import names_beside
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.made import chip
from leakhunter.detect.registry_words import Words, words_of
from leakhunter.detect.words import listed, plural
from leakhunter.heap.cuts.logged import LOG
from leakhunter.heap.cuts.logged import PLACE as LOGGED
from leakhunter.heap.graph import Graph
from leakhunter.heap.roots.exits import PLACE as EXIT
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "registry"

_AGAIN = re.compile(r" \(\d+\)$")
"""What tells the parts of a callback apart."""

_PLACES = frozenset({LOG, "finalizer", "ipython", "hook", "comm", "timer"})


def candidates(case: Case) -> Iterator[Candidate]:
    """Each holder by itself; what it has gathered rather than the holder, where that can go alone."""
    graph = case.graph
    contents = {c.root: slot for slot, c in graph.cuts.items() if slot.place == LOGGED}
    widgets = {s.key for s in graph.slots if s.place == "widget"}
    garbage: list[Slot] = []
    exits: dict[str, list[Slot]] = {}
    for slot in graph.slots:
        if slot.place == EXIT:
            exits.setdefault(_AGAIN.sub("", str(slot.key)), []).append(slot)
        if slot.place not in _PLACES or _of_widget(slot, widgets):
            continue
        if str(slot.key).startswith("gc.garbage"):
            garbage.append(slot)
            continue
        mine = contents.get(slot, slot)
        yield Candidate(KIND, (mine,), (KIND, *mine), slot.label, safe=False)
    for name, slots in exits.items():
        yield Candidate(KIND, tuple(slots), (KIND, EXIT, name), f"atexit {name}", False)
    if garbage:
        yield Candidate(KIND, tuple(garbage), (KIND, "garbage"), "gc.garbage", False)


def _of_widget(slot: Slot, widgets: set[str | int]) -> bool:
    """Is it the comm of an open widget?"""
    return slot.place == "comm" and str(slot.key)[7:-2] in widgets


def tell(case: Case, group: Grouped) -> Told:
    """Words for what a registry holds."""
    mine = [m for m in group.members if m.kind == KIND]
    others = names_beside(group, KIND)
    slots = _holding(case.graph, mine, group.freed.freed)
    words = words_of(case, slots[0])
    reason = words.reason
    if len(mine) > 1:
        reason = (
            f"{reason[:-1]}, and {plural(len(mine) - 1, 'other', 'others')} with it."
        )
    wanted = bool(others) or any(_is_named(case.graph, s) for s in slots)
    facts = list(words.facts)
    if others:
        names = listed([f"`{n}`" for n in others])
        verb = "names" if len(others) == 1 else "name"
        facts.append(f"{names} {verb} it too; no cell reads that any more.")
    elif wanted:
        facts.append(
            "A variable of yours leads to it: cannot tell whether it is wanted."
        )
    titles = [m.title for m in mine]
    return Told(
        verdict="suspect" if wanted else "leak",
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([*titles, *others]),
        names=[*titles, *others],
        path=[*(s.label for s in slots), *words.path],
        reason=reason,
        chain=_chain(case, group, slots[0], words),
        facts=facts,
        breaks=list(words.breaks),
        fix=words.fix,
        made_again=False,
        exact_remedy=all(words_of(case, s).exact for s in slots),
    )


def _holding(graph: Graph, mine: list[Candidate], freed: set[int]) -> list[Slot]:
    """Slots of the registry that lead to what goes; a callback's own function need not."""
    cuts = graph.cuts
    slots = [cuts[s].root if s.place == LOGGED else s for m in mine for s in m.slots]
    return [s for s in slots if not freed.isdisjoint(graph.reach([graph.slots[s]]))]


def _is_named(graph: Graph, slot: Slot) -> bool:
    """Does a variable hold it, or an object of the user's class whose attribute it is?"""
    wanted = graph.slots[slot]
    for name, node in graph.slots.items():
        if name.place != "name":
            continue
        if node == wanted:
            return True
        if graph.modules[node] == "__main__":
            parts = [node, *(n for n in graph.edges[node] if graph.kinds[n] == "dict")]
            if any(wanted in graph.edges[part] for part in parts):
                return True
    return False


def _chain(case: Case, group: Grouped, slot: Slot, words: Words) -> list[Holder]:
    node = case.graph.slots[slot]
    return [
        Holder(role="root", label=words.root, note=words.note),
        Holder(role="link", label=f"`{slot.label}`", note=words.how, stuck=True),
        Holder(
            role="object",
            label=case.graph.kinds[node],
            note=case.graph.shapes.get(node, ""),
            bytes=group.freed.bytes,
        ),
    ]


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does, by the place of what is cleared."""
    deeds = {
        LOGGED: ("Empty what the handler has gathered; it stays and goes on.", "emptied"),
        "finalizer": ("Detach the finalizer; its callback will not run.", "detached"),
        EXIT: ("Take the callback out of `atexit`; it will not run.", "callback taken out"),
        "timer": ("Cancel the call; it will not be made.", "call cancelled"),
        "ipython": ("Take the callback out of IPython's events.", "callback taken out"),
        "hook": ("Take it out of the collector's list.", "taken out of the list"),
        "comm": ("Close the comm.", "comm closed"),
    }  # fmt: skip
    places = list(dict.fromkeys(s.place for m in members for s in m.slots))
    chosen = [deeds[place] for place in places if place in deeds]
    return Deed(" ".join(d for d, _ in chosen), "; ".join(d for _, d in chosen))
