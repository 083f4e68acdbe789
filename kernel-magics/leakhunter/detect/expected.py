"""Findings that the user called expected: out of the way until they grow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import msgspec

from leakhunter.detect.find import Found
from leakhunter.format import size_text
from leakhunter.model import Expected, Finding

GROWN = 1.1
"""From this share of what was called expected on it speaks up again."""

MOST = 500
"""Findings that are remembered as expected."""

REASON_MAX = 200
"""Characters of a reason."""

FINGERPRINT_MAX = 64


def set_apart(found: Iterable[Found], known: Mapping[str, Expected]) -> list[Found]:
    """Put what is expected into its group, and say where it has grown.

    Parameters
    ----------
    found
        Findings.
    known
        What was called expected, by fingerprint.
    """
    return [_told(one, known.get(one.finding.fingerprint)) for one in found]


def _told(found: Found, known: Expected | None) -> Found:
    if known is None:
        return found
    finding = found.finding
    if finding.frees > GROWN * known.bytes:
        grown = (
            f"You called this expected at {size_text(known.bytes)}; "
            f"it has grown to {size_text(finding.frees)}."
        )
        facts = [grown, *finding.facts]
        return replace(found, finding=msgspec.structs.replace(finding, facts=facts))
    parts = tuple(replace(p, finding=_moved(p.finding, known)) for p in found.parts)
    return replace(found, finding=_moved(finding, known), parts=parts)


def _moved(finding: Finding, known: Expected) -> Finding:
    return msgspec.structs.replace(finding, group="expected", expected=known)


def one_line(reason: str) -> str:
    """A reason, fit to be kept and shown: one line, at most 200 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    return line if len(line) <= REASON_MAX else line[: REASON_MAX - 1] + "…"


def accepted(told: Iterable[Expected]) -> dict[str, Expected]:
    """What a front end tells, by fingerprint.

    Raises
    ------
    ValueError
        One sentence, when it is too much or not what we ever handed out.
    """
    found: dict[str, Expected] = {}
    for one in told:
        short = 0 < len(one.fingerprint) <= FINGERPRINT_MAX
        if not short or one.bytes < 0 or len(one.reason) > REASON_MAX:
            msg = "An entry of the expected ones is not as it should be."
            raise ValueError(msg)
        found[one.fingerprint] = msgspec.structs.replace(
            one, reason=one_line(one.reason)
        )
    if len(found) > MOST:
        msg = f"More than {MOST} are called expected."
        raise ValueError(msg)
    return found
