"""matplotlib: figures that pyplot holds until they are closed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "figure"
MODULE = "matplotlib._pylab_helpers"
LIBRARY = "matplotlib"
LABEL = "Gcf.figs[{}]"


def entries(shell: InteractiveShell) -> Iterator[tuple[int, Any]]:
    """The manager of each open figure, by the figure's number."""
    del shell
    figs = look.type_dict(look.module_globals(MODULE)["Gcf"])["figs"]
    for number, manager in look.pairs(figs):
        if type(number) is int:
            yield number, manager
