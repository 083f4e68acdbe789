"""Functions by the name that a person types, without running any code of theirs."""

from __future__ import annotations

import functools
import types
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from IPython.core.interactiveshell import InteractiveShell

_CACHED = type(functools.lru_cache(lambda: None))
_WRAPS = 20
"""Wrappers around a function; more would be a ring of them."""


def code_of(
    shell: InteractiveShell, name: str, written: Iterable[types.CodeType]
) -> types.CodeType | None:
    """The code of ``fn``, ``module.fn`` or ``Class.method``; ``None`` when there is none.

    Parameters
    ----------
    shell
        Whose names are meant.
    name
        What was typed.
    written
        The code that is about to run: what it defines comes first.
    """
    last = name.rpartition(".")[2]
    here = [c for c in nested(written) if c.co_name == last]
    if here:
        qualified = [c for c in here if getattr(c, "co_qualname", "") == name]
        return (qualified or here)[0]
    first, *rest = name.split(".")
    found = shell.user_ns.get(first)
    for part in rest:
        found = _attribute(found, part)
    return _code(found)


def nested(codes: Iterable[types.CodeType]) -> list[types.CodeType]:
    """What is defined in these code objects, at any depth."""
    found = list(codes)
    own = len(found)
    for code in found:
        found.extend(c for c in code.co_consts if type(c) is types.CodeType)
    return found[own:]


def _attribute(value: object, name: str) -> Any:
    """An attribute of a module or class, by what lies in its dictionary."""
    if type(value) is types.ModuleType:
        return value.__dict__.get(name)
    cls = value if safe.is_kind(value, type) else type(value)
    for base in safe.mro(cls):  # type: ignore[arg-type]
        found = safe.own_attribute(base, name)
        if found is not None:
            return found
    return None


def _code(value: Any) -> types.CodeType | None:
    """The code behind a function, a method, and what wraps one."""
    for _ in range(_WRAPS):
        if type(value) in (types.MethodType, staticmethod, classmethod):
            value = value.__func__
        elif type(value) is property:
            value = value.fget
        elif type(value) is functools.partial:
            value = value.func
        elif type(value) is _CACHED:
            value = value.__dict__.get("__wrapped__")
        elif type(value) is types.FunctionType:
            if "__wrapped__" not in value.__dict__:
                return value.__code__
            value = value.__dict__["__wrapped__"]
        else:
            return None
    return None
