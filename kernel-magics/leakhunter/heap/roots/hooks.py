"""Hooks of Python: signal handlers, ``sys`` hooks, ``gc`` callbacks, replaced streams.

A callback of the user's holds its closure, or the object whose method it is,
until it is taken out again.  Python's own and the kernel's are left out.
"""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "hook"
MODULE = None
LIBRARY = "hooks"
LABEL = "{}"

_HOOKS = {
    "sys": (
        "excepthook", "displayhook", "unraisablehook", "breakpointhook",
        "stdin", "stdout", "stderr",
    ),
    "threading": ("excepthook", "_profile_hook", "_trace_hook"),
    "warnings": ("showwarning", "formatwarning"),
    "linecache": ("getlines", "updatecache"),
}  # fmt: skip
_PYTHONS = frozenset({"sys", "threading", "warnings", "linecache"})
_BUFFERS = look.ids(io.StringIO, io.BytesIO)
_FILES = look.ids(io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.FileIO)


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Callbacks that are not Python's or the kernel's and that hold something."""
    for where, value in _all():
        kind, package = id(type(value)), look.package_of(value)
        usual = package in _PYTHONS or package in look.MACHINERY or kind in _FILES
        kept = look.keeps(value) or look.of_cells(shell, value)
        if kind in _BUFFERS or (not usual and kept):
            yield where, value
    for i, value in enumerate(list(gc.garbage)):
        yield f"gc.garbage[{i}]", value


def _all() -> Iterator[tuple[str, Any]]:
    for module, names in _HOOKS.items():
        held = look.module_globals(module)
        for name in names:
            yield f"{module}.{name}", held.get(name)
    yield "sys.gettrace()", sys.gettrace()
    yield "sys.getprofile()", sys.getprofile()
    yield from _signals()
    for i, callback in enumerate(list(gc.callbacks)):
        yield f"gc.callbacks[{i}]", callback


def _signals() -> Iterator[tuple[str, Any]]:
    """Handlers by the name of their signal; :mod:`signal` itself would ask them for their hash."""
    names = look.module_globals("_signal")
    for name, number in names.items():
        if type(number) is int and number and name[:3] == "SIG" and name[:4] != "SIG_":
            yield f"signal.getsignal({name})", names["getsignal"](number)
