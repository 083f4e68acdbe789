"""What is expected, as text."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from leakhunter.detect.words import listed, plural
from leakhunter.doors.text.layout import WIDTH, pad, plain, wrapped
from leakhunter.format import ellipsis, size_text

if TYPE_CHECKING:
    from leakhunter.model import Expected, Finding

_NAME = 30


def expected_line(findings: Sequence[Finding]) -> str:
    """``Expected: 2, 1.24 GiB``; empty when nothing found is expected."""
    mine = [f for f in findings if f.group == "expected"]
    if not mine:
        return ""
    return f"Expected: {len(mine)}, {size_text(sum(f.frees for f in mine))}"


def expected_text(known: Sequence[Expected], found: Mapping[str, Finding]) -> str:
    """Each with its size when it was marked, its date and its reason.

    Parameters
    ----------
    known
        What is expected.
    found
        Findings of now by fingerprint: what is not among them is not there now.
    """
    if not known:
        return wrapped(
            'Nothing is called expected. %leakcheck expect 1 "why" calls finding 1 so.'
        )
    lines = [f"{plural(len(known), 'thing is', 'things are')} called expected:"]
    for mark in sorted(known, key=lambda one: -one.bytes):
        finding = found.get(mark.fingerprint)
        name = "not there now" if finding is None else finding.title
        word = mark.fingerprint if finding is None else finding.id
        date = time.strftime("%Y-%m-%d", time.localtime(mark.at))
        name = pad(ellipsis(plain(name), _NAME), _NAME)
        lines.append(
            f"  {word:<17}{name} {plain(size_text(mark.bytes)):>9}  since {date}"
        )
        lines += textwrap.wrap(
            mark.reason, WIDTH - 6, initial_indent="      ", subsequent_indent="      "
        )
    return "\n".join([*lines, "Take one back:  %leakcheck expect --remove ID"])


def marked_text(findings: Sequence[Finding]) -> str:
    """What was called expected, and when it speaks up."""
    names = listed([plain(f.title) for f in findings])
    size = size_text(sum(f.frees for f in findings))
    verb = "is" if len(findings) == 1 else "are"
    return wrapped(
        f"{names} ({size}) {verb} expected now, and told again after growing by more than 10 %."
    )


def removed_text(count: int) -> str:
    """What was taken back."""
    verb = "thing is" if count == 1 else "things are"
    return f"Taken back: {count:,} {verb} no longer called expected."
