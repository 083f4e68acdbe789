"""linecache: texts of source files and cells; it forgets none.

Only texts of a megabyte and more are listed: an ordinary file has a hundredth of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "source"
MODULE = "linecache"
LIBRARY = "linecache"
LABEL = "linecache.cache['…{}']"


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Long texts by the end of their file's name."""
    del shell
    for name, entry in look.pairs(look.module_globals("linecache")["cache"]):
        if type(name) is str and type(entry) is tuple and entry:
            size = entry[0]
            if type(size) is int and size >= look.BIG:
                yield safe.short(name[-safe.TEXT_MAX + 1 :]), entry
