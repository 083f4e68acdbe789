"""What holds the objects of a class that grows although no place leads to them: asked of one of them.

Only for the class that decides, while the objects are still there.
Cost: a picture of the session, and one pass of the collector.
"""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

from leakhunter.heap import safe
from leakhunter.heap.walk.collector import held_off
from leakhunter.heap.walk.picture import picturing
from leakhunter.heap.whole.ours import ours
from leakhunter.heap.whole.references import References
from leakhunter.prove.walk import Class
from leakhunter.slices import at_once

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

OBJECTS = 300_000
"""Objects of the picture: about 1 s."""

NATIVE = "native code"


def holder_of(shell: InteractiveShell, wanted: Class, *own: Any) -> str:
    """What holds an object of a class, as a person would write it.

    Parameters
    ----------
    shell
        The session.
    wanted
        The class.
    *own
        Objects of ours, whose references are no news.

    Returns
    -------
    str
        A name in back-quotes, or words; empty when nobody is found.
    """
    with held_off():
        graph = at_once(picturing(shell, OBJECTS, asked=False))
        box: list[Any] = []
        objects = gc.get_objects()
        try:
            box.extend(o for o in objects if _is(type(o), wanted))
            objects.clear()
            if not box:
                return ""
            # the newest may still have the name that the cell gave it
            box[:] = [box[len(box) // 2]]
            referred = References(shell, graph, ours(graph, *own)).of(box)
        finally:
            objects.clear()
            box.clear()
    if referred.strong:
        label = referred.strong[0].label
        return label if "`" in label else f"`{label}`"
    return NATIVE if referred.unseen else ""


def _is(cls: type, wanted: Class) -> bool:
    return safe.type_name(cls) == wanted[1] and safe.module_of(cls) == wanted[0]
