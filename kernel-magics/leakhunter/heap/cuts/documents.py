"""What keeps plots in bokeh's current document and in panel's state, and can be cut.

The document holds a figure as a root, as one of its models, and, until a
server has synchronised it, in a set of new models: all three have to let go.
panel keeps the style sheets of a document that was shown, which refer to it.

Cost: nothing without them; else one pass over the picture's ids.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.roots import documents, look, panel
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

ROOT, MODELS, SHEET = "bokeh root", "bokeh models", "panel sheet"
"""Places: a root of the document, what else holds its models, a view's style sheets."""

VIEWS = "_views["
"""How the keys of panel's views begin."""

CURRENT = Slot(documents.PLACE, "curdoc()")


def cut_documents(shell: InteractiveShell, graph: Graph) -> None:
    """Add cuts for the roots and models of the current document, and for style sheets of views."""
    if not any(s == CURRENT or s.place == panel.PLACE for s in graph.slots):
        return
    nodes = {key: node for node, key in enumerate(graph.ids)}
    document = current(shell)
    if document is not None:
        roots, models = parts(document)
        for at, root in enumerate(roots):
            slot = Slot(ROOT, f"curdoc().roots[{at}]")
            _cut(graph, slot, nodes.get(id(roots)), nodes.get(id(root)), CURRENT)
        for name, held in models.items():
            node = nodes.get(id(held))
            _cut(graph, Slot(MODELS, name), node, node, CURRENT)
    for view, holder, sheets in _sheets(shell):
        slot = Slot(SHEET, str(view.key))
        _cut(graph, slot, nodes.get(id(holder)), nodes.get(id(sheets)), view)


def _cut(
    graph: Graph, slot: Slot, source: int | None, target: int | None, root: Slot
) -> None:
    if source is not None and target is not None and root in graph.slots:
        graph.cuts[slot] = Cut(source, target, root, ())


def current(shell: InteractiveShell) -> Any:
    """Bokeh's current document, if there is one and it is of the library's class."""
    if documents.MODULE not in sys.modules:
        return None
    found = next((v for k, v in documents.entries(shell) if k == CURRENT.key), None)
    kind = look.module_globals("bokeh.document.document").get("Document")
    return found if kind is not None and type(found) is kind else None


def parts(document: Any) -> tuple[list[Any], dict[str, Any]]:
    """The list of a document's roots, and by name what else holds its models."""
    held = look.attributes(document)
    roots = held.get("_roots")
    manager = look.attributes(held.get("models"))
    by_name = look.attributes(manager.get("_models_by_name")).get("_dict")
    models = {
        "_models": manager.get("_models"),
        "_new_models": manager.get("_new_models"),
        "_models_by_name": by_name,
    }
    plain = {k: v for k, v in models.items() if id(type(v)) in look.SIZED}
    return (roots if type(roots) is list else []), plain


def _sheets(shell: InteractiveShell) -> Iterator[tuple[Slot, Any, Any]]:
    """Views, with what holds the style sheets of their documents, and those."""
    state = look.module_globals(panel.MODULE).get("state")
    known = look.type_dict(type(state)).get("_stylesheets")
    held = look.attributes(known).get("data")
    by_document = {
        id(document): sheets
        for document, sheets in [(ref(), s) for ref, s in look.pairs(held)]
    }
    for key, view in panel.entries(shell) if by_document else ():
        if key.startswith(VIEWS) and type(view) is tuple:
            for part in view:
                sheets = by_document.get(id(part))
                if sheets is not None and safe.type_name(type(part)) == "Document":
                    yield Slot(panel.PLACE, key), held, sheets
