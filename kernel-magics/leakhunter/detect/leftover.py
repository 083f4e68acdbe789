"""``leftover-variable``: a name that no later cell reads.

Let k be the last executed cell that binds or reads the name.  Once a later
cell has run it is a leftover, unless a cell of the notebook that has still to
run reads it.  When ``eval``, ``globals()`` or a magic may read it, the verdict
is *suspect*.  It is safe to clear only after ``leftover_after`` later runs:
what the user works with right now must never be called safe.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leakhunter.detect.case import Candidate, Case, Deed, Grouped, Told
from leakhunter.detect.liveness import Use
from leakhunter.detect.reruns import breaks_of
from leakhunter.detect.words import listed, plural
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder, Kind

KIND: Kind = "leftover-variable"


def is_leftover(use: Use) -> bool:
    """Has a later cell run, and does none still to come read it, nor what something else calls?"""
    return use.later >= 1 and use.next_reader is None and not use.called


def candidates(case: Case) -> Iterator[Candidate]:
    """Names that no later cell reads."""
    for name, use in case.uses.items():
        if not is_leftover(use):
            continue
        made = use.made.run if use.made is not None else 0
        safe = use.doubt is None and use.later >= case.settings.leftover_after
        yield Candidate(KIND, (Slot("name", name),), (KIND, name, made), name, safe)


def tell(case: Case, group: Grouped) -> Told:
    """Words for leftover names, and for displayed values that share their data."""
    mine = [m for m in group.members if m.kind == KIND]
    others = [m for m in group.members if m.kind != KIND]
    names = [m.title for m in mine]
    uses = [case.uses[name] for name in names]
    doubt = next((u.doubt for u in uses if u.doubt is not None), None)
    latest = max(uses, key=lambda u: u.last.run if u.last is not None else 0)
    sentence = _steps(latest) if group.parts else _sentence(latest, doubt, len(names))
    if others:
        sentence += (
            f" The output history keeps {'it' if len(names) == 1 else 'them'} too."
        )
    return Told(
        verdict="suspect" if doubt is not None else "leftover",
        label="Leftover",
        group="safe" if all(m.safe for m in group.members) else "check",
        part="leftover",
        title=", ".join(names),
        names=names,
        path=[*names, *(slot.label for m in others for slot in m.slots)],
        reason=sentence,
        chain=_chain(case, group, names, [m.title for m in others]),
        facts=_facts(names, uses),
        breaks=breaks_of(case, names),
        fix=f"del {', '.join(names)}"
        + (f"   # after {latest.last.link}" if latest.last else ""),
    )


def _others(others: list[Candidate], them: str) -> str:
    """What has to go together with the names."""
    kinds = {m.kind for m in others}
    text = f" The output history keeps {them} too." if "output-history" in kinds else ""
    if "traceback" in kinds:
        text += f" The traceback of a failed cell keeps {them} too."
    views = [f"`{m.title}`" for m in others if m.kind == "view-base"]
    if views:
        verb = "shows" if len(views) == 1 else "show"
        text += f" {listed(views)} {verb} a part and {'becomes a copy' if len(views) == 1 else 'become copies'}."
    return text


def _steps(use: Use) -> str:
    """The sentence about a chain of results that only led to each other."""
    last = (
        f", the last by {use.last.link}" if use.last is not None and use.readers else ""
    )
    return f"Each was read only to make the next{last}. No cell reads them after that."


def _sentence(use: Use, doubt: object, count: int) -> str:
    it, them = ("it", "reads it") if count == 1 else ("them", "reads them")
    if use.doubt is not None:
        cell, how = use.doubt
        verb = "runs" if how.startswith("%") else "calls"
        return f"No cell names {it}, but {cell.link} {verb} `{how}`: cannot tell."
    if doubt is not None:
        return f"No cell names {it} all, but a later cell can read one: cannot tell."
    if use.last is None:
        text = f"Made before the first recorded cell. No cell {them}."
    elif use.readers and use.readers[-1] is use.last:
        text = f"Last read by {use.last.link}. No cell {them} after that."
    else:
        text = f"Made by {use.last.link}. No cell {them}."
    if count > 1:
        text += " They free only together."
    return text


def _chain(
    case: Case, group: Grouped, names: list[str], shown: list[str]
) -> list[Holder]:
    kind, shape = case.what(group.members[0].slots[0])
    label = listed([f"`{n}`" for n in [*names, *shown]])
    return [
        Holder(role="root", label="Notebook variables", note=""),
        Holder(
            role="link",
            label=label,
            note="no cell reads it" if len(names) == 1 else "no cell reads them",
        ),
        Holder(role="object", label=kind, note=shape, bytes=group.freed.bytes),
    ]


def _facts(names: list[str], uses: list[Use]) -> list[str]:
    facts = []
    for name, use in list(zip(names, uses, strict=True))[:3]:
        if use.made is not None:
            facts.append(f"{use.made.link} made `{name}`.")
        readers = list(dict.fromkeys(r.link for r in use.readers if r is not use.made))
        if readers:
            facts.append(f"{listed(readers[-3:])} read `{name}`.")
        if use.doubt is not None:
            facts.append(
                f"{use.doubt[0].link} has `{use.doubt[1]}`, which can read any name."
            )
    later = min(use.later for use in uses)
    facts.append(
        f"{plural(later, 'cell has', 'cells have')} run since without reading {'it' if len(names) == 1 else 'them'}."
    )
    return facts


def does(members: Sequence[Candidate]) -> Deed:
    """What clearing does."""
    if len(members) == 1:
        return Deed(f"Delete the name `{members[0].title}`.", "deleted")
    return Deed(f"Delete the {len(members)} names.", f"{len(members)} names deleted")
