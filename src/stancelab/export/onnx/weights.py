"""Rounding the weights of a layer so that their errors cancel out on what goes into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

STEPS = 127
"""Steps of a weight on each side of 0."""

_DAMPING = 0.01
_BLOCK = 128
_SMALLEST = 1e-8


def steps_of(weights: Tensor) -> Tensor:
    """Give the step of each output channel, shape (n_outputs, 1): its largest weight is 127."""
    return weights.abs().amax(1, keepdim=True).clamp(min=_SMALLEST) / STEPS


def round_plainly(weights: Tensor) -> Tensor:
    """Round each weight to its nearest step."""
    steps = steps_of(weights)
    return (weights / steps).round() * steps


def round_weights(weights: Tensor, products: Tensor) -> Tensor:
    """Round weights one input channel after the other, each making up for the ones before.

    Frantar et al. 2023, "GPTQ: Accurate Post-Training Quantization for Generative Pre-trained
    Transformers", with the input channels in the order of their size.

    Parameters
    ----------
    weights : torch.Tensor, shape (n_outputs, n_inputs)
        The exact ones.
    products : torch.Tensor, shape (n_inputs, n_inputs)
        Sums of products of what goes into the layer.

    Returns
    -------
    torch.Tensor, shape (n_outputs, n_inputs)
        Whole multiples of each channel's step; the largest of a channel is 127 steps, so that
        whoever rounds them again finds the same steps.
    """
    order = products.diagonal().argsort(descending=True)
    upper = _inverse_root(products[order][:, order].double())
    left, steps = weights[:, order].double(), steps_of(weights).double()
    rounded = torch.zeros_like(left)
    for start in range(0, left.shape[1], _BLOCK):
        end = min(start + _BLOCK, left.shape[1])
        errors = torch.zeros_like(left[:, start:end])
        for at in range(start, end):
            rounded[:, at] = (left[:, at] / steps[:, 0]).round().clamp(-STEPS, STEPS) * steps[:, 0]
            error = (left[:, at] - rounded[:, at]) / upper[at, at]
            left[:, at:end] -= error[:, None] * upper[at, at:end]
            errors[:, at - start] = error
        left[:, end:] -= errors @ upper[start:end, end:]
    found = rounded[:, order.argsort()].to(weights.dtype)
    largest = weights.abs().argmax(1, keepdim=True)
    return found.scatter(1, largest, weights.gather(1, largest))


def _inverse_root(products: Tensor) -> Tensor:
    """Give the upper Cholesky factor of the inverse, after a little was added to its diagonal."""
    extra = (_DAMPING * products.diagonal().mean()).clamp(min=_SMALLEST)
    damped = products + extra * torch.eye(len(products), dtype=products.dtype)
    inverse = torch.cholesky_inverse(torch.linalg.cholesky(damped))
    found: Tensor = torch.linalg.cholesky(inverse, upper=True)
    return found
