"""Looking at an object without running the user's code.

``isinstance(obj, T)`` asks ``obj.__class__``, ``obj.name`` may run
``__getattr__``, ``sys.getsizeof`` calls ``__sizeof__``: all of them can be the
user's.  These helpers go through ``type(obj)`` and C-level descriptors only.
"""

from __future__ import annotations

import types
from typing import Any

_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_type_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_flags = type.__dict__["__flags__"].__get__

HAVE_GC = 1 << 14
HEAP_TYPE = 1 << 9
TEXT_MAX = 40


def mro(cls: type) -> tuple[type, ...]:
    """Method resolution order of a class, past its metaclass."""
    return _mro(cls)  # type: ignore[no-any-return]


def flags(cls: type) -> int:
    """Type flags of a class (``Py_TPFLAGS_*``)."""
    return _flags(cls)  # type: ignore[no-any-return]


def type_name(cls: type) -> str:
    """Bare name of a class, at most 40 characters."""
    name = _type_name(cls)
    return str.__str__(name)[:TEXT_MAX]


def module_of(cls: type) -> str:
    """Name of the module that defines a class; empty when it is not plain text."""
    try:
        module = _module(cls)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def is_kind(obj: object, cls: type) -> bool:
    """``isinstance`` that believes only the real type."""
    return derives(type(obj), cls)


def derives(cls: type, *bases: type) -> bool:
    """Is a class one of these, or derived from one?

    By identity: ``in`` would ask the ``__eq__`` of a metaclass of the user's,
    a set its ``__hash__``.
    """
    own = mro(cls)
    return any(c is base for c in own for base in bases)


def own_dict(obj: object) -> dict[str, Any] | None:
    """The instance ``__dict__`` of an object of a library's class, or ``None``."""
    try:
        found = object.__getattribute__(obj, "__dict__")
    except AttributeError:
        return None
    return found if type(found) is dict else None


def sizer(cls: type) -> Any:
    """The C method that sizes instances of a class: the most derived one that is not Python code."""
    for base in mro(cls):
        method = _type_dict(base).get("__sizeof__")
        if type(method) is types.MethodDescriptorType:
            return method
    return object.__sizeof__


def short(text: object) -> str:
    """Text from the user's data, fit to be shown: exact ``str`` or ``int``, one line, 40 characters."""
    if type(text) is int:
        return str(text) if abs(text) < 10**12 else "…"
    if type(text) is not str:
        return "…"
    line = "".join(c if c.isprintable() else " " for c in text[: TEXT_MAX + 1])
    return line if len(line) <= TEXT_MAX else line[: TEXT_MAX - 1] + "…"
