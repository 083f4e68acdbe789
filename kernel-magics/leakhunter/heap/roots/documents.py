"""bokeh: the current document, and what was shown with a handle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "document"
MODULE = "bokeh.io.state"
LIBRARY = "bokeh"
LABEL = "bokeh.io.{}"

_LABELS = {
    "_document": "curdoc()",
    "document": "curdoc()",
    "last_comms_handle": "state.curstate().last_comms_handle",
    "uuid_to_server": "state.curstate().uuid_to_server",
}


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """What the state holds, when there is one; asking ``curdoc()`` would make one."""
    del shell
    names = look.module_globals(MODULE)
    held = look.attributes(names.get("_STATE", names.get("_state")))
    for attribute, label in _LABELS.items():
        if not look.is_small(held.get(attribute)):
            yield label, held[attribute]
