"""The types of the wire are defined once: the front end's are in step."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from leakhunter import messages

ROOT = Path(__file__).resolve().parents[2]


def test_the_generated_types_are_in_step():
    found = subprocess.run(
        [sys.executable, "build_tools/protocol.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == found.returncode, found.stdout + found.stderr


@pytest.mark.parametrize("union", ["AnyEvent", "AnyRequest"])
def test_every_message_has_a_tag_of_its_own(union):
    structs = getattr(messages, union).__args__
    tags = [s.__struct_config__.tag for s in structs]
    assert len(set(tags)) == len(tags)
    assert None not in tags


def test_a_wish_is_understood_and_a_bad_one_is_not():
    good = {"command": "leakhunter.preview", "request": "p1", "ids": ["f1"]}
    wish = msgspec.convert(good, messages.AnyRequest)
    assert messages.WishPreview(request="p1", ids=["f1"]) == wish
    for bad in (
        {**good, "ids": "f1"},
        {**good, "request": None},
        {"command": "leakhunter.x"},
    ):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, messages.AnyRequest)


def test_fields_of_a_newer_front_end_are_passed_over():
    wish = {"command": "leakhunter.runs", "since_run": 3, "new": True}
    assert 3 == msgspec.convert(wish, messages.AnyRequest).since_run
