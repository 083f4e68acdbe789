"""Reading and emptying exact holder slots.

One slot is emptied at a time, by its place and key; never ``%xdel``, which
deletes every name that holds the same object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunter.heap.slots import (
    UNDERSCORES,
    Slot,
    namespace,
    output_dict,
    stored_outputs,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

GONE = object()
"""What :func:`value_in` says of an empty slot."""


def value_in(shell: InteractiveShell, slot: Slot) -> Any:
    """What a slot holds, or :data:`GONE`."""
    match slot.place:
        case "name":
            return namespace(shell).get(str(slot.key), GONE)
        case "hidden":
            return shell.user_ns_hidden.get(str(slot.key), GONE)
        case "out":
            return output_dict(shell).get(int(slot.key), GONE)
        case "stored":
            return stored_outputs(shell).get(int(slot.key), GONE)
        case "displayhook":
            return getattr(shell.displayhook, str(slot.key), GONE)
        case "result":
            last = shell.last_execution_result
            return GONE if last is None else last.result


def empty(shell: InteractiveShell, slot: Slot) -> None:
    """Empty one slot; an empty one stays empty.

    ``_``, ``__`` and ``___`` become ``''`` in all their places, as IPython's
    own flush leaves them: the display hook compares them with each other.
    """
    blank = str(slot.key) in UNDERSCORES
    match slot.place:
        case "name" | "hidden":
            space = namespace(shell) if slot.place == "name" else shell.user_ns_hidden
            if blank and str(slot.key) in space:
                space[str(slot.key)] = ""
            else:
                space.pop(str(slot.key), None)
        case "out":
            output_dict(shell).pop(int(slot.key), None)
        case "stored":
            stored_outputs(shell).pop(int(slot.key), None)
        case "displayhook":
            setattr(shell.displayhook, str(slot.key), "")
        case "result":
            if shell.last_execution_result is not None:
                shell.last_execution_result.result = None
