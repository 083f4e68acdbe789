"""The formatter and its table, which the front end's tests read too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakhunter import format as fmt

TABLE = json.loads((Path(__file__).parent / "data" / "format.json").read_text())
FUNCTIONS = {
    "bytes": lambda bytes, **kw: fmt.size_text(bytes, **kw),  # noqa: A002
    "receipt": lambda bytes, **kw: fmt.receipt_text(bytes, **kw),  # noqa: A002
    "at_least": lambda bytes, **kw: fmt.at_least_text(bytes, **kw),  # noqa: A002
    "column_unit": lambda bytes, **kw: fmt.column_unit(bytes, **kw),  # noqa: A002
    "column": lambda bytes, **kw: fmt.column_text(bytes, **kw),  # noqa: A002
    "count": lambda count: fmt.count_text(count),
    "percent": lambda part, whole: fmt.percent_text(part, whole),
    "duration": lambda seconds: fmt.duration_text(seconds),
    "clock": lambda seconds: fmt.clock_text(seconds),
    "time": lambda **kw: fmt.time_text(**kw),
    "ellipsis": lambda text, length: fmt.ellipsis(text, length),
}


@pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r['fn']}-{r['expect']}")
def test_table(row):
    assert row["expect"] == FUNCTIONS[row["fn"]](**row["args"])
