"""What undo can bring back: saved values by receipt, each for a time."""

from __future__ import annotations

from typing import NamedTuple

from leakhunter.act.undo.spill import Spill


class _Kept(NamedTuple):
    spill: Spill
    until: float


class Vault:
    """Keeps saved values until their time is over; what leaves it without being taken is closed."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}

    def put(self, receipt: str, spill: Spill, until: float) -> None:
        """Keep the values of a receipt until a point in time, in seconds since the epoch."""
        before = self._kept.pop(receipt, None)
        if before is not None:
            before.spill.close()
        self._kept[receipt] = _Kept(spill, until)

    def take(self, receipt: str) -> Spill | None:
        """Hand out the values of a receipt; the taker closes them.  ``None`` when there are none."""
        kept = self._kept.pop(receipt, None)
        return None if kept is None else kept.spill

    def until(self, receipt: str) -> float | None:
        """Until when the values of a receipt are kept; ``None`` when they are not."""
        kept = self._kept.get(receipt)
        return None if kept is None else kept.until

    @property
    def bytes(self) -> int:
        """What all kept values take on the disk."""
        return sum(kept.spill.bytes for kept in self._kept.values())

    def forget_old(self, now: float) -> list[str]:
        """Close what is over; returns the receipts."""
        old = [receipt for receipt, kept in self._kept.items() if kept.until <= now]
        for receipt in old:
            self._kept.pop(receipt).spill.close()
        return old

    def close(self) -> None:
        """Close everything."""
        for kept in self._kept.values():
            kept.spill.close()
        self._kept.clear()
