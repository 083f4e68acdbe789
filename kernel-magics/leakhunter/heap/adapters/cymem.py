"""cymem: the pools in which spaCy and thinc keep documents and vocabularies.

A ``Doc``, a ``Vocab`` and its ``StringStore`` are visible, their tokens and
texts are not: each has a pool that knows how much it has given out.

Cost: 1 µs a pool.
"""

from __future__ import annotations

import sys
from typing import Any

from leakhunter.heap.walk.seen import Seen

MODULE = "cymem.cymem"


def handles(cls: type) -> bool:
    """Is this a pool?"""
    return cls is sys.modules[MODULE].Pool


def look(obj: Any) -> Seen:
    """What the pool has given out."""
    return Seen(object.__sizeof__(obj) + obj.size)


def describe(obj: Any) -> str:
    """A pool has no shape."""
    del obj
    return ""
