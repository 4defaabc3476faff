"""Rounding to eight bits: what it keeps, how well, and when it is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from stancelab.export.onnx.loss import Likeness
from stancelab.export.onnx.ranking import effects
from stancelab.export.onnx.rounding import described, noted
from stancelab.export.onnx.smoothing import Input, Smoothed, smooth
from stancelab.export.onnx.wanted import ExportError
from stancelab.export.onnx.watching import Grid, watch
from stancelab.export.onnx.weights import round_plainly, round_weights, steps_of


class Encoder(nn.Module):
    """Two layers that share an input with one huge channel, and a third behind them."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.one, self.two, self.three = nn.Linear(24, 16), nn.Linear(24, 16), nn.Linear(16, 8)
        self.words = nn.Embedding(50, 24)
        self.words.weight.data[:, 3] *= 40
        self.requires_grad_(False)

    def forward(self, ids):
        states = self.words(ids)
        return self.three(torch.tanh(self.one(states) + self.two(states)))


def feeds():
    draw = np.random.default_rng(0)
    return [{"ids": draw.integers(0, 50, (1, 12))} for _ in range(40)]


def answers(encoder):
    return torch.cat([encoder(torch.from_numpy(one["ids"])) for one in feeds()])


def test_layers_that_share_an_input_are_seen_together():
    encoder = Encoder()
    layers = {"one": encoder.one, "two": encoder.two, "three": encoder.three}
    seen = watch(layers, encoder, feeds())
    assert [one.layers for one in seen] == [["one", "two"], ["three"]]
    states = torch.cat([encoder.words(torch.from_numpy(one["ids"])) for one in feeds()])
    flat = states.reshape(-1, 24)
    torch.testing.assert_close(seen[0].highest, flat.amax(0).clamp(min=0))
    torch.testing.assert_close(seen[0].products, flat.T @ flat, rtol=1e-3, atol=1e-3)


def test_smoothing_moves_outliers_and_changes_answers_little():
    encoder, exact = Encoder(), answers(Encoder())
    grids = smooth(encoder, encoder, feeds(), 0)
    assert set(grids) == {"one", "two", "three"}
    assert grids["one"] == grids["two"] != grids["three"]
    assert isinstance(encoder.one, Smoothed)
    assert float(1 / encoder.one.inverse[3]) > 3 * float((1 / encoder.one.inverse).median())
    torch.testing.assert_close(encoder.one.inverse, encoder.two.inverse)
    assert float((answers(encoder) - exact).norm() / exact.norm()) < 0.02


def test_layers_with_exact_inputs_are_not_smoothed_and_lose_less():
    exact, lost = answers(Encoder()), []
    for share in (0, 1 / 4, 1):
        encoder = Encoder()
        grids = smooth(encoder, encoder, feeds(), share)
        left = list(grids)[: round(3 * share + 0.2)]
        assert [name for name, grid in grids.items() if grid is None] == left
        assert [name for name in grids if type(encoder.get_submodule(name)) is nn.Linear] == left
        lost.append(float((answers(encoder) - exact).norm()))
    assert lost[2] < lost[0]


def test_a_grid_has_256_numbers_and_keeps_zero():
    grid = Grid(0.1, 55)
    made = grid.round(torch.linspace(-9, 30, 100_000))
    assert len(made.unique()) == 256
    assert (float(made.min()), float(made.max())) == pytest.approx((-5.5, 20.0))
    assert float(grid.round(torch.tensor(0.04))) == 0


def inputs_of(encoder, names):
    """Round what goes into some layers roughly, and give all that `effects` asks for."""
    layers = {name: encoder.get_submodule(name) for name in names}
    made = {"one": Grid(0.02, 128), "two": Grid(0.05, 128), "three": Grid(0.005, 128)}
    inputs = {
        name: Input(torch.full((layer.in_features,), 40.0), made.get(name, Grid(0.1, 128)))
        for name, layer in layers.items()
    }
    return layers, inputs


def change_of_scores(encoder, layer, given):
    """Round what goes into one layer, and give the squared change of the scores less their mean."""
    exact = answers(encoder)
    hook = layer.register_forward_pre_hook(lambda _, states: states[0] + given.error(states[0]))
    change = answers(encoder) - exact
    hook.remove()
    return float((change - change.mean(-1, keepdim=True)).square().sum())


def test_a_layer_is_ranked_by_what_it_changes_in_the_answers():
    encoder = Encoder()
    layers, inputs = inputs_of(encoder, ["one", "two", "three"])
    found = effects(layers, inputs, encoder, feeds())
    measured = {name: change_of_scores(encoder, layers[name], inputs[name]) for name in layers}
    assert sorted(found, key=found.get) == sorted(measured, key=measured.get)
    for name, value in measured.items():
        assert 0.5 * value < found[name] < 2 * value
    assert not any(one._forward_pre_hooks for one in layers.values())
    assert not encoder.words._forward_hooks


class Idle(Encoder):
    """Calls one more layer and uses nothing of it, as is done with the pooler of BERT."""

    def __init__(self):
        super().__init__()
        self.idle = nn.Linear(24, 4).requires_grad_(False)

    def forward(self, ids):
        self.idle(self.words(ids))
        return super().forward(ids)


def test_a_layer_that_no_answer_hangs_on_has_no_effect():
    encoder = Idle()
    found = effects(*inputs_of(encoder, ["one", "idle"]), encoder, feeds())
    assert found["idle"] == 0 < found["one"]


def test_weights_are_whole_steps_and_lose_less_than_by_plain_rounding():
    draw = torch.Generator().manual_seed(0)
    weights = torch.randn(8, 200, generator=draw)
    mixed = torch.randn(200, 200, generator=draw)
    rows = torch.randn(1000, 200, generator=draw) @ mixed
    found = round_weights(weights, rows.T @ rows)
    steps = found / steps_of(weights)
    torch.testing.assert_close(steps, steps.round(), atol=1e-3, rtol=0)
    torch.testing.assert_close(round_plainly(found), found, atol=1e-6, rtol=1e-5)
    ours = (rows @ (found - weights).T).norm()
    plain = (rows @ (round_plainly(weights) - weights).T).norm()
    assert ours < 0.8 * plain


def test_an_unused_channel_and_a_layer_of_zeros_are_rounded_too():
    products = torch.diag(torch.tensor([1.0, 0.0, 2.0]))
    weights = torch.tensor([[0.5, -0.25, 1.0], [0.0, 0.0, 0.0]])
    torch.testing.assert_close(round_weights(weights, products), weights, atol=0.005, rtol=0)


def test_agreement_decides_between_a_note_and_a_refusal():
    assert noted(0.995, 200) == ()
    (note,) = noted(0.98, 200)
    assert note.startswith("int8 and single precision give the same label for 98.0% of 200")
    with pytest.raises(ExportError, match=r"96\.9% of 200 validation rows, and at least 97% are"):
        noted(0.969, 200)


def test_the_manifest_keeps_the_worst_of_the_runtimes():
    found = {"openvino": Likeness(0.99, 0.2), "onnxruntime": Likeness(0.995, 0.1)}
    about = described(found, 200, {"layers": 11, "layers_left": ["layer"]})
    assert about["tolerance"] == about["int8"]["largest_difference"] == 0.2
    assert about["int8"]["agreement"] == 0.99
    assert (about["int8"]["layers"], about["int8"]["layers_left"]) == (11, ["layer"])
