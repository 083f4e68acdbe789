"""asyncio: calls that the event loop was asked to make later, which it keeps with their arguments.

Only the loop that runs is asked.  What it calls for tasks and futures is its
own, and the kernel's calls are left out.  Cost: 2 µs a call.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "timer"
MODULE = "asyncio.events"
LIBRARY = "asyncio"
LABEL = "loop.call_later {}"

_OWN = look.MACHINERY | {"asyncio", "_asyncio", "concurrent", "distributed"}


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Callbacks of the user's and their arguments, by the function's name."""
    for handle in handles():
        callback = look.field(handle, "_callback")
        if look.package_of(callback) not in _OWN:
            for value in (callback, look.field(handle, "_args")):
                if look.keeps(value) or look.of_cells(shell, value):
                    yield look.called(callback), value


def handles() -> list[Any]:
    """What the running loop keeps until its time comes."""
    return look.sequence(look.attributes(_loop()).get("_scheduled"))


def is_traced() -> bool:
    """Does the loop write down who asked?  Then cancelling asks the arguments for their ``repr``."""
    return bool(look.attributes(_loop()).get("_debug"))


def _loop() -> Any:
    """The running loop; ``get_event_loop()`` may make one."""
    return look.module_globals(MODULE)["_get_running_loop"]()
