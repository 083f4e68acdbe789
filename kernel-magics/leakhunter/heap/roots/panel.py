"""panel: what was shown, by view, and the caches and tables of its state."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "panel"
MODULE = "panel.io.state"
LIBRARY = "panel"
LABEL = "pn.state.{}"

_BY_KEY = frozenset({"_views", "_handles", "cache", "_memoize_cache"})
"""Tables whose entries are listed one by one."""


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Entries of the views and caches, and all other tables that are not empty."""
    del shell
    state = look.module_globals(MODULE)["state"]
    own = look.attributes(state).get("_param__private")
    values = look.type_dict(type(own)).get("values")
    params = values.__get__(own) if values is not None else {}
    for name, value in [*look.type_dict(type(state)).items(), *look.pairs(params)]:
        if name in _BY_KEY:
            for key, entry in look.pairs(value):
                yield f"{name}['{safe.short(key)}']", entry
        elif _is_table(value):
            yield name, value


def _is_table(value: Any) -> bool:
    if type(value) is weakref.WeakKeyDictionary:
        return len(look.attributes(value)["data"]) > 0
    return id(type(value)) in look.SIZED and look.keeps(value)
