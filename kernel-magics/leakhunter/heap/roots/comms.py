"""Comms: open channels to the front end, and what listens for new ones.

A page that was reloaded leaves its comms open in the kernel.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "comm"
MODULE = "comm"
LIBRARY = "comm"
LABEL = "comm_manager.{}"

_KEEPERS = ("ipykernel.ipkernel", "comm")
"""Modules whose ``_comm_manager`` is the kernel's; asking ``get_comm_manager`` would make one."""


COMMS, TARGETS = "comms", "targets"
"""Tables of a manager, and how the keys of their slots begin."""


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Open comms by their id, and the user's targets by name."""
    for manager in _managers(shell):
        for comm_id, comm in look.pairs(_held(manager, COMMS)):
            if type(comm_id) is str:
                yield f"{COMMS}['{comm_id}']", comm
        for name, target in look.pairs(_held(manager, TARGETS)):
            if type(name) is str and not look.is_machinery(target):
                yield f"{TARGETS}['{safe.short(name)}']", target


def tables(shell: InteractiveShell, name: str) -> list[Any]:
    """The tables of this name of all managers."""
    return [_held(manager, name) for manager in _managers(shell)]


def _managers(shell: InteractiveShell) -> list[Any]:
    """The kernel's managers of comms, each once."""
    kernel = getattr(shell, "kernel", None)
    managers = [look.module_globals(n).get("_comm_manager") for n in _KEEPERS]
    managers.append(look.attributes(kernel).get("comm_manager"))
    seen: list[Any] = []
    for manager in managers:
        if manager is not None and not any(manager is m for m in seen):
            seen.append(manager)
    return seen


def _held(manager: object, name: str) -> object:
    """A table of a manager; ipykernel's managers keep theirs as traits."""
    held = look.attributes(manager)
    traits = held.get("_trait_values")
    return held.get(name, traits.get(name) if type(traits) is dict else None)
