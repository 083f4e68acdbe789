"""Calls that have not ended, and frames that were kept: generators, coroutines, frame objects.

Each keeps all locals of its function.  Closing a generator or a coroutine ends
the call and frees them; a frame that was kept can be cleared.  Only what is on
a way to something heavy is looked at.  Cost: 40 µs a call that keeps much.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from leakhunter.heap.graph import Cut, Failed, Graph
from leakhunter.heap.held import follow_held
from leakhunter.heap.paths import follow, spelled, written
from leakhunter.heap.peek.frames import function_of
from leakhunter.heap.roots import look
from leakhunter.heap.roots.threads import locals_of
from leakhunter.heap.safe import short
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = "suspended"

MOST = 200
"""Calls looked at."""

CALLS = frozenset({"generator", "coroutine", "async_generator"})
KINDS = CALLS | {"frame"}

_FRAME: dict[type, Any] = {
    types.GeneratorType: types.GeneratorType.__dict__["gi_frame"].__get__,
    types.CoroutineType: types.CoroutineType.__dict__["cr_frame"].__get__,
    types.AsyncGeneratorType: types.AsyncGeneratorType.__dict__["ag_frame"].__get__,
}
INSIDE = "(inside)"
"""Follows a way that code does not spell to its end."""

_PART = ".0"
"""Name that Python gives to what a generator expression goes through."""


def cut_suspended(shell: InteractiveShell, graph: Graph) -> None:
    """Make slots of what calls keep, where a variable or a task leads to them.

    What an exception keeps is not among them (:mod:`leakhunter.heap.cuts.exceptions`).
    """
    ways, raised = graph.ways, set(graph.exceptions)
    folders = look.folders_of()
    tasks = {n: s for s, n in graph.slots.items() if s.place == "task"}
    for node in sorted(ways.kinds(KINDS))[:MOST]:
        path = ways.to(node)
        if not raised.isdisjoint(path):
            continue
        if any(graph.kinds[n] in CALLS for n in path[:-1]):
            continue
        if path:
            root = ways.names[path[0]][0]
            steps = follow(shell, graph, root, path)
        else:
            path = next(([t, node] for t in tasks if node in graph.edges[t]), [])
            root = tasks[path[0]] if path else Slot("", "")
            steps = follow_held(shell, graph, root, path)
        if steps is not None:
            way = written(steps)
            way = way if spelled(steps) else f"{way} {INSIDE}"
            whole = Cut(node, node, root, tuple(path))
            _cut(graph, steps[-1].obj, way, whole, folders)
            del steps


def _cut(
    graph: Graph, call: Any, way: str, whole: Cut, folders: tuple[str, ...]
) -> None:
    """Make a slot of a call, or of each local of a frame; none of the kernel's own."""
    node = whole.source
    if type(call) is types.FrameType:
        for target, name in _locals(graph, node).items():
            _add(graph, f"{way}: {name}", whole._replace(target=target))
        return
    frame = _FRAME[type(call)](call)
    if frame is not None and not frame.f_code.co_filename.startswith(folders):
        graph.suspended[node] = _named(graph, node, frame)
        _add(graph, way, whole)


def _named(graph: Graph, node: int, frame: types.FrameType) -> Failed:
    """A call's function, and its locals by node."""
    near = list(graph.edges[node])
    # up to Python 3.10 a frame stands in between
    near += [n for f in near if graph.kinds[f] == "frame" for n in graph.edges[f]]
    at = {graph.ids[child]: child for child in near}
    found = locals_of(frame)
    names = {
        at[id(value)]: "its data" if name == _PART else short(name)
        for name, value in found
        if id(value) in at
    }
    return Failed(function_of(frame), names)


def _locals(graph: Graph, frame: int) -> dict[int, str]:
    """Locals of a frame that keep much, and on old Pythons the snapshot of them that it may have."""
    names = graph.frames[frame].names if frame in graph.frames else {}
    heavy = {n: name for n, name in names.items() if n in graph.ways.nodes}
    for child in graph.edges[frame]:
        if graph.kinds[child] == "dict" and child not in names:
            inside = set(graph.edges[child])
            if not inside.isdisjoint(heavy):
                heavy[child] = "locals"
    return heavy


def _add(graph: Graph, key: str, cut: Cut) -> None:
    slot = Slot(PLACE, key)
    while slot in graph.cuts:
        slot = Slot(PLACE, f"{key} #{len(graph.cuts)}")
    graph.cuts[slot] = cut
