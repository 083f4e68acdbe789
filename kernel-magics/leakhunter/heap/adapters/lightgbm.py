"""LightGBM: native data that cannot be sized, so that nothing is promised exactly.

Bins take from next to nothing to two bytes a value, as sparse as the data are,
and LightGBM does not tell.  The raw data that a ``Dataset`` keeps, and the
dataset that a booster keeps for more training, are visible: what clearing
frees is at least that.

Cost: 1 µs an object.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from leakhunter.heap import safe
from leakhunter.heap.walk.seen import Seen

MODULE = "lightgbm.basic"


def handles(cls: type) -> bool:
    """Is this a dataset or a booster?  Never a subclass of the user's."""
    basic = sys.modules[MODULE]
    return cls is basic.Dataset or cls is basic.Booster


def look(obj: Any) -> Seen:
    """Something hidden, once it has been made."""
    handle = (safe.own_dict(obj) or {}).get("_handle")
    return Seen(hidden=type(handle) is ctypes.c_void_p)


def describe(obj: Any) -> str:
    """Rows and columns of a dataset: ``200,000 × 20``."""
    dataset = sys.modules[MODULE].Dataset
    if type(obj) is not dataset or not look(obj).hidden:
        return ""
    return f"{dataset.num_data(obj):,} × {dataset.num_feature(obj):,}"
