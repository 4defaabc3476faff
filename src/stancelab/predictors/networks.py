"""The network of a predictor that answers from an ONNX file."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from stancelab.inference.engines import Precision
from stancelab.inference.network import GRAPH, TOKENIZER, Network
from stancelab.predictors.checked import choice, file_of

if TYPE_CHECKING:
    from stancelab.predictors.base import State


def network_of(state: State) -> Network:
    """Give the network that a predictor's files hold; it is opened when it first answers."""
    graph, tokenizer = file_of(state, GRAPH), file_of(state, TOKENIZER)
    return Network(graph, tokenizer, choice(state.settings, "precision", get_args(Precision)))
