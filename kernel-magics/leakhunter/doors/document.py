"""The JSON documents of ``--json``: schema 1 is a floor, extra keys are welcome."""

from __future__ import annotations

import msgspec

from leakhunter.model import Receipts, Report


def report_json(report: Report) -> str:
    """The report; private memory that the system does not tell counts as resident."""
    document = msgspec.to_builtins(report)
    document["memory"]["breakdown"] = document["sheet"]["parts"]
    if document["memory"]["anon"] is None:
        document["memory"]["anon"] = document["memory"]["rss"]
    return msgspec.json.encode(document).decode()


def receipts_json(receipts: Receipts) -> str:
    """One receipt by itself with what its clearing was like, several with their totals."""
    document = msgspec.to_builtins(receipts)
    if len(receipts.receipts) == 1:
        (single,) = document.pop("receipts")
        document = {**document, "receipt": receipts.id, **single}
    return msgspec.json.encode(document).decode()


def error_json(message: str) -> str:
    """A refusal."""
    return msgspec.json.encode({"error": message}).decode()
