"""The self-test: a planted leak and a planted bounded cache must be told right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leakhunter.prove.growths import growths
from leakhunter.prove.plan import BATCHES, WARM_UP
from leakhunter.prove.series import Series

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from leakhunter.record.meter import Meter

PASSED = "Self-test: a planted leak and a planted cache were told apart."

_CACHE = 12
_LEAK, _BOUNDED = "planted leak", "planted cache"


def tell(shell: InteractiveShell, meter: Meter) -> str | None:
    """Run it; takes five counts, without the session's names.

    Returns
    -------
    str or None
        What went wrong, in one sentence.
    """
    leak: list[list[None]] = []
    cache: dict[int, list[None]] = {}
    planted = [(_LEAK, leak), (_BOUNDED, cache)]
    series = Series(shell, meter, roots=lambda: planted)
    done = 0
    for batch in (WARM_UP, *BATCHES):
        for _ in range(batch):
            done += 1
            leak.append([])
            cache[done] = []
            while len(cache) > _CACHE:
                del cache[next(iter(cache))]
        series.take()
    told = {g.name: g.verdict for g in growths(series.counted(), BATCHES)}
    if told.get(_LEAK) != "leak":
        return "The self-test did not find a planted leak."
    if told.get(_BOUNDED) not in (None, "plateau"):
        return "The self-test took a planted cache for a leak."
    return None
