"""PyTorch's graphs: a result keeps all that its gradient would need.

A tensor that was computed from parameters holds a node, the node the nodes
before it and the activations that they saved.  A list of losses keeps a graph
for each.  Saved tensors are looked at as they lie there: nothing is unpacked,
and what the hooks of the user's packed stays hidden.  Owners of nodes are
counted; where the count cannot be read, nothing is said about a graph.  Before
PyTorch 2.13 saved tensors cannot be had without unpacking: what a graph frees
is then a lower bound.

Cost: 6 µs a node.  Looking leaves a Python object of 40 bytes on each node and
of 80 on each saved tensor, as ``loss.grad_fn`` does; they go with the graph.
"""

# ruff: noqa: SLF001 - PyTorch tells what holds what only in its private parts

from __future__ import annotations

import sys
import types
from functools import cache
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.adapters.intrusive import Owners, owners, word
from leakhunter.heap.adapters.torch import unlisted
from leakhunter.heap.peek import native
from leakhunter.heap.walk.seen import Seen

MODULE = "torch"

_NODE = 480
"""Least bytes of the C++ side of a node."""

_HEAD = object.__basicsize__
_WORD = 8
_CUSTOM_SIZES = (224,)
"""Sizes of the base of the user's functions whose last word is known to lead to the node."""

_MOST = 1 << 24
"""A node has fewer owners."""


def handles(cls: type) -> bool:
    """Is this a node of a graph, PyTorch's own or of a function of the user's?"""
    return safe.derives(cls, sys.modules[MODULE]._C._FunctionBase) or _is_native(cls)


def _is_native(cls: type) -> bool:
    if safe.flags(cls) & safe.HEAP_TYPE:
        return False
    after = cls.__dict__.get("next_functions")
    return type(after) is types.GetSetDescriptorType


def look(obj: Any) -> Seen:
    """The nodes before it, the tensors that it saved, and for a leaf the leaf."""
    cls = type(obj)
    custom = not _is_native(cls)
    fields = sys.modules[MODULE]._C._FunctionBase if custom else cls
    own = _owners(obj, fields, custom=custom)
    if own is None:
        return Seen(hidden=True)
    kept, hidden = _saved(obj, fields)
    kept += [before for before, _ in fields.next_functions.__get__(obj)]
    leaf = fields.__dict__.get("variable")
    if leaf is not None:
        kept.append(leaf.__get__(obj))
    return Seen(
        size=object.__sizeof__(obj) + _NODE,
        objects=unlisted(obj, [x for x in kept if x is not None]),
        hidden=hidden or safe.type_name(cls) == "CopySlices",
        held=own.untold,
    )


def _owners(obj: Any, fields: Any, *, custom: bool) -> Owners | None:
    """Owners of the node behind its Python object; ``None`` when they cannot be counted."""
    if custom:
        own = _of_custom(obj, fields)
    elif fields.__basicsize__ == _HEAD + _WORD:
        own = owners(word(id(obj) + _HEAD))
        own = own if own.kept else None
    elif fields.__basicsize__ == _HEAD + 2 * _WORD and sys.platform == "linux":
        own = _of_shared(word(id(obj) + _HEAD), word(id(obj) + _HEAD + _WORD))
    else:
        own = None
    return own if own is not None and 0 < own.number < _MOST else None


def _of_shared(node: int, block: int) -> Owners | None:
    """Before 2.13 a ``std::shared_ptr``: a node knows the block that counts its owners."""
    if (word(node + _WORD), word(node + 2 * _WORD)) != (node, block):
        return None
    return Owners(word(block + _WORD) & 0xFFFFFFFF, kept=False)


def _of_custom(obj: Any, fields: Any) -> Owners | None:
    if fields.__basicsize__ not in _CUSTOM_SIZES:
        return None
    held = native.words(id(obj) + fields.__basicsize__ - _WORD, 1)
    if not held or not native.words(held[0], 2):
        return None
    own = owners(held[0])
    return own if own.kept else None


@cache
def _getters(fields: Any) -> tuple[Any, ...]:
    """What reads the saved tensors of a kind of node, as they lie there."""
    return tuple(
        getter
        for name, getter in fields.__dict__.items()
        if name.startswith("_raw_saved_")
    )


def _saved(obj: Any, fields: Any) -> tuple[list[Any], bool]:
    """Tensors that a node saved; are there hidden ones?"""
    found: list[Any] = []
    hidden = False
    for getter in _getters(fields):
        try:
            saved = getter.__get__(obj)
        except RuntimeError:  # the graph has been used, and freed what it had saved
            continue
        for one in saved if type(saved) is tuple else (saved,):
            if one is None:
                continue
            if getattr(one, "unpack_hook", one) is None:
                found.append(one.data)
            else:
                hidden = True
    return found, hidden


def describe(obj: Any) -> str:
    """A node has no shape."""
    del obj
    return ""
