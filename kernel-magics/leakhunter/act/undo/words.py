"""What an object is, in words, without asking it."""

from __future__ import annotations

import types
from typing import Any

from leakhunter.format import one_of
from leakhunter.heap import safe

_NOUNS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((types.GeneratorType, types.AsyncGeneratorType), "a generator"),
    ((types.CoroutineType,), "a coroutine"),
    ((types.FunctionType, types.BuiltinFunctionType, types.MethodType), "a function"),
    ((types.ModuleType,), "a module"),
    ((types.TracebackType, types.FrameType), "a traceback"),
)


def what(obj: Any) -> str:
    """A noun phrase for what cannot be saved: ``an object of your class `Net```."""
    cls = type(obj)
    for kinds, noun in _NOUNS:
        if any(cls is kind for kind in kinds):
            return noun
    if safe.derives(cls, type):
        return "a class"
    if safe.derives(cls, BaseException):
        return "an exception"
    name, module = safe.type_name(cls), safe.module_of(cls)
    if module == "__main__":
        return f"an object of your class `{name}`"
    top = module.partition(".")[0]
    words = one_of(f"`{name}`")
    return words if top in ("", "builtins") else f"{words} of `{safe.short(top)}`"


def attributed(obj: object) -> str:
    """A noun phrase for an object that undo would know, were it plain."""
    return f"{one_of(f'`{type(obj).__name__}`')} with attributes of its own"


def of_version(cls: type, library: str) -> str:
    """A noun phrase for an object that is made of other things than undo knows."""
    kind = one_of(f"`{cls.__name__}`")
    return f"{kind} of a version of {library} that undo does not know"
