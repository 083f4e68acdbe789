"""Looking at an object without running the user's code.

``isinstance(obj, T)`` asks ``obj.__class__``, ``obj.name`` may run
``__getattr__``, ``sys.getsizeof`` calls ``__sizeof__``: all of them can be the
user's.  These helpers go through ``type(obj)`` and C-level descriptors only.
"""

from __future__ import annotations

import types
import weakref
from typing import Any

_mro = type.__dict__["__mro__"].__get__
_type_dict = type.__dict__["__dict__"].__get__
_type_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_flags = type.__dict__["__flags__"].__get__

HAVE_GC = 1 << 14
HEAP_TYPE = 1 << 9
TEXT_MAX = 40
_SLOTS = (types.GetSetDescriptorType, types.MemberDescriptorType)


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
    if _flags(cls) & HEAP_TYPE:
        module = own_attribute(cls, "__module__")
    else:
        module = _module(cls)
    return module if type(module) is str else ""


def is_kind(obj: object, cls: type) -> bool:
    """``isinstance`` that believes only the real type."""
    return derives(type(obj), cls)


def derives(cls: type, *bases: type) -> bool:
    """Is a class one of these, or derived from one?

    By identity: ``in`` would ask the ``__eq__`` of a metaclass of the user's,
    a set its ``__hash__``.
    """
    for one in _mro(cls):
        for base in bases:
            if one is base:
                return True
    return False


def own_dict(obj: object) -> dict[str, Any] | None:
    """The instance ``__dict__`` of an object; ``None`` where there is none, or the class hides it."""
    for base in _mro(type(obj)):
        slot = own_attribute(base, "__dict__")
        if slot is not None:
            if not any(type(slot) is kind for kind in _SLOTS):
                return None
            found = slot.__get__(obj)
            return found if type(found) is dict else None
    return None


def own_attribute(cls: type, name: str) -> Any:
    """What a class itself defines under a name, or ``None``.

    The dictionary of a class of the user's may have keys that are no plain
    text: it is searched without asking them whether they are equal.
    """
    held = _type_dict(cls)
    if not _flags(cls) & HEAP_TYPE:
        return held.get(name)
    return next((v for k, v in held.items() if type(k) is str and k == name), None)


def sizer(cls: type) -> Any:
    """The C method that sizes instances of a class: the most derived one that is not Python code."""
    for base in mro(cls):
        method = own_attribute(base, "__sizeof__")
        # a class may have put any other method under this name
        if (
            type(method) is types.MethodDescriptorType
            and method.__objclass__ is base
            and method.__name__ == "__sizeof__"
        ):
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


def weakly(obj: Any) -> weakref.ref[Any] | None:
    """A weak reference to a library's or builtin object; never to an instance of the user's class."""
    if module_of(type(obj)) == "__main__":
        return None
    try:
        return weakref.ref(obj)
    except TypeError:
        return None
