"""The user's variables as the front end lists them: sizes, sharing, and who reads them."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from leakhunter.detect.leftover import is_leftover
from leakhunter.heap.inventory import Held, listing
from leakhunter.heap.slots import Slot
from leakhunter.model import Inventory, Variable

if TYPE_CHECKING:
    from leakhunter.detect.case import Case
    from leakhunter.hunter import Checkup

LEAST = 1024
"""Bytes from which on a variable has a row."""

ROWS = 5_000
"""Rows in one message: about 1 MB, as much as a server passes on in a second."""


def inventorying(checkup: Checkup) -> Generator[None, None, Inventory]:
    """List the variables of a check, in slices; the generator may be dropped."""
    case = checkup.case
    listed = yield from listing(case.graph, case.uses, LEAST)
    findings: dict[str, str] = {}
    for one in checkup.found:
        for slot in one.slots:
            if slot.place == "name":
                findings.setdefault(str(slot.key), one.finding.id)
    rows = [_row(case, held, findings.get(held.name)) for held in listed.found[:ROWS]]
    return Inventory(
        at=checkup.report.at,
        after_run=checkup.report.after_run,
        complete=case.graph.complete,
        variables=rows,
        small=listed.small + len(listed.found) - len(rows),
        left_out=listed.left_out,
    )


def _row(case: Case, held: Held, finding: str | None) -> Variable:
    use = case.uses[held.name]
    kind, shape = case.what(Slot("name", held.name))
    doubt = use.doubt[0] if use.doubt is not None else None
    reader = doubt or (use.readers[-1] if use.readers else None)
    return Variable(
        name=held.name,
        type=kind,
        shape=shape,
        frees=held.frees,
        exact=held.exact,
        shared=held.shared,
        shared_with=held.with_names,
        shared_more=held.more,
        together=held.together,
        read="never" if reader is None else "perhaps" if doubt is not None else "yes",
        last_read=reader.count if reader is not None else None,
        unread=doubt is None and is_leftover(use),
        made_in=use.made.count if use.made is not None else None,
        finding=finding,
    )
