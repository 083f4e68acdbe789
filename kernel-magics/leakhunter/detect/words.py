"""Small pieces of sentences."""

from __future__ import annotations

from collections.abc import Sequence


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return (
        items[0]
        if len(items) == 1
        else f"{', '.join(items[:-1])} and {items[-1]}"
        if items
        else ""
    )


def plural(count: int, one: str, many: str) -> str:
    """``1 cell has``, ``3 cells have``."""
    return f"{count:,} {one if count == 1 else many}"
