"""What the catalogue says of a library that a registry belongs to."""

from __future__ import annotations

from leakhunter.detect.case import Case
from leakhunter.detect.catalogue import Known, of_kind
from leakhunter.model import Kind


def known(case: Case, kind: Kind, library: str, cls: str = "") -> Known | None:
    """The record of an imported library, in a version that is affected; of one class where that is named."""
    for record in of_kind(kind, case.facts.versions):
        if record.library == library and cls in (record.types or ("",)):
            return record
    return None


def see(case: Case, kind: Kind, library: str, cls: str = "") -> list[str]:
    """A fact that names the public report, if there is one."""
    record = known(case, kind, library, cls)
    return [f"See {record.link}"] if record is not None else []
