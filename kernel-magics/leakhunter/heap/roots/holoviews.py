"""holoviews: callbacks of plots that are on the screen, and options of single objects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "holoviews"
MODULE = "holoviews.core.options"
LIBRARY = "holoviews"
LABEL = "{}"

_TABLES = (
    ("holoviews.plotting.bokeh.callbacks", "Callback", "_callbacks"),
    (MODULE, "Store", "_custom_options"),
    (MODULE, "Store", "_weakrefs"),
)


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Tables of its classes that are not empty."""
    del shell
    for module, cls, name in _TABLES:
        held = look.module_globals(module).get(cls)
        table = look.type_dict(held).get(name) if look.is_class(held) else None
        if not look.is_small(table) and look.keeps(table):
            yield f"{cls}.{name}", table
