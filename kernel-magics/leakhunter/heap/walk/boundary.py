"""Where the walk stops: what belongs to the interpreter and the libraries, not to a variable.

A function refers to its module's globals, an instance to its class, a class
to the world.  Without a boundary every variable would own the whole session.
"""

from __future__ import annotations

import sys
import types
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_module_dict: Any = vars(types.ModuleType)["__dict__"].__get__
_ATOMS = (
    types.ModuleType,
    types.CodeType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
)

_DESCRIPTORS: tuple[tuple[type, Any], ...] = tuple(
    (kind, vars(kind)["__objclass__"].__get__)
    for kind in (types.GetSetDescriptorType, types.MemberDescriptorType)
)
"""``__dict__``, ``__weakref__`` and slots of a class refer back to it."""

_MACHINERY = ("leakhunter", "ipykernel")

_COMM = "ipykernel.comm.comm"
"""The kernel's own too, but a comm holds the widget that listens to it."""


class Boundary:
    """Objects that a walk never enters.

    Parameters
    ----------
    shell
        Its namespaces and its own machinery are never entered; classes that
        the user wrote (``__main__``) are.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        history = shell.history_manager
        own: list[object] = [
            shell, shell.user_ns, shell.user_ns_hidden, shell.user_global_ns, shell.displayhook,
            shell.display_pub, shell.compile, shell.events, history, history.output_hist,
            history.input_hist_parsed, history.input_hist_raw,
            getattr(history, "outputs", None), getattr(shell, "kernel", None),
            sys.modules, sys.__dict__, sys.path_importer_cache,
        ]  # fmt: skip
        self._names = shell.user_ns
        self._ids = {id(x) for x in own if x is not None}
        if sys.version_info < (3, 11):
            # the attributes of an object are a dictionary that stands by itself
            attributes = [safe.own_dict(x) for x in own]
            self._ids |= {id(x) for x in attributes if x is not None}
        for module in list(sys.modules.values()):
            if safe.is_kind(module, types.ModuleType):
                self._ids.add(id(module))
                self._ids.add(id(_module_dict(module)))
        self._types: dict[int, bool] = {}

    @property
    def ids(self) -> set[int]:
        """``id`` of the single objects that a walk never enters."""
        return self._ids

    def stops_at_all(self, cls: type) -> bool:
        """Does the walk stop at the instances of this class, unless they are of the notebook's classes?"""
        known = self._types.get(id(cls))
        if known is None:
            known = self._types[id(cls)] = _stops_kind(cls)
        return known

    def is_of_cells(self, function: types.FunctionType) -> bool:
        """Was this function written in a cell: are its globals the user's names?"""
        return function.__globals__ is self._names

    def stops(self, obj: object) -> bool:
        """Is this object outside of every variable?"""
        if id(obj) in self._ids:
            return True
        if self.stops_at_all(type(obj)):
            return not _is_users_class(_class_of(obj))
        return False


def _class_of(obj: object) -> object:
    """The class that a descriptor of a class refers to; of all else itself."""
    cls = type(obj)
    for kind, objclass in _DESCRIPTORS:
        if cls is kind:
            return objclass(obj)
    return obj


def _is_users_class(obj: Any) -> bool:
    """Was this class written in the notebook?"""
    return safe.is_kind(obj, type) and safe.module_of(obj) == "__main__"


def _stops_kind(cls: type) -> bool:
    """Do all instances of this type stop the walk?  Ours and the kernel's do: frames lead to us."""
    module = safe.module_of(cls)
    if module.split(".")[0] in _MACHINERY and module != _COMM:
        return True
    return safe.derives(cls, type, *_ATOMS)
