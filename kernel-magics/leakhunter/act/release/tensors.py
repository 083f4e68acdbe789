"""Detaching a tensor from the graph that made it; its values stay."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from leakhunter.heap.cuts import tensors
from leakhunter.heap.graph import Graph
from leakhunter.heap.paths import follow
from leakhunter.heap.slots import Slot

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

PLACE = tensors.PLACE


def release(shell: InteractiveShell, slot: Slot, graph: Graph) -> None:
    """Detach the tensor at the end of the way in place, past modes of the user's."""
    torch: Any = sys.modules.get("torch")
    cut = graph.cuts[slot]
    steps = follow(shell, graph, cut.root, cut.path)
    if torch is None or steps is None or type(steps[-1].obj) is not torch.Tensor:
        return
    c = torch._C  # noqa: SLF001 - PyTorch's own method, which no subclass overrides
    # PyTorch refuses for a tensor that has become a view's base under a transform
    with suppress(RuntimeError), c.DisableTorchFunction():
        c.TensorBase.detach_(steps[-1].obj)
