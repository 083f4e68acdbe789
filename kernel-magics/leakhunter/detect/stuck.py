"""Words for memory in native code, which nothing here can let go of."""

from __future__ import annotations

from dataclasses import dataclass

from leakhunter.detect.case import Grouped, Told
from leakhunter.detect.catalogue import Known
from leakhunter.model import Holder, PartId, Verdict

_PATH = "native memory"


@dataclass(frozen=True)
class Words:
    """What a finding says of its own.

    Attributes
    ----------
    title, reason
        Its name, and its sentence.
    holders
        Its chain, without what is held.
    facts
        What else is to be said.
    """

    title: str
    reason: str
    holders: list[Holder]
    facts: list[str]


def unexplained(group: Grouped, verdict: Verdict, words: Words, code: str) -> Told:
    """Memory that no object, library or allocator accounts for; ``code`` says what to do."""
    return Told(
        verdict=verdict,
        label="Suspect",
        group="check",
        part="unexplained",
        title=words.title,
        names=[],
        path=[_PATH],
        reason=words.reason,
        chain=[
            Holder(role="root", label="Native code", note="no object of Python's"),
            *words.holders,
            _held(group, "memory", "not explained"),
        ],
        facts=[
            "It is in no object, in no library's pool, and not kept free.",
            *words.facts,
        ],
        made_again=False,
        exact_remedy=False,
        code=code,
    )


def known(group: Grouped, record: Known, words: Words, part: PartId, place: str) -> Told:  # fmt: skip
    """What the catalogue knows to leak; ``place`` is where its memory is."""
    return Told(
        verdict="leak",
        label="Leak",
        group="check",
        part=part,
        title=words.title,
        names=[],
        path=[_PATH, place],
        reason=words.reason,
        chain=[*words.holders, _held(group, record.keeps, "")],
        facts=[*words.facts, f"See {record.link}"],
        fix=record.fix,
        made_again=False,
        exact_remedy=False,
        code=record.fix,
    )


def _held(group: Grouped, label: str, note: str) -> Holder:
    return Holder(role="object", label=label, note=note, bytes=group.freed.bytes)
