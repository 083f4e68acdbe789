"""``figure``: pyplot figures that were never closed.

pyplot keeps every figure until it is closed, whatever happens to the variable
that named it.  Figures that no variable names are one finding; one that a
variable names is told together with that variable, when no cell reads it.  A
figure on the page has a canvas, which the registries of widgets and comms keep
too: they are part of the figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.beside import names_beside, shown_beside, verdict_of
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.known import see
from leakhunter.detect.made import chip, makers
from leakhunter.detect.words import listed, plural
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "figure"
PLACE = "figure"

_STILL = "FigureManagerBase"
"""Manager of a figure that is not on the page: nothing can be clicked."""

_INSIDE = frozenset({"dict", "list", "set", "CommSocket"})
"""What lies between a figure's manager and its canvas, toolbar and comm."""

_SHOWN = 3


def candidates(case: Case) -> Iterator[Candidate]:
    """All figures that nothing of the session's reaches as one, each other one by itself."""
    loose: list[Slot] = []
    for slot, node in case.graph.slots.items():
        if slot.place != PLACE:
            continue
        if node in case.reached:
            whole = (slot, *_canvas(case.graph, node))
            yield Candidate(KIND, whole, (KIND, slot.key), f"Figure {slot.key}", False)
        else:
            loose.append(slot)
    if loose:
        parts = [p for s in loose for p in _canvas(case.graph, case.graph.slots[s])]
        title = plural(len(loose), "open figure", "open figures")
        yield Candidate(KIND, (*loose, *parts), (KIND,), title, safe=False)


def _canvas(graph: Graph, manager: int) -> list[Slot]:
    """Slots of other registries that hold a part of a figure on the page."""
    if graph.kinds[manager] == _STILL:
        return []
    found, todo = {manager}, [manager]
    for node in todo:
        for child in graph.edges[node]:
            if child not in found:
                found.add(child)
                if graph.kinds[child] in _INSIDE:
                    todo.append(child)
    widgets = {
        str(slot.key): slot
        for slot, node in graph.slots.items()
        if slot.place == "widget" and node in found
    }
    comms = [
        slot
        for slot, node in graph.slots.items()
        if slot.place == "comm" and (node in found or str(slot.key)[7:-2] in widgets)
    ]
    return [*widgets.values(), *comms]


def tell(case: Case, group: Grouped) -> Told:
    """Words for open figures."""
    figures = [s for s in group.slots if s.place == PLACE]
    names = names_beside(group, KIND)
    count = len(figures)
    some = plural(count, "open figure", "open figures")
    runs = makers(case, group.freed.gone)
    if names:
        reason = f"pyplot keeps {some}, and no cell reads {listed([f'`{n}`' for n in names])} any more."
    elif len(runs) == 1 and runs[0].execution_count is not None:
        made = plural(count, "figure and did not close it", "figures and closed none")
        reason = f"[{runs[0].execution_count}] made {made}; pyplot keeps {'it' if count == 1 else 'them'}."
    else:
        reason = f"{plural(count, 'figure was', 'figures were')} never closed; pyplot keeps {'it' if count == 1 else 'them'}."
    kept = shown_beside(group)
    if kept:
        reason += f" `{kept[0]}` keeps {'it' if count == 1 else 'them'} too."
    labels = [s.label for s in figures]
    return Told(
        verdict=verdict_of(group, names),
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([m.title for m in group.members if m.kind == KIND] + names),
        names=[labels[0] if count == 1 else "Gcf.figs", *names],
        path=[
            "matplotlib.pyplot",
            *(s.label for s in group.slots if s.place not in ("widget", "comm")),
            "Figure",
        ],
        reason=reason,
        chain=_chain(group, figures),
        facts=_facts(case, group, figures),
        breaks=_breaks(case, figures),
        fix='import matplotlib.pyplot as plt\nplt.close("all")   # when all are shown or saved',
    )


def _chain(group: Grouped, figures: list[Slot]) -> list[Holder]:
    shown = [f"`{s.label}`" for s in figures[:_SHOWN]]
    more = len(figures) - len(shown)
    return [
        Holder(
            role="root",
            label="matplotlib.pyplot",
            note="keeps each figure until it is closed",
        ),
        Holder(
            role="link",
            label=listed([*shown, *([f"{more:,} more"] if more else [])]),
            note="piles up here" if len(figures) > 1 else "",
            stuck=True,
        ),
        Holder(
            role="object",
            label="Figure" if len(figures) == 1 else f"{len(figures):,} figures",
            note="with all they draw" if len(figures) > 1 else "with all it draws",
            bytes=group.freed.bytes,
        ),
    ]


def _facts(case: Case, group: Grouped, figures: list[Slot]) -> list[str]:
    facts = []
    runs = makers(case, group.freed.gone)
    if len(runs) > 1:
        links = [f"[{r.execution_count}]" for r in runs if r.execution_count]
        facts.append(f"{listed(links[-_SHOWN:])} made them.")
    facts.append("`del` does not free a figure; `plt.close()` does.")
    last = [s for s in case.graph.slots if s.place == PLACE][-1:]
    if last and last[0] in figures:
        facts.append(f"Figure {last[0].key} is the current one: `plt.gcf()` finds it.")
    top = case.graph.modules[case.graph.slots[figures[0]]].partition(".")[0]
    cls = "Canvas" if top == "ipympl" else "Figure"
    library = top if top == "ipympl" else "matplotlib"
    return [*facts, *see(case, KIND, library, cls)]


def _breaks(case: Case, figures: list[Slot]) -> list[str]:
    kinds = {case.graph.kinds[case.graph.slots[s]] for s in figures}
    if kinds <= {_STILL}:
        return []
    return ["Figures on the page become still pictures."]


def does(members: Sequence[Candidate]) -> Deed:
    """What closing does."""
    count = sum(s.place == PLACE for m in members for s in m.slots)
    figures = plural(count, "figure", "figures")
    return Deed(f"Close {figures}, as `plt.close()` does.", f"{figures} closed")
