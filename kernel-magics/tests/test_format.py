"""The formatter and its table, which the front end's tests read too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leakhunter import format as fmt

TABLE = json.loads((Path(__file__).parent / "data" / "format.json").read_text())
FUNCTIONS = {
    "bytes": fmt.size_text,
    "receipt": fmt.receipt_text,
    "at_least": fmt.at_least_text,
    "column_unit": fmt.column_unit,
    "column": fmt.column_text,
    "count": fmt.count_text,
    "percent": fmt.percent_text,
    "duration": fmt.duration_text,
    "clock": fmt.clock_text,
    "time": fmt.time_text,
    "ellipsis": fmt.ellipsis,
}


@pytest.mark.parametrize("row", TABLE, ids=lambda r: f"{r['fn']}-{r['expect']}")
def test_table(row):
    named = dict(row["args"])
    size = [named.pop("bytes")] if "bytes" in named else []
    assert row["expect"] == FUNCTIONS[row["fn"]](*size, **named)


def test_sizes_are_written_as_the_user_set():
    sizes = fmt.size_text, fmt.receipt_text, fmt.at_least_text, fmt.column_unit
    fmt.write_sizes(decimal=True)
    try:
        said = [text(160_000_000) for text in sizes]
    finally:
        fmt.write_sizes(decimal=False)
    assert ["160 MB", "160.0 MB", "\u2265 160 MB", "MB"] == [
        text.replace(fmt.NBSP, " ") for text in said
    ]
    assert "MiB" == fmt.column_unit(160_000_000)


@pytest.mark.parametrize(
    ("kind", "words"),
    [("Net", "a Net"), ("`Axes`", "an `Axes`"), ("ndarray", "an ndarray")],
)
def test_a_class_has_its_article(kind, words):
    assert words == fmt.one_of(kind)
