"""Ending worker processes by the library's own way; only for its own classes, never a subclass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Graph
from leakhunter.heap.roots import look
from leakhunter.heap.slots import CHILD, Slot, value_in

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = CHILD

_LOKY = ("joblib.externals.loky.reusable_executor", "loky.reusable_executor")


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """End the workers of a variable's pool, loader or executor, or of loky's executor."""
    if slot.key == "loky":
        for module in _LOKY:
            _shutdown(look.module_globals(module).get("_executor"))
        return
    name = Slot("name", str(slot.key))
    held = value_in(shell, name)
    if name in graph.slots and id(held) == graph.ids[graph.slots[name]]:
        _end(held)


def _end(held: Any) -> None:
    cls = type(held)
    if cls is look.module_globals("multiprocessing.pool").get("Pool"):
        cls.terminate(held)
        cls.join(held)
    elif cls is look.module_globals("torch.utils.data.dataloader").get("DataLoader"):
        # ending the last iterator ends its workers; the loader makes new ones when asked
        own = look.attributes(held)
        iterator = own.get("_iterator")
        own["_iterator"] = None
        if iterator is not None:
            type(iterator)._shutdown_workers(iterator)  # noqa: SLF001 - what its end calls
    elif cls is look.module_globals("concurrent.futures.process").get(
        "ProcessPoolExecutor"
    ):
        cls.shutdown(held, wait=True, cancel_futures=True)


def _shutdown(executor: Any) -> None:
    if executor is not None:
        type(executor).shutdown(executor, wait=True, kill_workers=True)
