"""What all texts share: 79 columns, padding by width on screen, sentences without marks."""

from __future__ import annotations

import textwrap
import unicodedata

from leakhunter.format import NBSP

WIDTH = 79


def plain(text: str) -> str:
    """A sentence without the marks for code and with ordinary spaces."""
    return text.replace("`", "").replace(NBSP, " ")


def wrapped(text: str) -> str:
    """A sentence in lines of at most 79 columns."""
    return textwrap.fill(plain(text), WIDTH)


def width(text: str) -> int:
    """Columns that a text takes."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int, *, right: bool = False) -> str:
    """A text with blanks up to so many columns."""
    gap = " " * max(columns - width(text), 0)
    return gap + text if right else text + gap
