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
    what it holds now: keys (exact ``str`` or ``int``) with the objects.

Looking runs no code of the user's and makes nothing: no registry is created,
no loop started, no descriptor of the user's called.  A library that lacks
what is looked for costs one line in the report, nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from leakhunter.heap.slots import LABELS, Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ROOTS: tuple[ModuleType, ...] = ()
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
    for root in ROOTS:
        if root.MODULE is None or root.MODULE in sys.modules:
            try:
                found = list(root.entries(shell))
            except Exception:  # noqa: BLE001 - another version of the library: see less, never fail
                blind.add(root.LIBRARY)
                continue
            for key, value in found:
                yield Slot(root.PLACE, key), value
