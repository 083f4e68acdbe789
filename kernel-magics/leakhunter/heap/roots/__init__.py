"""Holders beyond the session's own names: registries of libraries, threads, tasks, one small file each.

A root module has

``PLACE``
    the word for its slots (:attr:`leakhunter.heap.slots.Slot.place`);
``MODULE``
    the module that must be imported for it to hold anything; ``None``: always there;
``LIBRARY``
    whose memory this is, as a person would say it;
``LABEL``
    a slot as a person would write it, with ``{}`` for its key;
``entries(shell)``
    what it holds now: keys (exact ``str`` or ``int``) with the objects, one
    entry for one reference; only a task's is no reference (:mod:`.tasks`);
``entering(shell)``
    the same with ``None`` where a walk may be left, where listing takes long;
``owner(key)``
    whose memory a slot holds, where one root lists several libraries'.

Listing all costs 6 ms in a plain kernel, with nothing found, and 70 ms with
5,800 modules imported; :mod:`.libraries` and :mod:`.modules` take nearly all of it.

Looking runs no code of the user's and makes nothing: no registry is created,
no loop started, no descriptor of the user's called.  A library that lacks
what is looked for costs one line in the report, nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import (
    comms,
    dask,
    documents,
    exits,
    figures,
    finalizers,
    holoviews,
    hooks,
    ipython,
    libraries,
    logs,
    modules,
    panel,
    pools,
    pyviz,
    sources,
    tasks,
    threads,
    timers,
    widgets,
)
from leakhunter.heap.slots import GONE, LABELS, Slot
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ROOTS: tuple[ModuleType, ...] = (
    figures, widgets, documents, panel, pyviz, holoviews, logs, modules, threads, tasks,
    finalizers, exits, timers, hooks, ipython, pools, dask, comms, sources, libraries,
)  # fmt: skip
"""In the order in which a holder is named when several hold the same."""

BY_PLACE: dict[str, ModuleType] = {root.PLACE: root for root in ROOTS}

LABELS.update({root.PLACE: root.LABEL for root in ROOTS})


def root_slots(shell: InteractiveShell, blind: set[str]) -> Iterator[tuple[Slot, Any]]:
    """Every slot of every root whose library is imported.

    Parameters
    ----------
    shell
        The shell whose process is looked at.
    blind
        Takes the names of libraries that could not be looked into.
    """
    return (found for found in rooting(shell, blind) if found is not None)


def rooting(
    shell: InteractiveShell, blind: set[str]
) -> Iterator[tuple[Slot, Any] | None]:
    """The same, with ``None`` where a walk may be left: behind each root, and inside those that take long."""
    for root in ROOTS:
        if root.MODULE is None or root.MODULE in sys.modules:
            try:
                found = yield from _entries(root, shell)
            except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
                blind.add(root.LIBRARY)
                continue
            for key, value in found:
                yield Slot(root.PLACE, key), value
            yield None


def value_at(shell: InteractiveShell, slot: Slot) -> Any:
    """What a root's slot holds now, or :data:`leakhunter.heap.slots.GONE`.

    Costs as much as listing its root.
    """
    root = BY_PLACE.get(slot.place)
    if root is None or not (root.MODULE is None or root.MODULE in sys.modules):
        return GONE
    try:
        found = at_once(_entries(root, shell))
        return next((v for k, v in found if k == slot.key), GONE)
    except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
        return GONE


def _entries(
    root: ModuleType, shell: InteractiveShell
) -> Generator[None, None, list[tuple[str | int, Any]]]:
    """What a root holds, with keys that differ: a second `x` is `x (2)`."""
    found = []
    times: dict[str | int, int] = {}
    for entry in getattr(root, "entering", root.entries)(shell):
        if entry is None:
            yield
            continue
        key, value = entry
        again = times[key] = times.get(key, 0) + 1
        found.append((key if again == 1 else f"{key} ({again})", value))
    return found
