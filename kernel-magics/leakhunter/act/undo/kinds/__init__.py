"""What is known of each library's objects: what describes them, and what makes them again.

A module here has

``MODULE``
    name of the library's module; nothing is looked at before the user has
    imported it, so a library that is not used costs nothing;
``known()``
    the exact types, with what describes an object of each;
``BUILDERS``
    by the kind of a node, what makes its object again.

Types are compared by identity: asking whether two are equal could run code of
the user's.  A version of a library that lacks something makes its objects
refused, never wrong.
"""

from __future__ import annotations

import sys
from types import ModuleType

from leakhunter.act.undo.kinds import (
    arrow,
    builtins,
    numpy,
    numpy_dtypes,
    pandas,
    pandas_arrays,
    pandas_scalars,
    polars,
    scipy,
    stdlib,
    torch,
)
from leakhunter.act.undo.node import Builder, Describe

_ALL: tuple[ModuleType, ...] = (
    builtins,
    stdlib,
    numpy,
    numpy_dtypes,
    arrow,
    pandas,
    pandas_arrays,
    pandas_scalars,
    polars,
    scipy,
    torch,
)


def describers() -> dict[int, Describe]:
    """What describes objects of the libraries that are imported now, by the id of their type."""
    found: dict[int, Describe] = {}
    for module in _ALL:
        if module.MODULE in sys.modules:
            found.update(
                (id(cls), describe) for cls, describe in _known(module).items()
            )
    return found


def _known(module: ModuleType) -> dict[type, Describe]:
    try:
        return module.known()  # type: ignore[no-any-return]
    except Exception:  # noqa: BLE001 - another version, or only half imported: none of its objects is known
        return {}


def builders() -> dict[str, Builder]:
    """What makes objects again, by kind."""
    return {
        kind: builder for module in _ALL for kind, builder in module.BUILDERS.items()
    }
