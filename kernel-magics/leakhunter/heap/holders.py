"""Who else holds an object, as a person would write it.

The picture knows the session's other slots.  What it cannot see is looked for
where it usually is: locals of running frames of every thread, and globals of
modules.  What is left is counted: "2 references from native code".
"""

from __future__ import annotations

import gc
import sys
import threading
import types
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.graph import Graph
from leakhunter.heap.held import held_in
from leakhunter.heap.slots import Slot
from leakhunter.heap.trial import Trial, trial

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

MOST = 5
"""Holders named; more would not be read."""

_OPTIMIZED = 0x1


def _thread_name(ident: int) -> str:
    thread = threading._active.get(ident)  # type: ignore[attr-defined]  # noqa: SLF001 - enumerate() takes a lock
    try:
        return safe.short(object.__getattribute__(thread, "_name"))
    except AttributeError:
        return "unknown"


def running_locals(wanted: set[int]) -> Iterator[tuple[str, int]]:
    """Locals of running frames that are one of the wanted objects.

    Frames that run are invisible to ``gc`` (CPython 3.11 and later).  Up to
    3.12 reading ``f_locals`` leaves a dictionary on the frame that keeps the
    values alive, so it is emptied again.

    Yields
    ------
    tuple
        Label and the ``id`` of the object.
    """
    frames = sys._current_frames()  # noqa: SLF001 - the documented way
    # our own frames must go first: one that refers to itself would stay
    frames.pop(threading.get_ident(), None)
    for ident, top in frames.items():
        frame: types.FrameType | None = top
        while frame is not None:
            code = frame.f_code
            if code.co_flags & _OPTIMIZED:
                values = frame.f_locals
                found = [(n, id(v)) for n, v in values.items() if id(v) in wanted]
                if type(values) is dict:
                    values.clear()
                del values
                for name, key in found:
                    where = f"`{safe.short(code.co_name)}()` in thread `{_thread_name(ident)}`"
                    yield f"local `{safe.short(name)}` of {where}", key
            frame = frame.f_back


def _started_with(wanted: set[int]) -> Iterator[str]:
    """Threads whose arguments are one of the wanted objects."""
    for ident, thread in list(threading._active.items()):  # type: ignore[attr-defined]  # noqa: SLF001
        held = safe.own_dict(thread) or {}
        args = [*(held.get("_args") or ()), *(held.get("_kwargs") or {}).values()]
        if any(id(a) in wanted for a in args):
            yield f"the arguments of thread `{_thread_name(ident)}`"


def _module_globals(objects: Iterable[Any]) -> Iterator[str]:
    """Globals of modules that are one of these objects."""
    for obj in objects:
        for referrer in gc.get_referrers(obj):
            if type(referrer) is not dict or type(referrer.get("__name__")) is not str:
                continue
            module = sys.modules.get(referrer["__name__"])
            if module is None or not safe.is_kind(module, types.ModuleType):
                continue
            if referrer["__name__"] == "__main__":
                continue
            for name, value in list(referrer.items()):
                if value is obj and type(name) is str:
                    yield f"`{safe.short(referrer['__name__'])}.{safe.short(name)}`"


def holders_of_slots(
    shell: InteractiveShell, graph: Graph, slots: Iterable[Slot]
) -> list[str]:
    """Who else holds what these slots hold."""
    slots = set(slots)
    values = [held_in(shell, slot) for slot in slots]
    return holders_of(graph, slots, trial(graph, slots), values)


def holders_of(
    graph: Graph, cleared: set[Slot], result: Trial, objects: list[Any]
) -> list[str]:
    """Name what keeps the memory of slots alive that are to be cleared.

    Parameters
    ----------
    graph, cleared, result
        The picture, the slots to be cleared, and their trial deletion.
    objects
        The objects in those slots; the caller keeps them alive meanwhile.

    Returns
    -------
    list of str
        At most five labels; the last one counts what cannot be seen.
    """
    outside = set(result.outside)
    wanted = {graph.ids[node] for node in outside} | {id(obj) for obj in objects}
    labels = [label for label, _ in running_locals(wanted)]
    labels += _started_with(wanted)
    above = graph.leading_to(outside) if outside else set()
    labels += [
        f"`{slot.label}`"
        for slot, node in graph.slots.items()
        if slot not in cleared and node in above
    ]
    if not labels:
        labels += _module_globals(objects)
    labels = list(dict.fromkeys(labels))
    if not labels and outside:
        count = sum(
            result.outside[n]
            for n in outside
            if graph.ids[n] in {id(o) for o in objects}
        )
        if count:
            references = "1 reference" if count == 1 else f"{count:,} references"
            labels.append(f"native code or an object that cannot be seen, {references}")
    if len(labels) > MOST:
        labels = [*labels[: MOST - 1], f"{len(labels) - MOST + 1} others"]
    return labels
