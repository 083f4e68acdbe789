"""Still pictures of traces, profiles, lines and proofs: escaped, small, without script."""

from __future__ import annotations

import re

import pytest
from IPython.utils.capture import capture_output
from test_html import Tags

BAD = "<script>alert(1)</script>"
BIG = 60_000
CELL = f"held.append(bytearray(1_000_000))  # {BAD}\ndef f():\n    return '{BAD}' * 90_000\nkept = f()"


def pictures(session, source):
    """The HTML that a cell shows."""
    with capture_output() as out:
        session.shell.run_cell(source, store_history=True)
    return [o.data["text/html"] for o in out.outputs if "text/html" in o.data]


@pytest.fixture
def ready(session):
    session("held = []")
    return session


def looked_at(page):
    """The text of a picture that is as it should be."""
    tags = Tags(page)
    assert not tags.seen & {"script", "link", "img", "iframe"}
    assert not {
        a for a in tags.attributes if a.startswith("on") or a in ("src", "href")
    }
    assert "prefers-color-scheme:dark" in page
    assert len(page.encode()) < BIG
    assert re.search(r"This is a still picture of \d\d:\d\d:\d\d", tags.text)
    return tags.text


def test_a_trace(ready):
    (page,) = pictures(ready, f"%%leakcheck trace\n{CELL}")
    text = looked_at(page)
    assert f"cell 3, line 2: held.append(bytearray(1_000_000))  # {BAD}"[:60] in text
    assert "Kernel memory changed by" in text
    assert "<details><summary>" in page


def test_a_trace_that_is_printed(ready):
    with capture_output() as out:
        ready.shell.run_cell(f"%%leakcheck trace --html\n{CELL}", store_history=True)
    assert out.stdout.startswith('<div class="lh-heat"')
    looked_at(out.stdout)


def test_lines(ready):
    (page,) = pictures(ready, f"%%leakcheck lines -f f\n{CELL}")
    text = looked_at(page)
    assert BAD in text
    assert 'style="width:80px"' in page


def test_a_profile(ready):
    ready("%leakcheck profile start")
    ready(CELL)
    (page,) = pictures(ready, "%leakcheck profile stop")
    text = looked_at(page)
    assert "cell 4" in text
    assert "Library" in text


def test_a_proof(ready):
    ready(CELL)
    shown = pictures(ready, "%leakcheck prove [3] --yes")
    text = looked_at(shown[-1])
    assert text.find("LEAK") >= 0
    assert "cell 3, line 1: held.append" in text
    assert "Line that leaves it" in text


def test_a_proof_that_is_printed(ready):
    ready("x = 1")
    with capture_output() as out:
        ready.shell.run_cell("%leakcheck prove [3] --yes --html", silent=True)
    assert out.stdout.startswith('<div class="lh-heat"')
    assert "CLEAN" in looked_at(out.stdout)


@pytest.mark.parametrize("cell", ["pass", "raise KeyError('x')"])
def test_nothing_to_tell(ready, cell):
    for page in pictures(ready, f"%%leakcheck trace\n{cell}"):
        looked_at(page)
