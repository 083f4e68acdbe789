"""Tensors that were kept with the graph that made them."""

from __future__ import annotations

import pytest
from conftest import Found

torch = pytest.importorskip("torch", reason="no torch here")
MB = 1_000_000

PRELUDE = """
import torch
model = torch.nn.Sequential(torch.nn.Linear(500, 500), torch.nn.ReLU(), torch.nn.Linear(500, 1))
def step(rows=1000):
    return model(torch.randn(rows, 500)).pow(2).mean()
"""


@pytest.fixture
def found(session):
    return Found(session, "autograd-graph", PRELUDE)


def test_losses_in_a_list(found):
    [finding] = found("losses = [step() for _ in range(4)]")
    assert (["losses"], "suspect", "check", "Held", "clear") == (
        finding.names,
        finding.verdict,
        finding.group,
        finding.label,
        finding.remedy.action,
    )
    assert "4 tensors in `losses` keep their graphs" in finding.reason
    assert 16 * MB <= finding.frees < 18 * MB
    names = found.session.shell.user_ns
    before = [loss.item() for loss in names["losses"]]
    found.session("%leakcheck clear losses --yes")
    assert [] == found()
    assert before == [loss.item() for loss in names["losses"]]
    assert [None] * 4 == [loss.grad_fn for loss in names["losses"]]
    assert names["model"][0].weight.requires_grad


@pytest.mark.parametrize(
    ("make", "way"),
    [
        ("kept = step(2000)", "kept"),
        ("kept = {'val': step(2000)}", "kept['val']"),
        ("kept = {'val': [step(2000)]}", "kept['val'][0]"),
        ("class Log:\n    pass\nkept = Log()\nkept.last = step(2000)", "kept.last"),
        ("kept = (step(2000), step(2000))", "kept[0]"),
    ],
)
def test_where_a_result_may_stand(found, make, way):
    [finding] = found(make)
    assert way in finding.path
    if not way.endswith("]") or "{" in make:
        found.session(finding.fix)
        assert [] == found()


def test_a_view_is_detached_by_the_users_code(found):
    [finding] = found("out = model(torch.randn(2000, 500)).squeeze()")
    assert ("advice", ["out"]) == (finding.remedy.action, finding.names)
    assert finding.frees >= 7 * MB
    found.session(finding.fix)
    assert [] == found()


def test_after_backward_there_is_nothing_to_tell(found):
    assert [] == found("loss = step()\nloss.backward()\nlosses = [loss]")


def test_under_no_grad_there_is_no_graph(found):
    assert [] == found("with torch.no_grad():\n    losses = [step() for _ in range(4)]")


def test_a_model_in_use_is_silent(found):
    assert [] == found("total = sum(p.sum().item() for p in model.parameters())")


def test_results_that_share_a_graph_are_one_finding(found):
    [finding] = found(
        "w = torch.randn(500, 500, requires_grad=True)\nstate, outs = torch.randn(500, 500), []\n"
        "for _ in range(4):\n    state = (state @ w).tanh()\n    outs.append(state.mean())"
    )
    assert {"outs", "state"} == set(finding.names)
    assert 3 * MB <= finding.frees < 5 * MB
    found.session(f"%leakcheck clear {finding.id} --yes")
    assert [] == found()


def test_states_that_are_all_kept_anyway_are_silent(found):
    assert [] == found(
        "w = torch.randn(500, 500, requires_grad=True)\nstates = [torch.randn(500, 500)]\n"
        "for _ in range(4):\n    states.append((states[-1] @ w).tanh())"
    )


def test_a_function_of_the_users(found):
    [finding] = found(
        "class Twice(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x):\n        ctx.save_for_backward(x * 2)\n        return x.sum()\n"
        "    @staticmethod\n    def backward(ctx, g):\n        return g\n"
        "loss = Twice.apply(torch.randn(1_000_000, requires_grad=True).exp())"
    )
    assert ["loss"] == finding.names


def test_a_tensor_of_a_class_of_the_users_is_not_asked(found):
    [finding] = found(
        "log = []\nclass Mine(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, func, types, args=(), kwargs=None):\n"
        "        log.append(func)\n        return super().__torch_function__(func, types, args, kwargs or {})\n"
        "mine = step(2000).as_subclass(Mine)\nlog.clear()",
    )
    assert ("advice", ["mine"]) == (finding.remedy.action, finding.names)
    assert [] == found.session.shell.user_ns["log"]


def test_a_leftover_with_a_graph(found):
    [finding] = found("losses = [step() for _ in range(4)]", "1 + 1")
    assert ["losses"] == finding.names
    kinds = [f.kind for f in found.session.findings() if "losses" in f.names]
    assert ["autograd-graph"] == kinds
