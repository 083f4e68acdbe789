"""The page that ``--html`` writes: results, cells, and the still picture of each report."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from leakhunter.doors.cli.text import detailed, heading, result_text
from leakhunter.doors.html import report_html
from leakhunter.doors.still import CODE, folded, still, table
from leakhunter.doors.text.finding import finding_text
from leakhunter.format import column_text, column_unit

if TYPE_CHECKING:
    from leakhunter.doors.cli.model import NotebookRun

_STYLE = (
    ":root{color-scheme:light dark}body{margin:24px auto;max-width:64em;padding:0 16px;"
    "font:13px/1.5 system-ui,sans-serif}h1{font-size:16px;margin:24px 0 8px}"
    "pre{white-space:pre-wrap;font:12px/1.5 monospace;margin:8px 0}"
)


def page(
    runs: Sequence[NotebookRun], reasons: Sequence[Sequence[str]], least: int
) -> str:
    """A whole page without scripts.

    Parameters
    ----------
    runs
        The notebooks.
    reasons
        For each of them, why it is not fine.
    least
        Findings of fewer bytes are summed.
    """
    title = ", ".join(run.notebook for run in runs)
    body = "".join(
        _notebook(run, why, least) for run, why in zip(runs, reasons, strict=True)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>Leak Hunter: {escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body>{body}</body></html>\n"
    )


def _notebook(run: NotebookRun, why: Sequence[str], least: int) -> str:
    parts = [
        f"<h1>{escape(heading(run))}</h1>",
        f"<pre>{escape(result_text(run, why))}</pre>",
    ]
    if run.report is not None:
        parts.append(report_html(run.report, least, live=False))
        texts = "".join(
            f"<pre>{escape(finding_text(f))}</pre>" for f in detailed(run, least)
        )
        parts.append(still(folded("What holds them", texts)) if texts else "")
    parts.append(still(_cells(run)) if run.cells else "")
    return f"<section>{''.join(parts)}</section>"


def _cells(run: NotebookRun) -> str:
    cells, checked = run.cells, run.report is not None
    unit = column_unit(max(max(abs(c.delta), c.peak or 0, c.held) for c in cells))
    heads = [("Cell", CODE), (f"Change, {unit}", ""), ("Peak", ""), ("Held now", "")]
    rows = [
        [
            f"{escape(f'[{c.execution_count}] {c.source_line}')}{' (failed)' * c.failed}",
            column_text(c.delta, unit, signed=True),
            ("" if c.peak_exact else "≥") + column_text(c.peak, unit),
            column_text(c.held if checked else None, unit),
        ]
        for c in sorted(cells, key=lambda c: c.execution_count)
    ]
    return table(heads, rows)
