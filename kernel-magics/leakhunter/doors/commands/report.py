"""The report, one finding of it, and the tables of cells and variables."""

from __future__ import annotations

from leakhunter.doors.ask import Ask
from leakhunter.doors.document import report_json
from leakhunter.doors.html import report_html
from leakhunter.doors.text.finding import finding_text
from leakhunter.doors.text.report import report_text
from leakhunter.doors.text.tables import cells_text, vars_text


def report(ask: Ask) -> None:
    """``%leakcheck``: everything, the findings numbered."""
    ask.only("--json")
    checkup = ask.hunter.check()
    ask.list_findings(checkup)
    if ask.json:
        ask.print(report_json(checkup.report))
        return
    least = ask.hunter.settings.min_finding
    html = None if ask.watched() else report_html(checkup.report, least)
    ask.say(report_text(checkup.report, least), html)


def one(ask: Ask) -> None:
    """``%leakcheck 1``: what holds one finding, and why."""
    ask.only(words=1)
    checkup = ask.checkup()
    (found,) = ask.resolve(ask.words, checkup, names=False)
    ask.say(finding_text(found.finding))


def cells(ask: Ask) -> None:
    """``%leakcheck cells``: memory by cell."""
    ask.only(words=0)
    ask.say(cells_text(ask.hunter.check().report.cells))


def variables(ask: Ask) -> None:
    """``%leakcheck vars``: memory by variable."""
    ask.only(words=0)
    ask.say(vars_text(ask.hunter.check().case))
