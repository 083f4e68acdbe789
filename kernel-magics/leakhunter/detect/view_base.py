"""``view-base``: a small view keeps a big array, a few rows keep every level of an index.

By layout, not by method: what counts is that the base is bigger than all its
views together and that nothing but views holds it.  A name that is a leftover
anyway is not reported here again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.words import listed, plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.pins import replaceable
from leakhunter.heap.graph import Cut
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "view-base"


def candidates(case: Case) -> Iterator[Candidate]:
    """Names through which wasteful views are held."""
    by_name: dict[str, list[Slot]] = {}
    for slot, cut in case.graph.cuts.items():
        if slot.place == "view":
            by_name.setdefault(str(cut.root.key), []).append(slot)
    for name, slots in by_name.items():
        use = case.uses.get(name)
        if use is None or is_leftover(use):
            continue
        made = use.made.run if use.made is not None else 0
        safe = all(
            replaceable(case.graph, case.graph.cuts[s]) is not None for s in slots
        )
        views = {case.graph.cuts[s].path[-1] for s in slots}
        copies = sum(p.shown for p in case.graph.pins if p.view in views)
        yield Candidate(
            KIND, tuple(slots), (KIND, name, made), name, safe,
            copies=copies, exact=safe,
        )  # fmt: skip


def tell(case: Case, group: Grouped) -> Told:
    """Words for views that keep what they show a part of."""
    graph = case.graph
    names = [m.title for m in group.members]
    cuts = [graph.cuts[s] for s in group.slots if s in graph.cuts]
    cuts.sort(key=lambda c: graph.kinds[c.path[-1]] != "MultiIndex")
    views = list(dict.fromkeys(c.path[-1] for c in cuts))
    shown = sum(p.shown for p in graph.pins if p.view in views)
    index = graph.kinds[views[0]] == "MultiIndex"
    born = case.uses[names[0]].made
    link = f" from {born.link}" if born is not None and born.count is not None else ""
    size = size_text(group.freed.bytes)
    if index:
        reason = f"{graph.shapes.get(views[0], 'A few')} rows{link} keep every value of a MultiIndex, {size}."
    elif len(views) == 1:
        reason = f"A {size_text(shown)} view{link} keeps a whole {size} array alive."
    else:
        reason = f"{plural(len(views), 'view', 'views')} of {size_text(shown)}{link} keep {size} of arrays alive."
    safe = all(m.safe for m in group.members)
    return Told(
        verdict="suspect",
        label="Pinned",
        group="safe" if safe else "check",
        part="views",
        title=", ".join(names),
        names=names,
        path=[s.label for s in group.slots],
        reason=reason,
        chain=_chain(case, group, cuts, shown, index=index),
        facts=_facts(case, names, cuts),
        breaks=[],
        fix=_fix(case, names[0], cuts[0], index=index),
        made_again=False,
        exact_remedy=safe,
    )


def _chain(
    case: Case, group: Grouped, cuts: list[Cut], shown: int, *, index: bool
) -> list[Holder]:
    graph = case.graph
    first = cuts[0]
    view, base = (
        graph.shapes.get(first.path[-1], ""),
        graph.shapes.get(first.target, ""),
    )
    return [
        Holder(role="root", label="Notebook variables", note=""),
        Holder(
            role="link", label=listed([f"`{m.title}`" for m in group.members]), note=""
        ),
        Holder(
            role="link",
            label="index" if index else "array view",
            note=f"{view} rows" if index else view,
            bytes=shown,
        ),
        Holder(
            role="link",
            label="`.levels`" if index else "`.base`",
            note="keeps every value" if index else "keeps the whole array",
            stuck=True,
        ),
        Holder(
            role="object",
            label="MultiIndex levels" if index else "array",
            note=""
            if index
            else base + (f" and {len(cuts) - 1:,} more" if len(cuts) > 1 else ""),
            bytes=group.freed.bytes,
        ),
    ]


def _facts(case: Case, names: list[str], cuts: list[Cut]) -> list[str]:
    facts = []
    if len(cuts) > 1 and len(names) > 1:
        facts.append(
            f"{listed([f'`{n}`' for n in names])} show parts of the same data: only all copies free it."
        )
    facts.append("Nothing but views holds the rest of it.")
    for name in names[:2]:
        use = case.uses[name]
        if use.readers:
            facts.append(
                f"`{name}` is read by {use.readers[-1].link}, so what it shows is kept."
            )
    return facts


def _fix(case: Case, name: str, cut: Cut, *, index: bool) -> str:
    graph = case.graph
    kind = graph.kinds[cut.path[0]]
    if index:
        holder = f"{name}.index" if kind in ("DataFrame", "Series") else name
        return f"{holder} = {holder}.copy(deep=True).remove_unused_levels()"
    if graph.modules[cut.path[0]].startswith("xarray."):
        return f"{name} = {name}.copy(deep=True)"
    at = replaceable(graph, cut)
    copied = cut.path[at if at is not None else -1]
    library = graph.modules[copied].partition(".")[0]
    copy = _COPIES.get(library, "{}.copy()")
    if (library, graph.kinds[copied]) == ("polars", "Series"):
        copy = "pl.Series({0}.name, {0}.to_list(), {0}.dtype)"
    if kind == "list":
        return f"{name}[:] = [{copy.format('part')} for part in {name}]"
    if kind == "dict":
        return f"{name}.update({{key: {copy.format('part')} for key, part in {name}.items()}})"
    return f"{name} = {copy.format(name)}"


_COPIES = {
    "torch": "{}.clone()",
    "pyarrow": "{0}.filter([True] * len({0}))",
    "polars": "pl.DataFrame({0}.to_dict(as_series=False), schema={0}.schema)",
    "builtins": "memoryview(bytes({}))",  # of these only a memoryview shows a part
}
"""How to copy what is not copied by `copy()`, by library."""


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    views = len({s.label for m in members for s in m.slots})
    if views == 1:
        return Deed("Replace the view by a copy. Same values.", "now a copy")
    return Deed(f"Replace {views} views by copies. Same values.", f"now {views} copies")
