"""What any slot holds now, and what lies on the way from it: of the session, or of a root."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import Step, follow_from
from leakhunter.heap.roots import BY_PLACE, value_at
from leakhunter.heap.slots import Slot, value_in

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def held_in(shell: InteractiveShell, slot: Slot) -> Any:
    """What a slot holds, or :data:`leakhunter.heap.slots.GONE`; inside an object always gone."""
    if slot.place in BY_PLACE:
        return value_at(shell, slot)
    return value_in(shell, slot)


def follow_held(
    shell: InteractiveShell, graph: Graph, root: Slot, path: Sequence[int]
) -> list[Step] | None:
    """The objects along a path from any slot; ``None`` without one, or when one is no longer there."""
    if not path:
        return None
    return follow_from(held_in(shell, root), root.label, graph, path)
