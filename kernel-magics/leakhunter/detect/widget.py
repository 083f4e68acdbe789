"""``widget``: widgets that were never closed, and what is printed into ``Output`` widgets.

A widget stays in the registry of ipywidgets until it is closed, whatever
happens to its variable and to the page.  Those that nothing of the session's
reaches are one finding a class.  Data that only a handler keeps is *suspect*
where the widget may be on the page: whoever clicks there needs it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leakhunter.detect.beside import names_beside, shown_beside, verdict_of
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.catalogue import Known
from leakhunter.detect.handlers import only_called
from leakhunter.detect.known import known, see
from leakhunter.detect.made import chip
from leakhunter.detect.widget_words import tell_closed, tell_printed
from leakhunter.detect.words import listed, plural
from leakhunter.heap.cuts.closed import PLACE as CLOSED
from leakhunter.heap.cuts.printed import PLACE as PRINTED
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "widget"
PLACE = "widget"

_LEAST_WANTED = 10_000_000
"""Bytes from which on what a variable's own ``Output`` shows is told: it may be one picture."""

_SHOWS = re.compile(r"\b(display|interact|interactive|interact_manual)\s*\(")


def candidates(case: Case) -> Iterator[Candidate]:
    """What was printed, what closed widgets leave, and open widgets by class."""
    graph = case.graph
    yield from _printed(case)
    yield from _closed(graph)
    widgets = {s: n for s, n in graph.slots.items() if s.place == PLACE}
    if not widgets:
        return
    comms = {str(s.key)[7:-2]: s for s in graph.slots if s.place == "comm"}
    heavy = graph.leading_to({big.node for big in graph.bigs})
    classes: dict[str, list[Slot]] = {}
    for slot, node in widgets.items():
        if node not in case.reached:
            name = f"{graph.modules[node]}.{graph.kinds[node]}"
            classes.setdefault(name, []).append(slot)
        elif node in heavy:
            whole = _with_comm([slot], comms)
            title = f"open {graph.kinds[node]}"
            yield Candidate(KIND, whole, (KIND, slot.key), title, safe=False)
    for name, slots in classes.items():
        mine = [s for s in slots if widgets[s] in heavy] or slots
        title = f"{len(mine):,} open {name.rpartition('.')[2]}"
        yield Candidate(KIND, _with_comm(mine, comms), (KIND, name), title, safe=False)


def _with_comm(slots: list[Slot], comms: dict[str, Slot]) -> tuple[Slot, ...]:
    """Widgets with the comms that hold them too, under the same id."""
    return (*slots, *(comms[str(s.key)] for s in slots if str(s.key) in comms))


def _printed(case: Case) -> Iterator[Candidate]:
    graph = case.graph
    named = {n for s, n in graph.slots.items() if s.place == "name"}
    for slot, cut in graph.cuts.items():
        if slot.place != PRINTED:
            continue
        size = sum(graph.sizes[n] for n in graph.reach([cut.target]))
        if graph.slots[cut.root] not in named or size >= _LEAST_WANTED:
            yield Candidate(KIND, (slot,), (KIND, *slot), slot.label, safe=False)


def _closed(graph: Graph) -> Iterator[Candidate]:
    """Closed widgets that their class's signal still holds, by class."""
    classes: dict[str, list[Slot]] = {}
    for slot in graph.cuts:
        if slot.place == CLOSED:
            classes.setdefault(str(slot.key).partition(".")[0], []).append(slot)
    for name, slots in classes.items():
        title = f"{len(slots):,} closed {name}"
        yield Candidate(KIND, tuple(slots), (KIND, "closed", name), title, safe=False)


def tell(case: Case, group: Grouped) -> Told:
    """Words for widgets."""
    mine = [m for m in group.members if m.kind == KIND]
    place = mine[0].slots[0].place
    if place == PRINTED:
        return tell_printed(case, group)
    if place == CLOSED:
        return tell_closed(case, group, mine)
    graph = case.graph
    slots = [s for m in mine for s in m.slots if s.place == PLACE]
    classes = _classes(graph, slots)
    names = names_beside(group, KIND)
    shown = shown_beside(group)
    starts = [graph.slots[s] for s in slots]
    handlers = only_called(graph, starts, group.freed.freed)
    count = sum(classes.values())
    first = [*classes][:2]
    what = f"{count:,} open {listed([f'`{c}`' for c in first])}"
    verb, it = ("is", "it") if count == 1 else ("are", "them")
    facts = ["A widget is kept until `close()`; `del` and a reload do not free it."]
    bar = known(case, KIND, "tqdm", "tqdm_notebook") if "TqdmHBox" in classes else None
    if bar is not None:
        facts.append(bar.reason)
    if names:
        reason = f"ipywidgets keeps {what}; no cell reads {listed([f'`{n}`' for n in names])} any more."
    elif shown:
        reason = f"ipywidgets keeps {what}, and so does `{shown[0]}`."
    else:
        reason = f"{what} {verb} still in the registry; no variable names {it}."
    if handlers:
        facts.append("A handler that was given to it keeps the data.")
    wanted = handlers and (bool(shown) or _may_show(case))
    if wanted:
        facts.append(
            "Cannot tell whether it is on the page, where a click needs the data."
        )
    keys = [s.label for s in slots]
    return Told(
        verdict=verdict_of(group, names, wanted=wanted),
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([*(f"{n:,} open {c}" for c, n in classes.items()), *names]),
        names=[*first, *names],
        path=["ipywidgets", "_instances", *classes, *keys, *shown, *names],
        reason=reason,
        chain=[
            Holder(role="root", label="ipywidgets", note="keeps each open widget"),
            Holder(role="link", label=f"`_instances`: {what}", note="", stuck=True),
            Holder(
                role="object",
                label=plural(count, first[0], f"{first[0]} widgets"),
                note="data of a handler" if handlers else "",
                bytes=group.freed.bytes,
            ),
        ],
        facts=[
            *facts,
            *see(case, KIND, *(("tqdm", "tqdm_notebook") if bar else ("ipywidgets",))),
        ],
        breaks=["What the page shows of it stops answering, or goes."],
        fix=_fix(case, bar, names),
    )


def _classes(graph: Graph, slots: list[Slot]) -> dict[str, int]:
    """How many of each class; layouts and styles only where there is nothing else, as each widget has its own."""
    count: dict[str, int] = {}
    for slot in slots:
        kind = graph.kinds[graph.slots[slot]]
        count[kind] = count.get(kind, 0) + 1
    own = {c: n for c, n in count.items() if c != "Layout" and not c.endswith("Style")}
    return own or count


def _fix(case: Case, bar: Known | None, names: list[str]) -> str | None:
    if names:
        return f"{names[0]}.close()\ndel {', '.join(names)}"
    if bar is not None:
        return f"{bar.fix}   # {bar.versions} is affected"
    graph = case.graph
    open_ones = {n for s, n in graph.slots.items() if s.place == PLACE}
    if open_ones.isdisjoint(case.reached):
        return "from ipywidgets import Widget\nWidget.close_all()"
    return None


def _may_show(case: Case) -> bool:
    return any(_SHOWS.search(source) for source in case.sources.values())


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    places = {s.place for m in members for s in m.slots}
    if PRINTED in places:
        return Deed("Empty the widget's outputs; it stays.", "outputs emptied")
    if CLOSED in places:
        return Deed(
            "Disconnect the closed widgets; open ones stay connected.", "disconnected"
        )
    count = sum(s.place == PLACE for m in members for s in m.slots)
    widgets = plural(count, "widget", "widgets")
    return Deed(f"Close {widgets}, as `close()` does.", f"{widgets} closed")
