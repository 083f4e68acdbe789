"""What was printed into ``Output`` widgets, which keep it in the kernel too.

Cost: 1 µs a widget.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.heap import safe
from leakhunter.heap.graph import Cut, Graph
from leakhunter.heap.roots import look, widgets
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "printed"


def cut_printed(shell: InteractiveShell, graph: Graph) -> None:
    """Add a cut for the outputs of every open ``Output`` widget."""
    output = look.module_globals("ipywidgets.widgets.widget_output").get("Output")
    if output is None:
        return
    names = {n: str(s.key) for s, n in graph.slots.items() if s.place == "name"}
    for model, widget in widgets.entries(shell):
        slot = Slot(widgets.PLACE, model)
        node = graph.slots.get(slot)
        if (
            node is None
            or id(widget) != graph.ids[node]
            or not safe.is_kind(widget, output)
        ):
            continue
        outputs = look.attributes(widget).get("_trait_values", {}).get("outputs")
        step = _step(graph, node, id(outputs))
        if type(outputs) is tuple and step is not None:
            label = f"{names.get(node, f'Output {model[:8]}')}.outputs"
            graph.cuts[Slot(PLACE, label)] = Cut(*step, slot, ())


def _step(graph: Graph, start: int, wanted: int) -> tuple[int, int] | None:
    """The reference to an object from one of the dictionaries of another."""
    found = [start]
    for node in found:
        for child in graph.edges[node]:
            if graph.ids[child] == wanted:
                return node, child
            if graph.kinds[child] == "dict" and child not in found:
                found.append(child)
    return None
