"""Methods of the library's own classes, past those that the user has written."""

from __future__ import annotations

import sys
from types import FunctionType
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look
from leakhunter.heap.roots.modules import is_users


def librarys(obj: object, name: str) -> Any:
    """The method of an object that its library wrote: of the most derived class that is not the user's."""
    for cls in safe.mro(type(obj)):
        method = look.type_dict(cls).get(name)
        if type(method) is FunctionType and not _is_users(cls):
            return method
    return None


def _is_users(cls: type) -> bool:
    module = safe.module_of(cls)
    file = look.namespace(sys.modules.get(module)).get("__file__")
    return module == "__main__" or is_users(file)
