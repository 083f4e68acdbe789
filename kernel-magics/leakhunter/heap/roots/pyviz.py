"""pyviz_comms: the channels of panes that panel showed, each with the pane that it calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "pyviz comm"
MODULE = "pyviz_comms"
LIBRARY = "panel"
LABEL = "pyviz_comms.CommManager._comms{}"


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Channels by their number."""
    del shell
    for key, comm in look.pairs(table()):
        yield f"['{safe.short(key)}']", comm


def table() -> Any:
    """Where all managers keep their channels."""
    manager = look.module_globals(MODULE).get("CommManager")
    return look.type_dict(manager).get("_comms") if look.is_class(manager) else None
