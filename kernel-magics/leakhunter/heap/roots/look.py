"""Reading what a root is made of, past everything that could be the user's code.

A module may have been replaced by an object, a handler's attribute may be a
property, a class may have its own ``__getattribute__`` and its metaclass its
own ``__eq__``: these helpers read the dictionaries behind them with C-level
descriptors, and compare classes by identity.
"""

from __future__ import annotations

import functools
import os
import re
import sys
import threading
import types
import weakref
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.referents import referents

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

type_dict: Any = type.__dict__["__dict__"].__get__
"""Attributes of a class, past its metaclass."""

_module_dict: Any = vars(types.ModuleType)["__dict__"].__get__

MACHINERY = frozenset(
    {
        "IPython", "ipykernel", "ipykernel_launcher", "ipython_genutils", "traitlets",
        "zmq", "tornado", "jupyter_client", "jupyter_core", "comm", "matplotlib_inline",
        "debugpy", "pydevd", "_pydevd_bundle", "_pydev_bundle", "_pydevd_frame_eval",
        "jedi", "parso", "prompt_toolkit", "pygments", "stack_data", "leakhunter",
        "msgspec", "psutil",
    }
)  # fmt: skip
"""Packages that make up the kernel, and ours: what they hold is nobody's leak."""

BIG = 1_000_000
"""Bytes from which on a text or an array is worth naming wherever it lies."""


MANY = 1000
"""Items from which on a container is worth naming although all in it is small."""


def ids(*classes: type) -> frozenset[int]:
    """Classes by identity: asking a set for a class would call its metaclass."""
    return frozenset(map(id, classes))


DICTS = ids(dict, OrderedDict, defaultdict)
TEXTS = ids(str, bytes, bytearray)
SIZED = DICTS | ids(list, tuple, set, frozenset, deque)
_BOUND = ids(types.MethodType, types.BuiltinFunctionType)
_SMALL = ids(
    int, float, complex, bool, type(None), type(...), type(NotImplemented), range, slice,
    types.CodeType, property,
    types.GetSetDescriptorType, types.MemberDescriptorType, types.MethodDescriptorType,
    types.WrapperDescriptorType, types.MethodWrapperType, re.Pattern,
    type(threading.Lock()), type(threading.RLock()), weakref.ref,
)  # fmt: skip


def namespace(module: object) -> dict[str, Any]:
    """Globals of a real module; empty for whatever else has been put in its place.

    A lazy module is not made to load.
    """
    if type(module) is not types.ModuleType and not safe.is_kind(
        module, types.ModuleType
    ):
        return {}
    found = _module_dict(module)
    return found if type(found) is dict else {}


def module_globals(name: str) -> dict[str, Any]:
    """Globals of a module by its name, empty when it is not imported."""
    return namespace(sys.modules.get(name))


def is_class(obj: object) -> bool:
    """Is this a class, whatever its metaclass?"""
    return any(base is type for base in safe.mro(type(obj)))


def attributes(obj: object) -> dict[str, Any]:
    """Instance attributes, also of an instance of the user's class; empty where it hides them.

    Up to Python 3.12 an instance keeps its attributes packed until somebody
    asks for its dictionary: afterwards it has one, as after ``vars(obj)``.
    """
    for base in safe.mro(type(obj)):
        slot = type_dict(base).get("__dict__")
        if slot is not None:
            if type(slot) is not types.GetSetDescriptorType:
                return {}
            found = slot.__get__(obj)
            return found if type(found) is dict else {}
    return {}


def field(obj: object, name: str) -> Any:
    """One attribute, out of the instance's dictionary or a slot of its class; ``None`` without it."""
    for base in safe.mro(type(obj)):
        slot = type_dict(base).get(name)
        if type(slot) is types.MemberDescriptorType:
            try:
                return slot.__get__(obj)
            except AttributeError:  # never assigned
                return None
    return attributes(obj).get(name)


def pairs(holder: object) -> list[tuple[Any, Any]]:
    """Keys and values of an exact dictionary, taken at once; empty for anything else."""
    return list(holder.items()) if id(type(holder)) in DICTS else []  # type: ignore[attr-defined]


def sequence(holder: object) -> list[Any]:
    """Items of an exact list or tuple, taken at once; empty for anything else."""
    return list(holder) if type(holder) is list or type(holder) is tuple else []


def alive(known: object) -> list[Any]:
    """What is alive of an exact ``WeakSet``; empty for anything else."""
    refs = attributes(known)["data"].copy() if type(known) is weakref.WeakSet else ()
    return [one for one in [ref() for ref in refs] if one is not None]


def is_small(value: object) -> bool:
    """Is this a number, a short text, an empty container or a part of a program?"""
    kind = id(type(value))
    if kind in TEXTS:
        return len(value) < BIG  # type: ignore[arg-type]
    if kind in SIZED:
        return not len(value)  # type: ignore[arg-type]
    if type(value) is types.BuiltinFunctionType:
        return is_small(value.__self__)
    return kind in _SMALL or any(
        base is type or base is types.ModuleType for base in safe.mro(type(value))
    )


_builtins_of: Any = vars(types.FunctionType)["__builtins__"].__get__


def keeps(value: object) -> bool:
    """May this hold something: is it more than a part of a program or a short list of small values?

    A function does with a closure, or with a container or an object as a default.
    """
    if type(value) is staticmethod or type(value) is classmethod:
        value = value.__func__
    if type(value) is not types.FunctionType:
        return not is_small(value) and not _is_plain(value)
    known = (value.__globals__, _builtins_of(value), value.__code__)
    held = [r for r in referents(value) if not any(r is k for k in known)]
    return not all(is_small(r) or _is_plain(r) for r in held)


def of_cells(shell: InteractiveShell, value: object) -> bool:
    """Is this a function that a cell made, or a method of its: it may read the user's names."""
    while type(value) is types.MethodType or type(value) is functools.partial:
        value = value.__func__ if type(value) is types.MethodType else value.func
    return type(value) is types.FunctionType and value.__globals__ is shell.user_ns


def _is_plain(held: object) -> bool:
    """Is this a short container of small values, as defaults and settings are?"""
    if id(type(held)) not in SIZED or len(held) >= MANY:  # type: ignore[arg-type]
        return False
    inside = [v for _, v in pairs(held)] if id(type(held)) in DICTS else list(held)  # type: ignore[call-overload]
    return all(len(v) < MANY if id(type(v)) in TEXTS else is_small(v) for v in inside)


def parts(obj: object, leave_out: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """Attributes of an instance that may hold something."""
    for name, value in pairs(attributes(obj)):
        if type(name) is str and name not in leave_out and not is_small(value):
            yield name, value


def package_of(value: object) -> str:
    """Top package that a callable comes from: its function's module, or its class's."""
    while (bound := id(type(value)) in _BOUND) or type(value) is functools.partial:
        value = value.__self__ if bound else value.func  # type: ignore[attr-defined]
    if type(value) is types.FunctionType:
        name = dict.get(value.__globals__, "__name__")
        return name.split(".")[0] if type(name) is str else ""
    cls: Any = value if is_class(value) else type(value)
    return safe.module_of(cls).split(".")[0]


def is_machinery(value: object) -> bool:
    """Is this callable or object one of the kernel's own?"""
    return package_of(value) in MACHINERY


def folders_of(packages: Iterable[str] = MACHINERY) -> tuple[str, ...]:
    """Where packages lie, the kernel's own if none are named: to tell their frames and coroutines."""
    folders = []
    for name in packages:
        file = module_globals(name).get("__file__")
        folder = file.rpartition(os.sep)[0] if type(file) is str else ""
        if folder.endswith(os.sep + name):
            folders.append(folder + os.sep)
    return tuple(folders)


def called(function: object) -> str:
    """Name of a function, or of the class of another callable, as text to show."""
    while True:
        if type(function) is types.MethodType:
            function = function.__func__
        elif type(function) is functools.partial:
            function = function.func
        else:
            break
    if type(function) is types.FunctionType:
        return f"{safe.short(function.__name__)}()"
    return safe.type_name(type(function))
