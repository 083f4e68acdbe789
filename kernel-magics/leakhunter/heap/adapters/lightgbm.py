"""LightGBM: the bins of a dataset, and what a booster keeps to go on training.

Bins take from next to nothing to two bytes a value, as sparse as the data are,
and LightGBM does not tell: they are found as the allocator keeps them, see
:mod:`leakhunter.heap.peek.blocks`.  Where that cannot be seen nothing native is
promised.  The raw data that a ``Dataset`` keeps, and the dataset that a booster
keeps for more training, are visible.  A booster that has let go of its dataset
still has the address, which may be anything's by now, so it is not looked into.

Cost: 4 µs a block, of which a feature has some seven.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.peek.blocks import found, reach
from leakhunter.heap.peek.mapped import look_again
from leakhunter.heap.walk.seen import NOTHING, Seen

MODULE = "lightgbm.basic"


def handles(cls: type) -> bool:
    """Is this a dataset or a booster?  Never a subclass of the user's."""
    basic = sys.modules[MODULE]
    known = cls is basic.Dataset or cls is basic.Booster
    if known:
        look_again()
    return known


def look(obj: Any) -> Seen:
    """Its native memory, once it has been made; what the datasets of a booster have is theirs."""
    basic = sys.modules[MODULE]
    own = safe.own_dict(obj) or {}
    handle = _handle(own)
    if not handle:
        return NOTHING
    stops: set[int] = set()
    if type(obj) is basic.Booster:
        others = own.get("valid_sets")
        sets = [own.get("train_set"), *(others if type(others) is list else ())]
        for one in sets:
            if type(one) is basic.Dataset:
                theirs = reach(_handle(safe.own_dict(one) or {}))
                stops |= theirs.sizes.keys() if theirs else set()
        if not stops:
            return Seen(hidden=True)
    blocks = reach(handle, stops)
    return Seen(hidden=True) if blocks is None else found(obj, blocks)


def _handle(own: dict[str, Any]) -> int:
    """Where the native object is; 0 when there is none."""
    handle = own.get("_handle")
    return (handle.value or 0) if type(handle) is ctypes.c_void_p else 0


def describe(obj: Any) -> str:
    """Rows and columns of a dataset: ``200,000 × 20``."""
    dataset = sys.modules[MODULE].Dataset
    if type(obj) is not dataset or not _handle(safe.own_dict(obj) or {}):
        return ""
    return f"{dataset.num_data(obj):,} × {dataset.num_feature(obj):,}"
