"""Parts of still pictures: static HTML that is saved with the notebook.

No script; colours follow the theme through ``--jp-*`` variables and
``prefers-color-scheme``.  Bars are drawn in one colour and the number stands
beside each, so that colour is never all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from leakhunter.format import time_of_day

WIDEST = 80
"""Pixels of the longest bar."""

_STYLE = (
    ".lh-heat{--lh-m:#616161;--lh-h:#e65100;--lh-b:var(--jp-border-color2,#e0e0e0);"
    "color:var(--jp-ui-font-color1,#212121);max-width:64em;"
    "font:13px/1.5 var(--jp-ui-font-family,system-ui,sans-serif)}"
    "@media(prefers-color-scheme:dark){.lh-heat{--lh-m:#b0b0b0;--lh-h:#ffa726;"
    "--lh-b:var(--jp-border-color2,#424242);color:var(--jp-ui-font-color1,#e8e8e8)}}"
    "body[data-jp-theme-light='false'] .lh-heat{--lh-m:#b0b0b0;--lh-h:#ffa726}"
    "body[data-jp-theme-light='true'] .lh-heat{--lh-m:#616161;--lh-h:#e65100}"
    ".lh-heat table{border-collapse:collapse;margin:4px 0 12px;color:inherit;font:inherit}"
    ".lh-heat th{font-weight:normal;color:var(--lh-m);text-align:right;padding:0 8px}"
    ".lh-heat td{border-top:1px solid var(--lh-b);padding:1px 8px;text-align:right;background:none;"
    "white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".lh-heat td.lh-code,.lh-heat th.lh-code{text-align:left}"
    ".lh-heat td.lh-code{white-space:pre;font-family:var(--jp-code-font-family,monospace)}"
    ".lh-heat td.lh-words,.lh-heat th.lh-words{text-align:left;white-space:normal}"
    ".lh-heat code{font-family:var(--jp-code-font-family,monospace);background:none;color:inherit}"
    ".lh-heat summary{cursor:pointer}.lh-heat ul{margin:4px 0;padding-left:20px}"
    ".lh-heat .lh-hot{display:inline-block;height:10px;background:var(--lh-h)}"
    ".lh-heat td.lh-strip{width:80px;text-align:left;padding:0}.lh-heat p{margin:4px 0}"
    ".lh-heat .lh-mute{color:var(--lh-m)}"
)

CODE, WORDS, STRIP = ' class="lh-code"', ' class="lh-words"', ' class="lh-strip"'
"""Columns that are no numbers."""


def still(body: str, at: float | None = None) -> str:
    """A whole picture.

    Parameters
    ----------
    body
        HTML.
    at
        When it was taken; ``None``: part of a page that says so.
    """
    when = ""
    if at is not None:
        when = f'<p class="lh-mute">This is a still picture of {time_of_day(at)}.</p>'
    return f'<div class="lh-heat"><style>{_STYLE}</style>{body}{when}</div>'


def table(heads: Sequence[tuple[str, str]], rows: Iterable[Sequence[str]]) -> str:
    """A table.

    Parameters
    ----------
    heads
        What stands over each column, and the class of the column or nothing.
    rows
        HTML of the cells.
    """
    kinds = [kind for _, kind in heads]
    head = "".join(f'<th scope="col"{kind}>{escape(name)}</th>' for name, kind in heads)
    body = "".join(
        "<tr>"
        + "".join(f"<td{k}>{text}</td>" for k, text in zip(kinds, row, strict=True))
        + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def bar(value: float, most: float) -> str:
    """A bar as long as its share of the most; nothing where that is too short to be seen."""
    wide = round(WIDEST * value / most) if most > 0 else 0
    return f'<span class="lh-hot" style="width:{wide}px"></span>' if wide > 0 else ""


def notes(texts: Iterable[str]) -> str:
    """Sentences below."""
    return "".join(f'<p class="lh-mute">{escape(text)}</p>' for text in texts)


def folded(title: str, body: str) -> str:
    """What is opened by a click."""
    return f"<details><summary>{escape(title)}</summary>{body}</details>"
