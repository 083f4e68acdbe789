"""What should have gone and is still there: by whom it is held, since when, what would let go of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from leakhunter.act.proof import Watched
from leakhunter.heap.graph import Graph
from leakhunter.heap.holders import MOST, holders_of
from leakhunter.heap.slots import Slot, is_output_name
from leakhunter.heap.trial import Trial
from leakhunter.model import Survivor

if TYPE_CHECKING:
    from leakhunter.detect.find import Found


def survivors(
    one: Found, going: Watched, then: Graph, now: Graph, known: Sequence[Found]
) -> list[Survivor]:
    """What should have gone with a finding and is still there, and who holds it now.

    Parameters
    ----------
    one, going
        The finding that was cleared, and what should have gone with it.
    then, now
        The picture of the preview, and that after clearing.
    known
        Findings of the check before: what lets go of a library's slot.
    """
    objects = [(node, ref(), size) for node, (ref, size) in going.items()]
    left = {id(obj): (node, size) for node, obj, size in objects if obj is not None}
    del objects
    if not left:
        return []
    held = Trial(outside={n: 1 for n, key in enumerate(now.ids) if key in left})
    holding = _holding(now, held.outside)
    before = _holding(then, [node for node, _ in left.values()])
    labels = {slot.label for slot in before}
    return [
        Survivor(
            name=one.finding.title,
            bytes=sum(size for _, size in left.values()),
            holders=holders_of(now, set(), held),
            after_preview=bool(holding)
            and labels.isdisjoint(slot.label for slot in holding),
            release=_release(holding, known),
        )
    ]


def _holding(graph: Graph, nodes: Iterable[int]) -> list[Slot]:
    """Slots that lead to one of these."""
    above = graph.leading_to(nodes)
    return [slot for slot, node in graph.slots.items() if node in above]


def _release(holding: Sequence[Slot], known: Sequence[Found]) -> list[str]:
    """What to preview for letting go of the holders: variables, outputs, findings."""
    by_slot = {
        slot: f.finding.id
        for f in known
        if f.finding.remedy.action == "clear"
        for slot in f.slots
    }
    words = [_word(slot, by_slot) for slot in holding]
    return list(dict.fromkeys(word for word in words if word is not None))[:MOST]


def _word(slot: Slot, by_slot: Mapping[Slot, str]) -> str | None:
    if slot.place == "name" and not is_output_name(str(slot.key)):
        return str(slot.key)
    if slot.execution_count is not None and slot.place != "stored":
        return f"Out[{slot.execution_count}]"
    return by_slot.get(slot)
