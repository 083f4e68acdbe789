"""``%leakcheck expect 2 "needed until the end"``: this is expected, until it grows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.refusal import Refusal
from leakhunter.doors.text.expected import expected_text, marked_text, removed_text
from leakhunter.heap.safe import short

if TYPE_CHECKING:
    from leakhunter.detect.find import Found
    from leakhunter.doors.ask import Ask
    from leakhunter.model import Expected

_REMOVE = "--remove"


def expect(ask: Ask) -> None:
    """List what is expected, call something so, or take it back."""
    ask.only("--json", _REMOVE)
    if ask.options.get(_REMOVE):
        ask.words.insert(0, ask.options[_REMOVE])
    if _REMOVE in ask.options:
        _remove(ask)
    elif ask.words:
        _mark(ask)
    else:
        _list(ask)


def _list(ask: Ask) -> None:
    checkup = ask.checkup()
    known = list(ask.hunter.expected.known.values())
    if ask.json:
        _document(ask, known)
    else:
        titles = {f.finding.fingerprint: f.finding for f in checkup.found}
        ask.say(expected_text(known, titles))


def _mark(ask: Ask) -> None:
    """The first word says what, the others why."""
    checkup = ask.checkup()
    found = ask.resolve(ask.words[:1], checkup, names=True)
    reason = " ".join(ask.words[1:])
    try:
        marks = [ask.hunter.expected.mark(f.finding, reason) for f in found]
    except ValueError as error:
        raise Refusal(str(error)) from None
    if ask.json:
        _document(ask, marks)
    else:
        ask.say(marked_text([f.finding for f in found]))


def _remove(ask: Ask) -> None:
    if not ask.words:
        msg = "Say what to take back: a number, an id or a name, as in %leakcheck expect --remove f3."
        raise Refusal(msg)
    known = ask.hunter.expected.known
    marks = [known[word] for word in ask.words if word in known]
    rest = [word for word in ask.words if word not in known]
    if rest:
        checkup = ask.checkup()
        found = ask.resolve(rest, checkup, names=True)
        marks += [known[one.finding.fingerprint] for one in _expected(ask, found)]
    for mark in marks:
        ask.hunter.expected.remove(mark.fingerprint)
    if ask.json:
        _document(ask, marks)
    else:
        ask.say(removed_text(len(marks)))


def _expected(ask: Ask, found: list[Found]) -> list[Found]:
    """The same, when each of them is expected.

    Raises
    ------
    Refusal
        One sentence; nothing has changed.
    """
    for one in found:
        if one.finding.fingerprint not in ask.hunter.expected.known:
            msg = f"'{short(one.finding.title)}' is not called expected; nothing was changed."
            raise Refusal(msg)
    return found


def _document(ask: Ask, marks: list[Expected]) -> None:
    ask.print(msgspec.json.encode({"expected": marks}).decode())
