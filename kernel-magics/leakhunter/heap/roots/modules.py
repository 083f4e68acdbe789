"""Globals of the user's own modules, and of the scripts that ``%run`` ran.

A module is the user's when its file lies neither in Python's library nor in a
``site-packages``.  What it has bound stays until it is imported anew; IPython
keeps the globals of a script that has been run until it is run again.

Cost: 2 µs a module that is imported, whosever it is.
"""

from __future__ import annotations

import enum
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "module"
MODULE = None
LIBRARY = "your modules"
LABEL = "{}"

_INSTALLED = ("site-packages", "dist-packages")
_TOOLS = frozenset({"__future__", "logging", "pathlib", "typing", "typing_extensions"})
"""Instances of their classes are in most modules and hold nothing; handlers have a root."""
_PYTHON = str(os.__file__).rpartition(os.sep)[0] + os.sep


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Globals that may hold something, and attributes of classes that hold something."""
    return (found for found in entering(shell) if found is not None)


def entering(shell: InteractiveShell) -> Iterator[tuple[str, Any] | None]:
    """The same, with ``None`` behind each module."""
    for name, held in spaces(shell):
        if is_users(held.get("__file__")):
            yield from _globals(f"{safe.short(name)}.", name, held)
        yield None
    scripts = look.attributes(shell).get("_main_mod_cache")
    for path, module in look.pairs(scripts):
        if type(path) is str:
            held = look.namespace(module)
            where = f"%run {safe.short(path.rpartition(os.sep)[2])}: "
            yield from _globals(where, held.get("__name__"), held)


def spaces(shell: InteractiveShell) -> Iterator[tuple[str, dict[str, Any]]]:
    """Globals of all imported modules by name, each once; not the user's names, the kernel's or ours."""
    seen = {id(shell.user_ns), id(look.module_globals("__main__"))}
    for name, module in list(sys.modules.items()):
        if type(name) is not str or name.partition(".")[0] in look.MACHINERY:
            continue
        held = look.namespace(module)
        if held and id(held) not in seen:
            seen.add(id(held))
            yield name, held


def own_modules(shell: InteractiveShell) -> tuple[frozenset[str], frozenset[str]]:
    """Names of the modules that the user wrote, and of those that come from no file and that nothing loaded."""
    own, bare = [], []
    for name, held in spaces(shell):
        file = held.get("__file__")
        if is_users(file):
            own.append(name)
        elif file is None and held.get("__spec__") is None:
            bare.append(name)
    return frozenset(own), frozenset(bare)


def is_users(file: object) -> bool:
    """Does a file lie outside of Python's library and of all that is installed?"""
    if type(file) is not str or file.startswith(_PYTHON):
        return False
    return not any(folder in file for folder in _INSTALLED)


def _globals(
    where: str, module: object, held: dict[str, Any]
) -> Iterator[tuple[str, Any]]:
    for name, value in look.pairs(held):
        if type(name) is not str or name[:2] == "__":
            continue
        label = f"{where}{safe.short(name)}"
        if look.keeps(value):
            if safe.module_of(type(value)).partition(".")[0] not in _TOOLS:
                yield label, value
        elif look.is_class(value) and _is_of(value, module):
            for attribute, inner in list(look.type_dict(value).items()):
                if _is_kept(attribute) and look.keeps(inner):
                    yield f"{label}.{safe.short(attribute)}", inner


def _is_of(cls: type, module: object) -> bool:
    """Was this class written in this module?  An enumeration holds nothing but its members."""
    return safe.module_of(cls) == module and not safe.is_kind(cls, enum.EnumMeta)


def _is_kept(name: object) -> bool:
    """Is this an attribute that a person wrote, not one that Python gave the class?"""
    return type(name) is str and name[:2] != "__" and name != "_abc_impl"
