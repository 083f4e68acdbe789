"""asyncio: tasks that are not done; each holds its coroutine with all its locals.

The event loop knows its tasks weakly: what really holds one is whatever it
waits for.  So a slot here is where a walk begins, and no reference that could
be cleared: a task ends by being cancelled.  From Python 3.14 on C keeps the
list of tasks, and only the loop that runs is asked for it.

The kernel's own tasks are left out, and dask's.  Cost: 2 µs a task.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import CodeType
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "task"
MODULE = "asyncio.tasks"
LIBRARY = "asyncio"
LABEL = "asyncio task {}"

_REGISTRIES = ("_all_tasks", "_scheduled_tasks", "_eager_tasks")
"""The first up to Python 3.11, the others from 3.12 on."""

_LOOPS = ("distributed",)
"""Their tasks run a cluster: dozens, and each reaches all of it."""


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Tasks that are not done, by name and coroutine."""
    del shell
    folders = (*look.folders_of(), *look.folders_of(_LOOPS))
    for task in _all():
        done, name, coroutine = _read(task)
        code = _code(coroutine)
        if done or (code is not None and code.co_filename.startswith(folders)):
            continue
        what = f"{safe.short(code.co_name)}()" if code else look.called(coroutine)
        yield f"{safe.short(name)}: {what}", task


def _all() -> list[Any]:
    """Tasks of all loops, done or not."""
    names = look.module_globals("asyncio.tasks")
    found: dict[int, Any] = {}
    for registry in _REGISTRIES:
        held = names.get(registry)
        tasks = list(held) if type(held) is set else look.alive(held)
        found.update((id(task), task) for task in tasks)
    loop = names["events"]._get_running_loop()  # noqa: SLF001 - get_event_loop() may make one
    if sys.version_info >= (3, 14) and loop is not None:
        found.update((id(task), task) for task in names["all_tasks"](loop))
    return list(found.values())


def _read(task: Any) -> tuple[bool, Any, Any]:
    """Is a task done, its name, its coroutine; past methods that a subclass may have."""
    compiled = look.module_globals("_asyncio").get("Task")
    if compiled is not None and safe.is_kind(task, compiled):
        return compiled.done(task), compiled.get_name(task), compiled.get_coro(task)
    done = look.field(task, "_state") != "PENDING"
    return done, look.field(task, "_name"), look.field(task, "_coro")


def _code(coroutine: Any) -> CodeType | None:
    """Code of a coroutine; of one that C made there is none."""
    code = look.type_dict(type(coroutine)).get("cr_code")
    code = code or look.type_dict(type(coroutine)).get("gi_code")
    found = code.__get__(coroutine) if code is not None else None
    return found if type(found) is CodeType else None
