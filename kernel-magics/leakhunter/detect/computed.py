"""Values that ``cached_property`` has computed and that no cell reads any more, while their objects are in use."""

from __future__ import annotations

import re

from leakhunter.detect import held
from leakhunter.detect.case import Case, Grouped, Told
from leakhunter.detect.leftover import is_leftover
from leakhunter.detect.mentions import Mentions
from leakhunter.detect.words import plural
from leakhunter.format import size_text
from leakhunter.heap.cuts.computed import PLACE
from leakhunter.heap.slots import Slot
from leakhunter.model import Holder

__all__ = ["PLACE", "over", "tell"]

_NUMBER = re.compile(r" #\d+$")
"""What tells the second of two that are written alike."""


def over(case: Case) -> dict[str, list[Slot]]:
    """Slots of such values, by class and attribute."""
    graph, mentions = case.graph, Mentions(case)
    found: dict[str, list[Slot]] = {}
    for slot, cut in graph.cuts.items():
        if slot.place != PLACE or _is_unread(case, cut.root):
            continue
        attribute = _attribute(slot)
        if attribute in mentions.known and mentions.is_over(attribute, 0):
            found.setdefault(f"{graph.kinds[cut.path[-1]]}.{attribute}", []).append(
                slot
            )
    return found


def _attribute(slot: Slot) -> str:
    return _NUMBER.sub("", str(slot.key)).rpartition(".")[2]


def _is_unread(case: Case, root: Slot) -> bool:
    """Is what leads there a variable that no cell reads?  Then all of it is told as that."""
    use = case.uses.get(str(root.key)) if root.place == "name" else None
    return use is not None and is_leftover(use)


def tell(case: Case, group: Grouped) -> Told:
    """Words for what was computed once."""
    slots = [s for s in group.slots if s.place == PLACE]
    ways = list(dict.fromkeys(s.label for s in slots))
    roots = list(dict.fromkeys(str(case.graph.cuts[s].root.key) for s in slots))
    titles = [m.title for m in group.members if m.slots[0].place == PLACE]
    size = size_text(group.freed.bytes)
    what = (
        held.quoted(ways)
        if len(slots) == 1
        else f"`{titles[0]}` of {plural(len(slots), 'object', 'objects')}"
    )
    was, reads = ("was", "it") if len(slots) == 1 else ("were", "them")
    return Told(
        verdict="suspect",
        label="Held",
        group="check",
        part=held.part_of(case, roots),
        title=", ".join(titles) if len(slots) > 1 else ways[0],
        names=ways[:1] if len(slots) == 1 else [*titles, *roots[:1]],
        path=[*ways[:4], *titles],
        reason=f"{what} {was} computed once, {size}; no cell reads {reads} any more."
        + held.too(group, "cache"),
        chain=held.chain(
            roots,
            Holder(
                role="link", label=f"`{titles[0]}`", note="computed once", stuck=True
            ),
            held.biggest(case, group.freed.gone),
            group.freed.bytes,
        ),
        facts=[
            "`cached_property` keeps its value for as long as the object lives.",
            *held.facts_of(case, roots),
        ][:4],
        breaks=[f"The next use of `{ways[0]}` computes it again."],
        fix="\n".join(f"del {way}" for way in ways[:3]),
    )
