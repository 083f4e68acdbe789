"""``module-namespace``: what scripts and modules keep after the notebook has let go."""

from __future__ import annotations

import json
import sys

import pytest

from leakhunter.detect import module_namespace

np = pytest.importorskip("numpy", reason="no numpy here")
MB = 1_000_000


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The user's folder, from which modules are imported."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if getattr(sys.modules[name], "__file__", None) and str(tmp_path) in str(
            sys.modules[name].__file__
        ):
            del sys.modules[name]


def kept(session):
    return [f for f in session.findings() if f.kind == "module-namespace"]


def told(finding):
    return finding.bytes // MB, finding.verdict, finding.group, finding.names


def test_a_script_keeps_what_was_deleted(session, folder):
    (folder / "prep.py").write_text("import numpy as np\ntable = np.ones(2_000_000)\n")
    session("%run prep.py")
    assert [] == kept(session)
    session("del table")
    (found,) = kept(session)
    assert (16, "leak", "check", ["prep.py"]) == told(found)
    assert 2 == found.cell.execution_count
    assert "%run prep.py: table" in found.path
    receipt = json.loads(session(f"%leakcheck clear {found.id} --yes --json"))
    assert abs(receipt["measured"] - receipt["predicted"]) < MB
    assert [] == kept(session)


def test_a_script_and_a_leftover_name_go_together(session, folder):
    (folder / "prep.py").write_text("import numpy as np\ntable = np.ones(2_000_000)\n")
    session("%run prep.py")
    session("total = float(table.sum())")
    session("x = 1")
    (found,) = kept(session)
    assert (16, "leftover", "check", ["prep.py", "table"]) == told(found)
    session(f"%leakcheck clear {found.id} --yes")
    assert [] == kept(session)


def test_a_script_whose_name_a_cell_still_reads_is_nobodys_business(session, folder):
    (folder / "prep.py").write_text("import numpy as np\ntable = np.ones(2_000_000)\n")
    session("%run prep.py")
    session("total = float(table.sum())")
    assert [] == kept(session)


def test_a_module_that_no_cell_reads_any_more(session, folder):
    (folder / "store.py").write_text(
        "import numpy as np\nCACHE = {}\ndef load(k):\n    CACHE[k] = np.ones(2_000_000)\n    return float(CACHE[k][0])\n"
    )
    session("import store as st")
    session("v = st.load('a')")
    assert [] == kept(session)
    session("x = 1")
    (found,) = kept(session)
    assert (16, "suspect", "check", ["store"]) == told(found)
    assert ["store.CACHE"] == found.path
    assert ("advice", "store.CACHE.clear()") == (found.remedy.action, found.fix)
    assert ["`store.CACHE` becomes empty."] == found.breaks
    session(f"import store\n{found.fix}\nw = st.load('b')")


def test_a_module_whose_name_was_deleted(session, folder):
    (folder / "shelf.py").write_text("import numpy as np\nDATA = np.ones(2_000_000)\n")
    session("import shelf\ndel shelf")
    (found,) = kept(session)
    assert (16, "leak", "check", ["shelf"]) == told(found)
    assert "shelf.DATA = None" == found.fix


def test_a_module_whose_function_a_cell_still_calls_is_in_use(session, folder):
    (folder / "store2.py").write_text(
        "import numpy as np\nMODEL = np.ones(2_000_000)\ndef score(x):\n    return x * MODEL[0]\n"
    )
    session("from store2 import score")
    session("v = 1")
    session("w = score(2)")
    assert [] == kept(session)


def test_a_librarys_own_data_is_the_librarys(session, monkeypatch):
    import json.decoder as module

    monkeypatch.setattr(module, "BIG_TABLE", np.ones(2_000_000), raising=False)
    session("import json.decoder")
    session("x = 1")
    assert [] == kept(session)


def test_cells_are_parsed_once_a_module(session, folder, monkeypatch):
    (folder / "stock.py").write_text(
        "import numpy as np\n" + "".join(f"a{i} = np.ones(200_000)\n" for i in range(9))
    )
    session("import stock")
    session("first = stock.a0.sum()")
    for i in range(5):
        session(f"import math\nother = {i}")
    session("import stock")
    parsed = []
    imported = module_namespace._imported
    monkeypatch.setattr(
        module_namespace, "_imported", lambda s: parsed.append(s) or imported(s)
    )
    kept(session)
    assert ["import stock"] * 2 == parsed


@pytest.fixture
def marks():
    """Takes off again what cells put on modules."""
    yield
    import builtins
    import json.decoder

    for module in (json.decoder, builtins):
        for name in [n for n in vars(module) if n.startswith("PUT_")]:
            delattr(module, name)
    sys.modules.pop("made_by_hand", None)


@pytest.mark.parametrize(
    ("imported", "written", "own"),
    [
        ("import json.decoder as d", "d.PUT_a", "json.decoder.PUT_a"),
        ("import json.decoder", "json.decoder.PUT_b", "json.decoder.PUT_b"),
        ("from json import decoder", "decoder.PUT_c", "json.decoder.PUT_c"),
        ("import builtins", "builtins.PUT_d", "builtins.PUT_d"),
    ],
)
def test_what_a_cell_put_on_a_librarys_module(session, marks, imported, written, own):
    session(f"{imported}\nimport numpy as np")
    session(f"{written} = np.ones(2_000_000)")
    assert [] == kept(session)
    session("x = 1")
    (found,) = kept(session)
    assert (16, "suspect", "check", [written]) == told(found)
    assert ([own], 3) == (found.path, found.cell.execution_count)
    receipt = json.loads(session(f"%leakcheck clear {found.id} --yes --json"))
    assert abs(receipt["measured"] - receipt["predicted"]) < MB
    assert [] == kept(session)


def test_an_attribute_that_a_cell_or_a_function_in_use_names_is_in_use(session, marks):
    session("import builtins, json.decoder as d\nimport numpy as np")
    session(
        "builtins.PUT_e = np.ones(2_000_000)\nsetattr(d, 'PUT_f', np.ones(2_000_000))"
    )
    session("def use(): return d.PUT_f.sum()")
    session("total = PUT_e.sum() + use()")
    assert [] == kept(session)
    session("use()")
    assert [["builtins.PUT_e"]] == [f.names for f in kept(session)]
    session("x = 1")
    assert [["builtins.PUT_e"], ["d.PUT_f"]] == sorted(f.names for f in kept(session))


def test_a_module_made_by_hand(session, marks):
    session("import sys, types\nimport numpy as np")
    session(
        "made = types.ModuleType('made_by_hand')\nmade.data = np.ones(2_000_000)\n"
        "sys.modules['made_by_hand'] = made\ndel made"
    )
    session("import made_by_hand as m\ntotal = m.data.sum()\ndel m")
    assert [] == kept(session)
    session("x = 1")
    (found,) = kept(session)
    name = "sys.modules['made_by_hand'].data"
    assert (16, "leak", "check", [name]) == told(found)
    session(f"%leakcheck clear {found.id} --yes")
    assert [] == kept(session)
