"""What an object of the whole heap is called, while it is held.

A variable by its name, a module and a class as such, everything else by the
way from what holds it: ``model.history['loss']``.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from leakhunter.format import one_of
from leakhunter.heap import safe
from leakhunter.heap.paths import are_attributes, label_of
from leakhunter.heap.roots import look
from leakhunter.heap.slots import output_dict, stored_outputs, user_names

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.heap.whole.graph import Walk

VARIABLES = "your variables"
_NAMES = 3
_ITEMS = frozenset(map(id, (list, tuple, dict, set, frozenset)))
_TEXTS = frozenset(map(id, (str, bytes, bytearray)))


class Labels:
    """Labels for the nodes of one walk.

    Parameters
    ----------
    shell, walk
        The session, and a walk that still holds its objects.
    """

    def __init__(self, shell: InteractiveShell, walk: Walk) -> None:
        self._walk = walk
        self._spaces = {
            id(sys.modules): "all modules",
            id(shell.user_ns_hidden): "names of IPython",
            id(output_dict(shell)): "Out",
            id(stored_outputs(shell)): "stored outputs",
            id(shell.user_ns): VARIABLES,
        }
        self._modules = {}
        for name, module in list(sys.modules.items()):
            space = look.namespace(module)
            if type(name) is str and space:
                self._modules[id(space)] = self._modules[id(module)] = safe.short(name)
        self._names: dict[int, list[str]] = {}
        for name, value in user_names(shell):
            self._names.setdefault(id(value), []).append(safe.short(name))

    def kind(self, node: int) -> str:
        """Name of the class of a node's object."""
        graph = self._walk.graph
        return graph.classes[graph.rows[node]][1]

    def shape(self, node: int) -> str:
        """Its shape in a few words; may be empty."""
        obj = self._walk.object(node)
        if id(obj) in self._spaces:
            return ""
        if id(type(obj)) in _ITEMS:
            return f"{len(obj):,} items"
        if id(type(obj)) in _TEXTS:
            return f"{len(obj):,} characters"
        return self._walk.describe(node)

    def names(self, node: int) -> list[str]:
        """The variables that an object is the value of."""
        return self._names.get(id(self._walk.object(node)), [])

    def known(self, node: int) -> str:
        """What an object is called without a way to it; may be empty."""
        obj = self._walk.object(node)
        if obj is None:
            return ""
        if id(obj) in self._spaces:
            return self._spaces[id(obj)]
        if id(obj) in self._modules:
            return f"module {self._modules[id(obj)]}"
        if look.is_class(obj):
            return f"class {safe.type_name(obj)}"
        names = self.names(node)
        more = f" and {len(names) - _NAMES} more names" * (len(names) > _NAMES)
        return ", ".join(names[:_NAMES]) + more

    def along(self, path: Sequence[int], base: str) -> str:
        """The end of a path, whose beginning is written as ``base``."""
        text = base
        for at in range(1, len(path)):
            known = self.known(path[at])
            text = known or text + self._step(path, at)
        return text

    def steps(self, path: Sequence[int]) -> list[str]:
        """A path as one label a step; what code does not show is left out."""
        found = [self.known(path[0]) or one_of(self.kind(path[0]))]
        for at in range(1, len(path)):
            step = self.known(path[at]) or self._step(path, at).strip(" ›")
            found += [step] if step else []
        return found

    def is_between(self, node: int, holder: int) -> bool:
        """Is it the dictionary of its holder's attributes, which nobody thinks of?"""
        return are_attributes(self._walk.object(node), self._walk.object(holder))

    def is_code(self, node: int) -> bool:
        """Is it a class, a module or a function: does it lead to the whole world?"""
        obj = self._walk.object(node)
        return (
            id(obj) in self._modules
            or look.is_class(obj)
            or type(obj) is types.FunctionType
            or id(obj) in self._spaces
        )

    def _step(self, path: Sequence[int], at: int) -> str:
        """How the object before holds the one here; empty for a step that code does not show."""
        holder: Any = self._walk.object(path[at - 1])
        child: Any = self._walk.object(path[at])
        owner: Any = self._walk.object(path[at - 2]) if at > 1 else None
        if child is None:
            return " › its memory"
        if id(holder) in self._modules and type(holder) is dict:
            owner = None
            name = next((k for k, v in list(holder.items()) if v is child), None)
            return f".{safe.short(name)}" if type(name) is str else " › a name"
        if are_attributes(child, holder) or type(child) is types.CellType:
            return ""
        step = label_of(holder, child, owner)
        return step or f" › {safe.type_name(type(child))}"
