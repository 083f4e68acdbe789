"""Hold the memory sheets of a corpus run to their sum.

    python build_tools/sheet.py score.json

A sheet is good when no more than 5 % of the resident memory, or 25 MB where
that is more, is unexplained, and its parts are no more than the memory.
Exits 1 when less than 90 % of the sheets are good.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

MB = 1_000_000
SHARE, LEAST, GOOD = 0.05, 25 * MB, 0.9


def fault(report: dict[str, Any]) -> str | None:
    """What is wrong with the sheet of a report."""
    rss = report["sheet"]["rss"]
    parts = {p["part"]: p["bytes"] for p in report["sheet"]["parts"]}
    if sum(parts.values()) != rss or min(parts.values()) < 0:
        return "the parts do not add up"
    if report["sheet"]["overlap"] > LEAST:
        return f"parts overlap by {report['sheet']['overlap'] / MB:.0f} MB"
    if parts["unexplained"] > max(SHARE * rss, LEAST):
        return f"{parts['unexplained'] / MB:.0f} of {rss / MB:.0f} MB unexplained"
    return None


def main() -> int:
    """Command line."""
    cases = json.loads(Path(sys.argv[1]).read_text())
    rows = cases if isinstance(cases, list) else cases["cases"]
    reports = {row["id"]: row["report"] for row in rows if row.get("report")}
    faults = {name: fault(report) for name, report in reports.items()}
    bad = {name: text for name, text in faults.items() if text}
    for name, text in bad.items():
        print(f"{name}: {text}")
    print(f"{len(reports) - len(bad)} of {len(reports)} sheets are good")
    return int(len(reports) - len(bad) < GOOD * len(reports))


if __name__ == "__main__":
    sys.exit(main())
