"""Letting go of what registries and objects hold, each by its own way, one file a place.

A module here has

``PLACE``
    the word of the slots that it empties;
``release(shell, slot, graph)``
    empties one slot, by the library's own API where there is one.  It does
    nothing when the slot no longer holds what the picture says, and never
    calls code of the user's class that clearing would not call anyway.

To add one: write the file, add it to ``RELEASES``, write its test.
"""

from __future__ import annotations

from types import ModuleType

from leakhunter.act.release import (
    cache,
    closed,
    comms,
    computed,
    documents,
    events,
    exits,
    figures,
    finalizers,
    future,
    garbage,
    hooks,
    items,
    kept,
    logged,
    lookups,
    models,
    patches,
    printed,
    pyviz,
    reset,
    scripts,
    sheets,
    stuck,
    suspended,
    tensors,
    timers,
    views,
    widgets,
    workers,
)

RELEASES: tuple[ModuleType, ...] = (
    garbage,
    figures,
    widgets,
    printed,
    closed,
    comms,
    documents,
    models,
    sheets,
    views,
    pyviz,
    logged,
    finalizers,
    exits,
    timers,
    events,
    hooks,
    suspended,
    kept,
    cache,
    computed,
    lookups,
    tensors,
    workers,
    patches,
    scripts,
    reset,
    stuck,
    items,
    future,
)

BY_PLACE: dict[str, ModuleType] = {module.PLACE: module for module in RELEASES}
