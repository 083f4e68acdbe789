"""ipywidgets: every widget that was made and not closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "widget"
MODULE = "ipywidgets.widgets.widget"
LIBRARY = "ipywidgets"
LABEL = "Widget.widgets['{}']"


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Open widgets by the id of their model; up to version 7 the class holds them, then the module."""
    del shell
    names = look.module_globals(MODULE)
    held = names.get("_instances")
    if held is None:
        held = look.type_dict(names["Widget"])["widgets"]
    for model, widget in look.pairs(held):
        if type(model) is str:
            yield model, widget
