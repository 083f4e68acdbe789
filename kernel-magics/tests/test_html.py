"""The still picture: escaped, small, without script."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from leakhunter.doors.answer import Answer
from leakhunter.doors.html import report_html, rich

BAD = "<script>alert(1)</script>"


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(page)
        assert [] == self.open

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.seen.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_endtag(self, tag):
        assert tag == self.open.pop()

    def handle_data(self, data):
        self.text += data


def hostile(session):
    session("import numpy as np")
    session(
        f"Bad = type('{BAD}', (), {{}})\nbox = Bad()\nbox.data = np.ones(3_000_000)\n"
        f"table = {{'{BAD}': np.ones(3_000_000)}}"
    )
    session(
        f"kept = {{}}\ndef work():\n    data = np.ones(3_000_000)\n    raise ValueError('{BAD}')"
    )
    session(f"try:\n    work()\nexcept ValueError as error:\n    kept['{BAD}'] = error")
    session(f"x = '{BAD}'; work()")
    session("print(kept)")
    return session.hunter.check().report


def test_text_of_the_user_is_text(session):
    report = hostile(session)
    assert len(report.findings) >= 3
    page = Tags(report_html(report, 0))
    assert set() == page.seen & {"script", "img", "iframe", "object", "link"}
    assert [] == [a for a in page.attributes if a.startswith("on")]


def test_sentences_keep_their_marks_and_escape_the_rest():
    assert (
        'a &lt;b&gt; <code>x &amp; y</code> in <code class="lh-cell">[14]</code>'
        == rich("a <b> `x & y` in [14]")
    )


def test_a_page_of_many_findings_stays_small(session):
    session("import numpy as np")
    names = [f"array_with_a_rather_long_name_{i}" for i in range(80)]
    for name in names:
        session(f"{name} = np.ones(150_000)")
    session("pass")
    session("x = 1")
    report = session.hunter.check().report
    assert len(report.findings) >= 70
    page = report_html(report, 0)
    assert len(page.encode()) < 60_000
    assert re.search(r"\d+ smaller findings", page)


def test_the_bundle_has_both_forms():
    assert {"text/plain": "t", "text/html": "<b>h</b>"} == Answer(
        "t", "<b>h</b>"
    )._repr_mimebundle_()
    assert {"text/plain"} == Answer("t")._repr_mimebundle_().keys()


def test_clean_says_what_was_checked(session):
    session("x = 1")
    page = Tags(report_html(session.hunter.check().report, 0))
    assert "Nothing left behind" in page.text
    assert "output history" in page.text


def test_a_front_end_with_the_panel_gets_text_alone(kernel):
    kernel.run("x = 1")
    kernel.run("%leakcheck")
    kernel.hello()
    kernel.run("%leakcheck")
    shown = [
        m["content"]["data"].keys()
        for m in kernel.messages
        if m["msg_type"] == "display_data"
    ]
    assert [{"text/plain", "text/html"}, {"text/plain"}] == [set(s) for s in shown]
