"""What any slot holds now: of the session, or of a root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import BY_PLACE, value_at
from leakhunter.heap.slots import Slot, value_in

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def held_in(shell: InteractiveShell, slot: Slot) -> Any:
    """What a slot holds, or :data:`leakhunter.heap.slots.GONE`; inside an object always gone."""
    if slot.place in BY_PLACE:
        return value_at(shell, slot)
    return value_in(shell, slot)
