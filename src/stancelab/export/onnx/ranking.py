"""Which layers of an encoder an answer hangs on, when what goes into them is rounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import torch

if TYPE_CHECKING:
    from torch import Tensor, nn

    from stancelab.export.onnx.smoothing import Input
    from stancelab.inference.batching import Feed


def effects(
    layers: Mapping[str, nn.Linear],
    inputs: Mapping[str, Input],
    call: Any,
    feeds: Sequence[Feed],
) -> dict[str, float]:
    """Tell for each layer what rounding its input alone changes in the network's answers.

    The error that a layer makes of its own output says little: errors of some layers are undone
    by the ones behind, and those of others grow. So each is followed to the end, to first order:
    the error of an input times the derivative of the answers by that input, in a direction that
    is drawn for each row. One pass through the network and back does it for all layers.

    Parameters
    ----------
    layers : mapping of str to torch.nn.Linear
        The layers, as they are called.
    inputs : mapping of str to Input
        How the input of each would be rounded.
    call : torch.nn.Module
        What is called with a feed, looks words up in its ``words``, and calls the layers.
    feeds : sequence of mapping
        Inputs of one row each.

    Returns
    -------
    dict of str to float
        The squared change of the answers, summed over the rows.
    """
    found = dict.fromkeys(layers, 0.0)
    seen: list[tuple[str, Tensor]] = []

    def look(name: str, states: Tensor) -> Tensor:
        seen.append((name, states.view_as(states)))  # its own, where layers share an input
        return seen[-1][1]

    hooks = [
        layer.register_forward_pre_hook(lambda _, given, name=name: look(name, given[0]))
        for name, layer in layers.items()
    ]
    hooks.append(call.words.register_forward_hook(lambda _, __, words: words.requires_grad_()))
    draw = torch.Generator().manual_seed(0)
    for feed in feeds:
        answers = call(**{name: torch.from_numpy(array) for name, array in feed.items()})
        direction = torch.randn(answers.shape, generator=draw)
        direction -= direction.mean()  # what moves all scores alike changes no label
        states = [one for _, one in seen]
        slopes = torch.autograd.grad(answers, states, direction, allow_unused=True)
        for (name, one), slope in zip(seen, slopes, strict=True):
            if slope is not None:
                change = (inputs[name].error(one.detach()) * slope).sum()
                found[name] += float(change.square())
        seen.clear()
    for hook in hooks:
        hook.remove()
    return found
