"""In which order slots are emptied: such that stopping anywhere loses nothing.

What nothing refers to goes first; it is nobody's.  Then what a library closes
by its own API (figures, widgets, pools, connections, hooks, futures): that may
fail, and while it does the variables that lead to it are all in place.  Then
references inside objects, which are found by their way from a variable.
Tracebacks and outputs follow, and the user's names come last: whatever was
interrupted before, its data still has its name.
"""

from __future__ import annotations

from leakhunter.heap.slots import GARBAGE, KEPT, STUCK, Slot, is_output_name

_NOBODYS, _CLOSED, _INSIDE, _TRACEBACKS, _OUTPUTS, _NAMES = range(6)

_PHASES = {
    **dict.fromkeys((KEPT.place, GARBAGE.place, STUCK.place), _NOBODYS),
    **dict.fromkeys(
        (
            "tensor",
            "items",
            "lookup",
            "cache",
            "computed",
            "suspended",
            "raised",
            "view",
        ),
        _INSIDE,
    ),
    **dict.fromkeys(("sys", "formatter", "error"), _TRACEBACKS),
    **dict.fromkeys(("out", "hidden", "displayhook", "result", "stored"), _OUTPUTS),
    "name": _NAMES,
}
"""By place; all others are of libraries, which close them."""


def phase(slot: Slot) -> int:
    """When a slot is emptied: the lower, the earlier."""
    if slot.place == "name" and is_output_name(str(slot.key)):
        return _OUTPUTS
    return _PHASES.get(slot.place, _CLOSED)
