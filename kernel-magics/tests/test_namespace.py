"""Looking through a namespace: the same answers of both cores, and no key or value is asked anything."""

from __future__ import annotations

from collections import deque

import pytest

from leakhunter.heap import core
from leakhunter.record import namespace


class Loud:
    """Fails when somebody compares or hashes it, once it is a key."""

    armed = False

    def __hash__(self):
        if self.armed:
            pytest.fail("hashed")
        return hash("b")

    def __eq__(self, _other):
        pytest.fail("compared")


class Text(str):
    """No plain text."""

    __slots__ = ()


@pytest.fixture(params=["C", "Python"])
def either(request, monkeypatch):
    if request.param == "Python":
        monkeypatch.setattr(core, "NATIVE", None)
    elif core.NATIVE is None:
        pytest.skip("no native core here")


@pytest.fixture
def names():
    loud = Loud()
    found = {loud: 1, "a": [1], Text("t"): [2], 7: [3], "c": deque([1])}
    loud.armed = True
    return found


@pytest.mark.usefixtures("either")
def test_ids_are_of_plain_texts(names):
    assert {n: id(names[n]) for n in ("a", "c")} == namespace.ids(names)


@pytest.mark.usefixtures("either")
def test_what_is_new_or_another_object_has_changed(names):
    before = namespace.ids(names)
    assert ([], 2) == namespace.changed(before, names)
    names["a"] = [1]
    names["new"] = None
    assert (["a", "new"], 3) == namespace.changed(before, names)
    del names["c"]
    assert (["a", "new"], 2) == namespace.changed(before, names)


@pytest.mark.usefixtures("either")
def test_values_are_of_exactly_these_classes(names):
    names["more"] = type("More", (list,), {})()
    assert [("a", [1]), ("c", deque([1]))] == namespace.values_of(names, (list, deque))


@pytest.mark.usefixtures("either")
def test_a_namespace_of_another_class_is_looked_through_too():
    names = type("Names", (dict,), {})({"a": [1], 3: [2]})
    assert {"a": id(names["a"])} == namespace.ids(names)
    assert (["a"], 1) == namespace.changed({}, names)
    assert [("a", [1])] == namespace.values_of(names, (list,))


@pytest.mark.skipif(core.NATIVE is None, reason="no native core here")
def test_what_is_no_namespace_is_refused():
    for call in (
        lambda: core.NATIVE.names_ids([]),
        lambda: core.NATIVE.names_changed({}, []),
        lambda: core.NATIVE.names_changed([], {}),
        lambda: core.NATIVE.names_of([], ()),
        lambda: core.NATIVE.names_of({}, []),
    ):
        with pytest.raises(TypeError):
            call()
