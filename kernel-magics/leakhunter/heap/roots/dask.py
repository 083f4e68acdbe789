"""distributed: results and graphs of workers and schedulers that run in this process.

A local cluster has its scheduler here, and with ``processes=False`` its workers too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "dask"
MODULE = "distributed"
LIBRARY = "dask"
LABEL = "distributed.{}"


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """What each worker keeps of results, and the tasks that each scheduler knows."""
    del shell
    for i, worker in enumerate(_alive("distributed.worker", "Worker")):
        results = look.field(look.field(worker, "state"), "data")
        if not look.is_small(results):
            yield f"worker {i}: data", results
    for i, scheduler in enumerate(_alive("distributed.scheduler", "Scheduler")):
        tasks = look.field(scheduler, "tasks")
        if not look.is_small(tasks):
            yield f"scheduler {i}: tasks", tasks


def _alive(module: str, name: str) -> list[Any]:
    """Instances that a class knows weakly."""
    cls = look.module_globals(module).get(name)
    known = look.type_dict(cls).get("_instances") if look.is_class(cls) else None
    return look.alive(known)
