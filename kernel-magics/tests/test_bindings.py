"""What the user's names were bound to: lengths of containers, values let go."""

from __future__ import annotations

import gc

import pytest

from leakhunter.record.bindings import CHANGES, MOST, Bindings

np = pytest.importorskip("numpy", reason="no numpy here")


def test_lengths_are_kept_when_they_change():
    bindings, names = Bindings(), {"rows": [], "other": {}, "x": 3}
    bindings.update(1, names, names, ())
    names["rows"].append(1)
    bindings.update(2, names, (), ())
    bindings.update(3, names, (), ())
    names["rows"].extend([2, 3])
    bindings.update(4, names, (), ())
    assert {"rows": [(1, 0), (2, 1), (4, 3)], "other": [(1, 0)]} == bindings.lengths()


def test_another_container_begins_anew():
    bindings, names = Bindings(), {"rows": [1, 2]}
    bindings.update(1, names, names, ())
    names["rows"] = [1, 2, 3]
    bindings.update(2, names, names, ())
    assert {"rows": [(2, 3)]} == bindings.lengths()


def test_of_many_changes_the_first_and_the_last_are_kept():
    bindings, names = Bindings(), {"rows": []}
    for run in range(3 * CHANGES):
        names["rows"].append(run)
        bindings.update(run, names, ("rows",) if run == 0 else (), ())
    kept = bindings.lengths()["rows"]
    assert (CHANGES + 1, (0, 1), (3 * CHANGES - 1, 3 * CHANGES)) == (
        len(kept),
        kept[0],
        kept[-1],
    )


def test_a_deleted_value_that_lives_on_is_known():
    bindings, names = Bindings(), {"a": np.ones(3), "b": np.ones(3), "c": np.ones(3)}
    bindings.update(1, names, names, ())
    box = [names["a"], names["b"]]
    del names["a"], names["c"]
    names["b"] = None
    bindings.update(2, names, ("b",), ("a", "c"))
    gone = bindings.let_go()
    assert [("a", 2, "deleted"), ("b", 2, "rebound")] == sorted(gone.values())
    assert set(map(id, box)) == set(gone)
    box.clear()
    assert {} == bindings.let_go()


def test_nothing_is_kept_alive_and_the_memory_of_names_is_bounded():
    bindings, names, box = Bindings(), {}, []
    for run in range(MOST + 50):
        names["a"] = np.ones(3)
        box.append(names["a"])
        bindings.update(run, names, ("a",), ())
    assert MOST >= len(bindings.let_go())
    box.clear()
    names.clear()
    gc.collect()
    assert {} == bindings.let_go()


def test_no_instance_of_the_users_class_is_watched():
    class Mine(np.ndarray):
        """A class of the notebook."""

    Mine.__module__ = "__main__"
    value = np.ones(3).view(Mine)
    bindings, names = Bindings(), {"a": value}
    bindings.update(1, names, names, ())
    del names["a"]
    bindings.update(2, names, (), ("a",))
    assert {} == bindings.let_go()
