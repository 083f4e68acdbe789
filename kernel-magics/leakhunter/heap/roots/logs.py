"""logging: what handlers and filters keep; a file or a stream of the system keeps nothing.

Cost: 2 µs a logger.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.roots import look

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "log"
MODULE = None
LIBRARY = "logging"
LABEL = "{}"

_USUAL = frozenset({"_name", "level", "lock", "formatter", "terminator", "target"})
_STREAMS = look.ids(io.TextIOWrapper, io.BufferedWriter, io.FileIO)
_PLAIN = ("logging", "_thread", "threading")


def entries(shell: InteractiveShell) -> Iterator[tuple[str, Any]]:
    """Attributes of handlers and filters, each handler once whoever shares it."""
    del shell
    seen: set[int] = set()
    for name, logger in _loggers():
        held = look.attributes(logger)
        where = f"logging.getLogger('{safe.short(name)}')" if name else "logging.root"
        for kind in ("handlers", "filters"):
            for i, one in enumerate(look.sequence(held.get(kind))):
                if id(one) not in seen:
                    seen.add(id(one))
                    yield from _inside(f"{where}.{kind}[{i}]", one)


def _loggers() -> Iterator[tuple[str, Any]]:
    """The root logger, under an empty name, and all others."""
    names = look.module_globals("logging")
    yield "", names["root"]
    manager = look.type_dict(names["Logger"]).get("manager")
    for name, logger in look.pairs(look.attributes(manager).get("loggerDict")):
        if type(name) is str:
            yield name, logger


def _inside(where: str, one: Any) -> Iterator[tuple[str, Any]]:
    """What a handler or filter keeps, and what its own filters keep."""
    if safe.is_kind(one, logging.Handler) or safe.is_kind(one, logging.Filter):
        for name, value in look.parts(one, _USUAL):
            if name == "filters":
                for i, inner in enumerate(look.sequence(value)):
                    yield f"{where}.filters[{i}]", inner
            elif not _is_usual(value):
                yield f"{where}.{safe.short(name)}", value
    elif not look.is_machinery(one) and look.keeps(one):
        yield where, one


def _is_usual(value: object) -> bool:
    """Is this a lock, a formatter, a stream of the system or of the kernel?"""
    if id(type(value)) in _STREAMS or look.is_machinery(value):
        return True
    return safe.module_of(type(value)).split(".")[0] in _PLAIN
