"""weakref.finalize: callbacks with their arguments, alive until their object dies.

An argument that leads back to the object keeps both for ever.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any

from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "finalizer"
MODULE = None
LIBRARY = "weakref"
LABEL = "weakref.finalize {}"

_PROGRAM = frozenset({"torch.library"})
"""Modules that register one for each of their operators, with tables of names."""


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Records of finalizers that hold more than a function, by their number."""
    held = look.type_dict(weakref.finalize)
    fields = look.type_dict(held["_Info"])
    for _, info in look.pairs(held["_registry"]):
        function = fields["func"].__get__(info)
        args = fields["args"].__get__(info)
        kwargs = fields["kwargs"].__get__(info)
        if (
            look.is_machinery(function)
            or _module(function) in _PROGRAM
            or not (
                any(map(look.keeps, (function, args, kwargs)))
                or look.of_cells(shell, function)
            )
        ):
            continue
        yield f"{fields['index'].__get__(info)}: {look.called(function)}", info


def _module(function: object) -> object:
    return (
        dict.get(function.__globals__, "__name__")
        if type(function) is FunctionType
        else ""
    )
