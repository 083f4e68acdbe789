"""Lists of the interpreter that any code may add to, and that nothing shortens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leakhunter.heap.roots import look

_LISTS = (
    ("sys", "path"),
    ("sys", "meta_path"),
    ("sys", "path_hooks"),
    ("warnings", "filters"),
)


def process_lists() -> Iterator[tuple[str, Any]]:
    """Each with its name, as code reaches it."""
    for module, name in _LISTS:
        held = look.module_globals(module).get(name)
        if type(held) is list:
            yield f"{module}.{name}", held
