"""scipy: sparse matrices by the arrays that they are made of."""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.act.undo.kinds.rehearsal import rehearsed
from leakhunter.act.undo.node import Builder, Describe, Node, Refused
from leakhunter.act.undo.words import attributed

MODULE = "scipy.sparse"

_FORMATS = ("csr", "csc", "coo", "bsr", "dia", "lil", "dok")

_ATTRIBUTES = {
    "_shape", "maxprint", "indptr", "indices", "data", "coords", "row", "col", "offsets", "rows", "dtype",
    "_dict", "has_canonical_format", "_has_canonical_format", "_has_sorted_indices",
}  # fmt: skip


def known() -> dict[type, Describe]:
    """The types of this module, with what describes each."""
    sparse = sys.modules[MODULE]
    names = [f"{form}_{kind}" for form in _FORMATS for kind in ("matrix", "array")]
    found = [getattr(sparse, name, None) for name in names]
    return dict.fromkeys([cls for cls in found if cls is not None], _sparse)


def _sparse(obj: Any, _: object) -> Node:
    kept = obj.__dict__
    # a matrix by keys is also a dictionary, which older versions use
    if not kept.keys() <= _ATTRIBUTES or (isinstance(obj, dict) and dict.__len__(obj)):
        raise Refused(attributed(obj))
    values = list(kept.values())
    node = Node(
        "scipy.sparse",
        [type(obj).__name__, list(kept)],
        values,
        same=lambda: list(map(id, obj.__dict__.values())) == list(map(id, values)),
    )
    return rehearsed(obj, node, BUILDERS["scipy.sparse"], _version(), values)


def _version() -> str:
    return str(getattr(sys.modules.get("scipy"), "__version__", ""))


def _make(facts: Any, parts: list[Any], _: object) -> Any:
    name, names = facts
    cls = getattr(sys.modules[MODULE], name)
    made = cls.__new__(cls)
    made.__dict__.update(zip(names, parts, strict=True))
    # asks the arrays: fails where one is missing
    made.nnz  # noqa: B018 - see above
    return made


BUILDERS = {"scipy.sparse": Builder(_make)}
