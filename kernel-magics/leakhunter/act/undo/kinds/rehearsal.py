"""Trying once whether objects of a class can be made again, before anything is cleared.

Libraries change inside.  The first object of each class is made again from its
own parts, which copies nothing, and let go at once: where that fails, all
objects of the class are refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leakhunter.act.undo.node import Builder, Node, Refused
from leakhunter.act.undo.words import of_version

_worked: dict[tuple[Any, ...], bool] = {}
"""Whether it did, by the library's version, the kind and the class."""


def rehearsed(
    obj: Any, node: Node, builder: Builder, version: str, parts: Sequence[Any]
) -> Node:
    """The node, where objects of this class can be made again.

    Parameters
    ----------
    parts
        What it is made of in the trial.

    Raises
    ------
    Refused
        When they cannot in this version of the library.
    """
    cls = type(obj)
    key = (version, node.kind, cls.__module__, cls.__qualname__)
    if key not in _worked:
        try:
            again = builder.make(node.facts, list(parts), [])
            _worked[key] = type(again) is cls
        except MemoryError:
            raise Refused("an object that there is no room for") from None
        except Exception:  # noqa: BLE001 - whatever the library does in this version
            _worked[key] = False
    if not _worked[key]:
        library = cls.__module__.partition(".")[0]
        raise Refused(of_version(cls, library))
    return node
