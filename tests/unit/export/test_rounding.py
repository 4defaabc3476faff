"""Rounding to eight bits: what it keeps, how well, and when it is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from stancelab.export.onnx.loss import Likeness
from stancelab.export.onnx.rounding import _described, _notes
from stancelab.export.onnx.smoothing import Smoothed, smooth
from stancelab.export.onnx.wanted import ExportError
from stancelab.export.onnx.watching import watch
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
    errors = smooth(encoder, encoder, feeds())
    assert set(errors) == {"one", "two", "three"}
    assert max(errors.values()) < 0.02
    assert isinstance(encoder.one, Smoothed)
    assert float(1 / encoder.one.inverse[3]) > 3 * float((1 / encoder.one.inverse).median())
    torch.testing.assert_close(encoder.one.inverse, encoder.two.inverse)
    assert float((answers(encoder) - exact).norm() / exact.norm()) < 0.02


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
    assert _notes(0.995, 200) == ()
    (note,) = _notes(0.98, 200)
    assert note.startswith("int8 and single precision give the same label for 98.0% of 200")
    with pytest.raises(ExportError, match=r"96\.9% of 200 validation rows, and at least 97% are"):
        _notes(0.969, 200)


def test_the_manifest_keeps_the_worst_of_the_runtimes():
    found = {"openvino": Likeness(0.99, 0.2), "onnxruntime": Likeness(0.995, 0.1)}
    about = _described(found, 200, 12, ["layer"])
    assert about["tolerance"] == about["int8"]["largest_difference"] == 0.2
    assert about["int8"]["agreement"] == 0.99
    assert (about["int8"]["layers"], about["int8"]["layers_left"]) == (11, ["layer"])
