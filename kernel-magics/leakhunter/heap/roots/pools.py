"""Pools of workers: multiprocessing's, and the executor that joblib uses again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "pool"
MODULE = None
LIBRARY = "pools of workers"
LABEL = "{}"

_LOKY = ("joblib.externals.loky.reusable_executor", "loky.reusable_executor")


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Arguments of multiprocessing's finalizers, and loky's executor."""
    del shell
    names = look.module_globals("multiprocessing.util")
    for i, (_, one) in enumerate(look.pairs(names.get("_finalizer_registry"))):
        held = look.attributes(one)
        name = look.called(held.get("_callback"))
        for attribute in ("_callback", "_args", "_kwargs"):
            if look.keeps(held.get(attribute)):
                yield (
                    f"multiprocessing finalizer {i}: {name} {attribute[1:]}",
                    held[attribute],
                )
    for module in _LOKY:
        for name in ("_executor", "_executor_kwargs"):
            value = look.module_globals(module).get(name)
            if look.keeps(value):
                yield f"{module}.{name}", value
