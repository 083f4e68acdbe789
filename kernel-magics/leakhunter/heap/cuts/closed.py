"""Closed widgets that a signal of their class still holds.

anywidget (and what builds on it, as plotly's ``FigureWidget``) connects a
function of each new widget to the file that its class is drawn by, and never
disconnects it.

Cost: nothing without anywidget; else 2 µs a class and 5 µs a connected widget.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import TYPE_CHECKING, Any, NamedTuple

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.referents import referents
from leakhunter.heap.roots import look
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "closed"

_FILES = ("_esm", "_css")
_subclasses = type.__dict__["__subclasses__"]


class Connection(NamedTuple):
    """What a signal holds for one widget: the list, the item in it, and whether the widget is closed."""

    label: str
    listed: list[Any]
    item: Any
    closed: bool


def connections() -> Iterator[Connection]:
    """Everything that the files of anywidget's classes are connected to."""
    base: Any = look.module_globals("anywidget.widget").get("AnyWidget")
    for cls in _below(base) if look.is_class(base) else ():
        for name in _FILES:
            file = look.type_dict(cls).get(name)
            if safe.module_of(type(file)) != "anywidget._file_contents":
                continue
            label = f"{safe.type_name(cls)}.{name}.changed"
            for listed in referents(look.attributes(file).get("changed")):
                for at, item in enumerate(look.sequence(listed)):
                    if safe.module_of(type(item)).startswith("psygnal."):
                        closed = any(map(_is_closed, _widgets(item, base)))
                        yield Connection(f"{label}[{at}]", listed, item, closed)


def cut_closed(shell: InteractiveShell, graph: Graph) -> None:
    """Add a cut for what a signal holds of every closed widget."""
    del shell
    found = [c for c in connections() if c.closed]
    nodes = graph.nodes_of(id(obj) for c in found for obj in (c.listed, c.item))
    for one in found:
        listed, item = nodes.get(id(one.listed)), nodes.get(id(one.item))
        if listed is not None and item is not None:
            slot = Slot(PLACE, one.label)
            graph.cuts[slot] = Cut(listed, item, slot, ())


def _below(cls: Any) -> list[Any]:
    """A class and all that derive from it."""
    found = [cls]
    for one in found:
        found += _subclasses(one)
    return list({id(one): one for one in found}.values())


def _widgets(item: Any, base: type) -> list[Any]:
    """Widgets that the function of a connection has in its closure."""
    functions = [f for f in referents(item) if type(f) is FunctionType]
    cells = [c for f in functions for c in f.__closure__ or ()]
    held = [one for cell in cells for one in referents(cell)]
    return [one for one in held if safe.is_kind(one, base)]


def _is_closed(widget: Any) -> bool:
    """Has it no comm any more?"""
    traits = look.attributes(widget).get("_trait_values")
    return type(traits) is dict and traits.get("comm") is None
