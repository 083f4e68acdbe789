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


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Open comms by their id, and the user's targets by name."""
    kernel = getattr(shell, "kernel", None)
    managers = [look.module_globals(n).get("_comm_manager") for n in _KEEPERS]
    managers.append(look.attributes(kernel).get("comm_manager"))
    seen: list[Any] = []
    for manager in managers:
        if manager is None or any(manager is m for m in seen):
            continue
        seen.append(manager)
        for comm_id, comm in look.pairs(_held(manager, "comms")):
            if type(comm_id) is str:
                yield f"comms['{comm_id}']", comm
        for name, target in look.pairs(_held(manager, "targets")):
            if type(name) is str and not look.is_machinery(target):
                yield f"targets['{safe.short(name)}']", target


def _held(manager: object, name: str) -> object:
    """A table of a manager; ipykernel's managers keep theirs as traits."""
    held = look.attributes(manager)
    traits = held.get("_trait_values")
    return held.get(name, traits.get(name) if type(traits) is dict else None)
