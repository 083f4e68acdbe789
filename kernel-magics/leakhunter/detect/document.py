"""``document``: plots that bokeh's document and the views of panel and holoviews keep.

``show()`` makes each figure a root of bokeh's current document; panel and
holoviews register every render.  The page does not need them: only callbacks
to Python do.  A plot that a variable of the user's names is left alone, or
told together with that variable, when no cell reads it: so with a pane that
was shown, which its channels to the page hold too (:mod:`.channels`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.beside import names_beside, shown_beside, verdict_of
from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.channels import channels
from leakhunter.detect.handlers import only_called
from leakhunter.detect.known import see
from leakhunter.detect.made import chip, makers
from leakhunter.detect.words import listed, plural
from leakhunter.heap.cuts.documents import CURRENT, MODELS, ROOT, SHEET, VIEWS
from leakhunter.heap.graph import Graph
from leakhunter.heap.slots import SESSION, Slot
from leakhunter.heap.trial import trial
from leakhunter.model import Holder, Kind

KIND: Kind = "document"

_PANEL = "panel"
_FIX = """import panel as pn
pane = pn.pane.HoloViews(); display(pane)   # once
pane.object = None   # in each run: the new plot, in the same pane"""
_SHOWN = 3


def candidates(case: Case) -> Iterator[Candidate]:
    """Roots of the document, and views."""
    yield from _roots(case)
    yield from _views(case)


def _roots(case: Case) -> Iterator[Candidate]:
    """All roots that the session reaches only through the document as one, each other one by itself."""
    graph = case.graph
    roots = [s for s in graph.cuts if s.place == ROOT]
    if not roots:
        return
    models = [s for s in graph.cuts if s.place == MODELS]
    document = graph.slots[CURRENT]
    own = {n for slot, n in graph.slots.items() if slot.place in SESSION}
    named = graph.reach_without(own, {(document, document)})
    loose = [s for s in roots if graph.cuts[s].target not in named]
    for slot in roots:
        if slot not in loose:
            whole = (slot, *models)
            yield Candidate(KIND, whole, (KIND, *slot), slot.label, safe=False)
    if loose:
        title = plural(len(loose), "plot in curdoc()", "plots in curdoc()")
        yield Candidate(KIND, (*loose, *models), (KIND, ROOT), title, safe=False)


def _views(case: Case) -> Iterator[Candidate]:
    """The renders of each pane that a variable leads to; of the others all that can go, and all that more holds."""
    graph = case.graph
    views = [
        s for s in graph.slots if s.place == _PANEL and str(s.key).startswith(VIEWS)
    ]
    whole = {v: _parts(graph, v, more) for v, more in channels(graph, views).items()}
    fresh = _alone(case, views)
    panes: dict[int, list[Slot]] = {}
    for view in views:
        if view not in fresh:
            parts = graph.edges[graph.slots[view]]
            # the collector lists a tuple from its end, and a view begins with its pane
            panes.setdefault(parts[-1] if len(parts) else -1, []).append(view)
    for renders in panes.values():
        slots = tuple(slot for view in renders for slot in whole[view])
        title = plural(len(renders), "render", "renders")
        yield Candidate(KIND, slots, (KIND, *renders[0]), title, safe=False)
    if not fresh:
        return
    gone = trial(graph, [s for view in fresh for s in whole[view]]).freed
    weights = {slot: _weight(case, nodes) for slot, nodes in fresh.items()}
    free = [s for s in fresh if 2 * _weight(case, fresh[s] & gone) >= weights[s]]
    held = [s for s in fresh if s not in free]
    if free:
        slots = tuple(s for one in free for s in whole[one])
        title = plural(len(free), "render", "renders")
        yield Candidate(KIND, slots, (KIND, "renders"), title, safe=False)
    if held:
        size = _weight(case, set().union(*(fresh[s] for s in held)))
        title = plural(len(held), "view", "views")
        key = (KIND, "views")
        yield Candidate(KIND, tuple(held), key, title, safe=False, bytes=size)


def _alone(case: Case, views: list[Slot]) -> dict[Slot, set[int]]:
    """By view, what it reaches and the session does not, where that is the greater part.

    Hundreds of views may lead to the same pane: what all of them reach is
    looked at once, and what each does only as far as it is fresh.
    """
    graph = case.graph
    every = set(graph.reach([graph.slots[view] for view in views])) - case.reached
    found = {}
    for view in views if every else ():
        reached = graph.reach([graph.slots[view]])
        fresh = every.intersection(reached)
        if fresh and 2 * _weight(case, fresh) >= graph.weight(reached):
            found[view] = fresh
    return found


def _parts(graph: Graph, view: Slot, more: list[Slot]) -> list[Slot]:
    """A view with what else is kept of it: its handle, its channels and its style sheets."""
    handle = Slot(_PANEL, f"_handles[{str(view.key)[len(VIEWS) :]}")
    sheet = Slot(SHEET, str(view.key))
    known = [view, *more] + [handle] * (handle in graph.slots)
    return [sheet] * (sheet in graph.cuts) + known


def _weight(case: Case, nodes: set[int]) -> int:
    return sum(case.graph.sizes[n] for n in nodes)


def tell(case: Case, group: Grouped) -> Told:
    """Words for plots that a document keeps."""
    first = next(m for m in group.members if m.kind == KIND)
    place = first.slots[0].place
    if place == ROOT:
        return _tell_roots(case, group)
    return _tell_views(case, group, first)


def _tell_roots(case: Case, group: Grouped) -> Told:
    roots = [s for s in group.slots if s.place == ROOT]
    names = names_beside(group, KIND)
    plots = plural(len(roots), "plot", "plots")
    it = "it" if len(roots) == 1 else "them"
    if names:
        reason = f"bokeh's document keeps {plots}; no cell reads {listed([f'`{n}`' for n in names])} any more."
    else:
        verb = "is still a root" if len(roots) == 1 else "are still roots"
        reason = f"{plots} {verb} of bokeh's document; no variable names {it}."
    return Told(
        verdict=verdict_of(group, names),
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([*(m.title for m in group.members if m.kind == KIND), *names]),
        names=["curdoc()", *names],
        path=["curdoc()", "Document", *(s.label for s in roots), *names],
        reason=reason,
        chain=[
            Holder(role="root", label="bokeh.io.curdoc()", note="`show()` adds each plot to it"),
            Holder(role="link", label=listed([f"`{s.label}`" for s in roots[:_SHOWN]]), note="", stuck=True),
            Holder(role="object", label=plots, note="with their data", bytes=group.freed.bytes),
        ],
        facts=_facts(case, group, "The page has its own copy and does not need the document.", *see(case, KIND, "bokeh")),
        breaks=["`push_notebook()` no longer reaches these plots."],
        fix="from bokeh.io import reset_output, output_notebook\nreset_output()   # forgets all plots\noutput_notebook()",
    )  # fmt: skip


def _tell_views(case: Case, group: Grouped, first: Candidate) -> Told:
    views = [
        s for s in group.slots if str(s.key).startswith(VIEWS) and s.place == _PANEL
    ]
    clearable = first.bytes is None
    names = names_beside(group, KIND)
    shown = shown_beside(group)
    starts = [case.graph.slots[v] for v in views]
    reached = set(case.graph.reach(starts))
    goes = group.freed.freed & reached if clearable else reached - case.reached
    wanted = only_called(case.graph, starts, goes)
    panes = plural(len(views), "render", "renders")
    it = "it keeps" if len(views) == 1 else "they keep"
    if names:
        reason = f"panel registered {panes}; no cell reads {listed([f'`{n}`' for n in names])} any more."
    else:
        reason = f"panel registered {panes} that no variable names; {it} the data."
    if shown:
        reason += f" The data are in `{shown[0]}` too."
    labels = [s.label for s in views]
    return Told(
        verdict="suspect" if wanted else verdict_of(group, names),
        label=chip(case, group.freed.gone),
        group="check",
        part="registry",
        title=", ".join([panes if clearable else first.title, *names]),
        names=["pn.state._views", *names],
        path=["panel", *labels, *shown, *names],
        reason=reason,
        chain=[
            Holder(role="root", label="panel", note="registers every render"),
            Holder(role="link", label="`pn.state._views`", note=panes, stuck=True),
            Holder(role="object", label="plots", note="with their data", bytes=group.freed.bytes),
        ],
        facts=_facts(
            case, group,
            "A render stays registered when its cell runs again.",
            *(["A function that the page can call keeps most of it."] if wanted else []),
            *see(case, KIND, "panel"),
            *([] if clearable else ["More than the register holds it: clearing cannot be promised."]),
        ),
        breaks=["The plots stay on the page; Python no longer hears of them."],
        fix=_FIX,
        exact_remedy=clearable,
    )  # fmt: skip


def _facts(case: Case, group: Grouped, *more: str) -> list[str]:
    runs = [r for r in makers(case, group.freed.gone) if r.execution_count]
    made = [f"{listed([f'[{r.execution_count}]' for r in runs[-_SHOWN:]])} made them."]
    return [*(made if runs else []), *more]


def does(members: Sequence[Candidate]) -> Deed:
    """What forgetting does."""
    roots = sum(s.place == ROOT for m in members for s in m.slots)
    if roots:
        plots = plural(roots, "plot", "plots")
        return Deed(
            f"Take {plots} out of bokeh's document; the page keeps its own.",
            f"{plots} taken out",
        )
    return Deed("Forget the renders; the plots stay on the page.", "renders forgotten")  # fmt: skip
