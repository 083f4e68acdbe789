"""What holds the objects of a class that grows although no place leads to them: asked of the newest one.

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
    """What holds the newest object of a class, as a person would write it.

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
            for obj in reversed(objects):
                cls = type(obj)
                if (
                    safe.type_name(cls) == wanted[1]
                    and safe.module_of(cls) == wanted[0]
                ):
                    box.append(obj)
                    break
            obj = None
            objects.clear()
            if not box:
                return ""
            referred = References(shell, graph, ours(graph, *own)).of(box)
        finally:
            objects.clear()
            box.clear()
    if referred.strong:
        return f"`{referred.strong[0].label}`"
    return NATIVE if referred.unseen else ""
