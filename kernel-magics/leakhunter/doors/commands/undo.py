"""``%leakcheck undo``: bring back what a clearing took; ``receipts``: what was cleared."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from leakhunter.act.restore import undo as undo_now
from leakhunter.doors.ask import Ask
from leakhunter.doors.text.receipts import (
    receipt_list_text,
    receipts_text,
    undone_text,
)

if TYPE_CHECKING:
    from leakhunter.model import Receipts


def undo(ask: Ask) -> None:
    """Undo the last clearing, or the one with this receipt."""
    ask.only("--json", words=1)
    undone = undo_now(ask.hunter, ask.words[0] if ask.words else None)
    if ask.json:
        ask.print(msgspec.json.encode(undone).decode())
    else:
        ask.say(undone_text(undone))


def receipts(ask: Ask) -> None:
    """Show one receipt, or list all, the newest first."""
    ask.only("--json", words=1)
    book = ask.hunter.book
    book.forget_old()
    if ask.words:
        _show(ask, book.get(ask.words[0]))
    elif ask.json:
        ask.print(msgspec.json.encode(book.all()).decode())
    else:
        ask.say(receipt_list_text(book.all(), time.time()))


def _show(ask: Ask, one: Receipts) -> None:
    if ask.json:
        ask.print(msgspec.json.encode(one).decode())
    else:
        ask.say(receipts_text(one, time.time()))
