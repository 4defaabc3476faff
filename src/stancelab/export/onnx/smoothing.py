"""Making the layers of an encoder ready for eight bits, with as little change as can be.

What goes into a layer of an encoder is a hundred times larger in a few channels than in the rest,
and eight bits then leave nothing of the rest. Dividing a channel of the input and multiplying its
weights by the same number changes nothing but the ranges (Xiao et al. 2023, "SmoothQuant"). How
much is moved is chosen for each layer by the error that eight bits make on training rows, as
Lin et al. 2024 ("AWQ") choose their scales.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import nn

from stancelab.export.onnx.watching import Seen, watch
from stancelab.export.onnx.weights import round_plainly, round_weights

if TYPE_CHECKING:
    from torch import Tensor

    from stancelab.inference.batching import Feed

_STRENGTHS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
"""How much of an outlier is moved; at 0 nothing is."""

_SMALLEST = 1e-4
_INPUT_STEPS = 255


class Smoothed(nn.Module):
    """A linear layer whose input is divided by a number for each channel.

    Parameters
    ----------
    linear : torch.nn.Linear
        The layer, with the weights that fit the divided input.
    scale : torch.Tensor, shape (n_inputs,)
        What the input is divided by.
    """

    def __init__(self, linear: nn.Linear, scale: Tensor) -> None:
        super().__init__()
        self.linear = linear
        self.inverse: Tensor
        self.register_buffer("inverse", 1 / scale)

    def forward(self, states: Tensor) -> Tensor:
        """Give what the layer gives of the divided input."""
        found: Tensor = self.linear(states * self.inverse)
        return found


def smooth(encoder: nn.Module, call: nn.Module, feeds: Sequence[Feed]) -> dict[str, float]:
    """Smooth every linear layer of an encoder and round its weights, in place.

    Parameters
    ----------
    encoder : torch.nn.Module
        What holds the layers.
    call : torch.nn.Module
        What is called with a feed, and calls the encoder.
    feeds : sequence of mapping
        Inputs of one row each.

    Returns
    -------
    dict of str to float
        For each layer the error that eight bits make of its output: its length by that of the
        output, on the rows.
    """
    layers = {name: one for name, one in encoder.named_modules() if isinstance(one, nn.Linear)}
    errors: dict[str, float] = {}
    for seen in watch(layers, call, feeds):
        own = [layers[name] for name in seen.layers]
        scale = _best_scale(own, seen)
        for name, layer in zip(seen.layers, own, strict=True):
            errors[name] = _round(layer, seen, scale)
            parent, _, leaf = name.rpartition(".")
            setattr(encoder.get_submodule(parent), leaf, Smoothed(layer, scale))
    return errors


def _best_scale(layers: Sequence[nn.Linear], seen: Seen) -> Tensor:
    """Choose the scale with the least error."""
    weights = torch.stack([layer.weight.abs().amax(0) for layer in layers]).amax(0)
    best, least = torch.ones_like(seen.largest), float("inf")
    for strength in _STRENGTHS:
        scale = _scale(seen.largest, weights, strength)
        eight = seen.rounded(scale)
        error = sum(
            _error(seen.rows @ one.weight.T, eight @ round_plainly(one.weight * scale).T)
            for one in layers
        )
        if error < least:
            best, least = scale, error
    return best


def _scale(largest: Tensor, weights: Tensor, strength: float) -> Tensor:
    """Share the range between input and weights: at 0 the input keeps its own."""
    if not strength:
        return torch.ones_like(largest)
    moved = largest.clamp(min=_SMALLEST) ** strength
    return (moved / weights.clamp(min=_SMALLEST) ** (1 - strength)).clamp(min=_SMALLEST)


def _round(layer: nn.Linear, seen: Seen, scale: Tensor) -> float:
    """Round the weights of a layer, take the mean error out of its bias, and give the error left.

    The mean error is what rounding shifts all outputs by (Nagel et al. 2019, "Data-Free
    Quantization Through Weight Equalization and Bias Correction").
    """
    exact = seen.rows @ layer.weight.T
    products = seen.products / scale / scale[:, None]
    layer.weight = nn.Parameter(round_weights(layer.weight * scale, products), requires_grad=False)
    found = seen.rounded(scale) @ layer.weight.T
    if layer.bias is not None:
        shift = (found - exact).mean(0)
        layer.bias = nn.Parameter(layer.bias - shift, requires_grad=False)
        found = found - shift
    return _error(exact, found)


def _error(exact: Tensor, found: Tensor) -> float:
    return float((found - exact).norm() / exact.norm().clamp(min=_SMALLEST))
