"""References inside objects that can be cut: each becomes a slot of the picture, one file a kind.

A cut is a function of the shell and a :class:`~leakhunter.heap.graph.Graph`:
it finds such references in the picture and adds a slot for each, right after
the walk.  :mod:`leakhunter.act.release` has the other half: how a slot of that
kind is emptied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from leakhunter.heap.cuts.caches import cut_caches
from leakhunter.heap.cuts.closed import cut_closed
from leakhunter.heap.cuts.closures import name_functions
from leakhunter.heap.cuts.computed import cut_computed
from leakhunter.heap.cuts.containers import cut_containers
from leakhunter.heap.cuts.documents import cut_documents
from leakhunter.heap.cuts.exceptions import cut_last_result, cut_tracebacks
from leakhunter.heap.cuts.futures import cut_futures
from leakhunter.heap.cuts.logged import cut_logged
from leakhunter.heap.cuts.lookups import cut_lookups
from leakhunter.heap.cuts.pins import cut_views
from leakhunter.heap.cuts.printed import cut_printed
from leakhunter.heap.cuts.resets import cut_resets
from leakhunter.heap.cuts.suspended import cut_suspended
from leakhunter.heap.cuts.tensors import cut_graphs

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.heap.graph import Graph

Cut: TypeAlias = "Callable[[InteractiveShell, Graph], None]"

CUTS: dict[Cut, str] = {
    cut_last_result: "IPython",
    cut_tracebacks: "IPython",
    cut_views: "numpy",
    cut_logged: "logging",
    cut_printed: "ipywidgets",
    cut_closed: "ipywidgets",
    cut_documents: "bokeh",
    cut_suspended: "IPython",
    name_functions: "IPython",
    cut_caches: "functools",
    cut_computed: "functools",
    cut_lookups: "pandas",
    cut_graphs: "torch",
    cut_resets: "libraries",
    cut_containers: "containers",
    cut_futures: "dask",
}
"""In their order, each with the word for what could not be looked into when it fails."""
