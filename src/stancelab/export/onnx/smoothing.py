"""Making the layers of an encoder ready for eight bits, with as little change as can be.

What goes into a layer of an encoder is a hundred times larger in a few channels than in the rest,
and eight bits then leave nothing of the rest. Dividing a channel of the input and multiplying its
weights by the same number changes nothing but the ranges (Xiao et al. 2023, "SmoothQuant"). How
much is moved is chosen for each layer by the error that eight bits make on training rows, as
Lin et al. 2024 ("AWQ") choose their scales. The layers whose inputs matter most are better left
with exact inputs, and their weights then as they are, since larger ranges cost weights too.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

from stancelab.export.onnx.ranking import effects
from stancelab.export.onnx.watching import Grid, Seen, watch
from stancelab.export.onnx.weights import round_plainly, round_weights

if TYPE_CHECKING:
    from torch import Tensor

    from stancelab.inference.batching import Feed

_STRENGTHS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)
"""How much of an outlier is moved; at 0 nothing is."""

_SMALLEST = 1e-4


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


class Input(NamedTuple):
    """How the input of a layer can be rounded.

    Attributes
    ----------
    scale : torch.Tensor, shape (n_inputs,)
        What it is divided by.
    grid : Grid
        What it is rounded to then.
    """

    scale: Tensor
    grid: Grid

    def error(self, states: Tensor) -> Tensor:
        """Give what rounding adds to inputs."""
        return self.grid.round(states / self.scale) * self.scale - states


def smooth(
    encoder: nn.Module, call: nn.Module, feeds: Sequence[Feed], share: float
) -> dict[str, Grid | None]:
    """Smooth the linear layers of an encoder and round their weights, in place.

    Parameters
    ----------
    encoder : torch.nn.Module
        What holds the layers.
    call : torch.nn.Module
        What is called with a feed, looks words up in its ``words``, and calls the encoder.
    feeds : sequence of mapping
        Inputs of one row each.
    share : float
        Of the layers, in [0, 1]: so many are left with exact inputs.

    Returns
    -------
    dict of str to Grid or None
        What the input of each layer is to be rounded to, if it is, those that change the answers
        most first.
    """
    layers = {name: one for name, one in encoder.named_modules() if isinstance(one, nn.Linear)}
    watched = {name: seen for seen in watch(layers, call, feeds) for name in seen.layers}
    inputs = _inputs(layers, watched)
    found = effects({name: layers[name] for name in inputs}, inputs, call, feeds)
    worst = sorted(found, key=found.__getitem__, reverse=True)
    left = math.ceil(share * len(worst))
    for name in worst[:left]:
        _round(layers[name], watched[name], None)
    for name in worst[left:]:
        _round(layers[name], watched[name], inputs[name])
        parent, _, leaf = name.rpartition(".")
        made = Smoothed(layers[name], inputs[name].scale)
        setattr(encoder.get_submodule(parent), leaf, made)
    return {name: inputs[name].grid if at >= left else None for at, name in enumerate(worst)}


def _inputs(layers: Mapping[str, nn.Linear], watched: Mapping[str, Seen]) -> dict[str, Input]:
    """Choose how inputs are rounded; layers that share one share it."""
    chosen: dict[str, Input] = {}
    for name, seen in watched.items():
        if name not in chosen:
            scale = _best_scale([layers[one] for one in seen.layers], seen)
            chosen |= dict.fromkeys(seen.layers, Input(scale, seen.grid(scale)))
    return chosen


def _best_scale(layers: Sequence[nn.Linear], seen: Seen) -> Tensor:
    """Choose the scale with the least error."""
    weights = torch.stack([layer.weight.abs().amax(0) for layer in layers]).amax(0)
    best, least = torch.ones_like(seen.largest), float("inf")
    for strength in _STRENGTHS:
        scale = _scale(seen.largest, weights, strength)
        eight = seen.grid(scale).round(seen.rows / scale)
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


def _round(layer: nn.Linear, seen: Seen, made: Input | None) -> None:
    """Round the weights of a layer for an input, and take the mean error out of its bias.

    The mean error is what rounding shifts all outputs by (Nagel et al. 2019, "Data-Free
    Quantization Through Weight Equalization and Bias Correction").
    """
    exact, scale = seen.rows @ layer.weight.T, made.scale if made else torch.ones_like(seen.lowest)
    products, given = seen.products / scale / scale[:, None], seen.rows / scale
    layer.weight = nn.Parameter(round_weights(layer.weight * scale, products), requires_grad=False)
    if layer.bias is not None:
        shift = (made.grid.round(given) if made else given) @ layer.weight.T - exact
        layer.bias = nn.Parameter(layer.bias - shift.mean(0), requires_grad=False)


def _error(exact: Tensor, found: Tensor) -> float:
    return float((found - exact).norm() / exact.norm().clamp(min=_SMALLEST))
