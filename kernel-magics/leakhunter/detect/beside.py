"""What has to go together with what a registry holds: variables, and shown values."""

from __future__ import annotations

from leakhunter.detect.case import Grouped
from leakhunter.model import Kind, Verdict

_LEFTOVER = "leftover-variable"


def names_beside(group: Grouped, kind: Kind) -> list[str]:
    """Variables that hold the same and that no cell reads any more."""
    return [
        m.title
        for m in group.members
        if m.kind != kind and all(s.place == "name" for s in m.slots)
    ]


def shown_beside(group: Grouped) -> list[str]:
    """Shown values that hold the same."""
    return [m.title for m in group.members if m.kind == "output-history"]


def verdict_of(group: Grouped, names: list[str], *, wanted: bool = False) -> Verdict:
    """What it is: a leftover with the variables that hold it, else a leak unless it may be wanted."""
    if any(m.kind == _LEFTOVER for m in group.members):
        return "leftover"
    return "suspect" if names or wanted else "leak"
