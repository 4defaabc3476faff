"""What goes into the layers of an encoder when it reads some rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

    from stancelab.inference.batching import Feed

_KEPT = 1024
"""Tokens by which the error of a layer is measured."""

_STEPS = 255
_SMALLEST = 1e-6


class Grid(NamedTuple):
    """The 256 numbers that inputs are rounded to, one of which is 0.

    Attributes
    ----------
    step : float
        From one to the next.
    zero : int
        How many are below 0.

    Examples
    --------
    >>> Grid(0.5, 2).round(torch.tensor([-3.0, 0.3, 0.0]))
    tensor([-1.0000,  0.5000,  0.0000])
    """

    step: float
    zero: int

    def round(self, states: Tensor) -> Tensor:
        """Round to the nearest of them."""
        at = (states / self.step).round() + self.zero
        return (at.clamp(0, _STEPS) - self.zero) * self.step


@dataclass(slots=True)
class Seen:
    """What went into the layers that share an input.

    Attributes
    ----------
    layers : list of str
        Their names.
    lowest, highest : torch.Tensor, shape (n_inputs,)
        Range of each channel.
    products : torch.Tensor, shape (n_inputs, n_inputs)
        Sums of products of channels.
    """

    layers: list[str]
    lowest: Tensor
    highest: Tensor
    products: Tensor
    parts: list[Tensor] = field(default_factory=list)

    @property
    def rows(self) -> Tensor:
        """Some of the inputs, shape (about 1024, n_inputs)."""
        return torch.cat(self.parts)

    @property
    def largest(self) -> Tensor:
        """The largest absolute value of each channel."""
        return torch.maximum(self.lowest.abs(), self.highest.abs())

    def add(self, states: Tensor, every: int) -> None:
        """Look at more inputs, and keep one of so many."""
        flat = states.reshape(-1, states.shape[-1])
        self.lowest = torch.minimum(self.lowest, flat.amin(0))
        self.highest = torch.maximum(self.highest, flat.amax(0))
        self.products.addmm_(flat.T, flat)  # without a temporary, which would scatter memory
        self.parts.append(flat[::every].clone())

    def grid(self, scale: Tensor) -> Grid:
        """Give the numbers that span the inputs after they were divided by a scale."""
        lowest = min(float((self.lowest / scale).min()), 0.0)
        highest = max(float((self.highest / scale).max()), 0.0)
        step = max((highest - lowest) / _STEPS, _SMALLEST)
        return Grid(step, round(-lowest / step))


def watch(layers: Mapping[str, nn.Linear], call: nn.Module, feeds: Sequence[Feed]) -> list[Seen]:
    """Look at what goes into layers; those that get the same tensor belong together.

    Parameters
    ----------
    layers : mapping of str to torch.nn.Linear
        The layers.
    call : torch.nn.Module
        What is called with a feed, and calls the layers.
    feeds : sequence of mapping
        Inputs of one row each.
    """
    found: dict[str, Seen] = {}
    shared: dict[int, tuple[Tensor, Seen]] = {}
    every = max(1, sum(one["ids"].size for one in feeds) // _KEPT)

    def look(name: str, states: Tensor) -> None:
        if name not in found:
            _, found[name] = shared.setdefault(id(states), (states, _empty(states)))
            found[name].layers.append(name)
        if found[name].layers[0] == name:
            found[name].add(states, every)

    hooks = [
        layer.register_forward_pre_hook(lambda _, given, name=name: look(name, given[0]))
        for name, layer in layers.items()
    ]
    with torch.inference_mode():
        for feed in feeds:
            call(**{name: torch.from_numpy(array) for name, array in feed.items()})
            shared.clear()  # held till now, so that no other tensor took the place of one
    for hook in hooks:
        hook.remove()
    return list({id(seen): seen for seen in found.values()}.values())


def _empty(states: Tensor) -> Seen:
    size = states.shape[-1]
    zeros = states.new_zeros(size)
    return Seen([], zeros, zeros, states.new_zeros(size, size))
