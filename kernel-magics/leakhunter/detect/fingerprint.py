"""What is the same about a finding in another run of the notebook, as a hash.

In it are the kind, the names with the cells that made them, and no number of a
run: ``Out[3]`` counts as the output of its cell.  A hash tells nobody the names.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from leakhunter.detect.case import Case
from leakhunter.heap.slots import is_output_name
from leakhunter.model import CellRef, Kind

_DIGITS = re.compile(r"\d+")
_PATH = re.compile(r"[A-Za-z_][\w.]*")
_COUNT = re.compile(r"(?:Out|traceback of )\[(\d+)\]|_(\d+)")


def fingerprint(
    case: Case, kind: Kind, names: Sequence[str], born: CellRef | None
) -> str:
    """Hash of a finding.

    Parameters
    ----------
    case
        What is known about the session.
    kind, names
        Kind and names of the finding.
    born
        The cell that made most of it; it counts only when no name says more.
    """
    parts = sorted(_sign(case, name) for name in names)
    if not any(part.strip("#") for part in parts):
        parts.append((born.cell_id or "") if born is not None else "")
    return _hash([kind, *parts])


def apart(fingerprints: Iterable[str]) -> list[str]:
    """The same, each once: of those that are equal, all but the first are counted."""
    seen: Counter[str] = Counter()
    found = []
    for one in fingerprints:
        seen[one] += 1
        found.append(one if seen[one] == 1 else _hash([one, str(seen[one])]))
    return found


def _sign(case: Case, name: str) -> str:
    """What a name stands for in any run: digits stay only in what the user wrote."""
    use = case.uses.get(name)
    if use is not None:
        made = use.made.cell_id if use.made is not None else None
        return f"{name}\0{made or ''}"
    count = _COUNT.fullmatch(name)
    if count is not None:
        run = case.run_of_count(int(count[1] or count[2]))
        return f"#{(run.cell_id if run is not None else None) or ''}"
    head = _PATH.match(name)
    kept = head.group() if head is not None and not is_output_name(name) else ""
    return kept + _DIGITS.sub("#", name[len(kept) :])


def _hash(parts: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
