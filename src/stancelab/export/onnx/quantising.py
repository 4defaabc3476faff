"""Rounding an ONNX model to eight bits: weights and inputs of products, and embeddings by rows."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from stancelab.export.onnx.graph import scopes
from stancelab.export.onnx.weights import STEPS

if TYPE_CHECKING:
    import onnx

    from stancelab.export.onnx.watching import Grid

_ENCODER = "encoder."
_SMALLEST = 1e-12


def round_products(model: onnx.ModelProto, grids: Mapping[str, Grid | None]) -> onnx.ModelProto:
    """Round the weights of layers to eight bits, and what goes into them.

    Weights have a step for each output channel. Inputs have a grid that is fixed, so that no row
    changes what another is answered. Each rounded tensor is followed by the operator that turns
    it back: by these pairs runtimes know what they can multiply in eight bits.

    Parameters
    ----------
    model : onnx.ModelProto
        As it was traced; it is left as it is.
    grids : mapping of str to Grid
        For each layer of the encoder, by name, what its input is rounded to; of one with None the
        weights alone are rounded.
    """
    made = copy.deepcopy(model)
    graph = made.graph
    weights = {one.name: one for one in graph.initializer}
    nodes: dict[str, onnx.NodeProto] = {}
    for node in model.graph.node:
        layer, copied = _layer(node), copy.deepcopy(node)
        if layer in grids and node.input[1] in weights:
            copied.input[1] = _round_weights(graph, nodes, weights[node.input[1]])
            if grid := grids[layer]:
                copied.input[0] = _round_input(graph, nodes, node.input[0], grid)
        nodes[node.output[0]] = copied
    del graph.node[:]
    graph.node.extend(nodes.values())
    return made


def _round_weights(
    graph: onnx.GraphProto, nodes: dict[str, onnx.NodeProto], weights: onnx.TensorProto
) -> str:
    """Round weights in place, and name what they are turned back into."""
    from onnx import helper, numpy_helper

    name = weights.name
    exact, steps = f"{name}.exact", f"{name}.steps"
    if exact not in nodes:  # two layers can share weights
        values = numpy_helper.to_array(weights)
        step = np.maximum(np.abs(values).max(axis=0), _SMALLEST) / STEPS
        eight = np.round(values / step).astype(np.int8)
        weights.CopyFrom(numpy_helper.from_array(eight, name))
        graph.initializer.append(numpy_helper.from_array(step.astype(np.float32), steps))
        nodes[exact] = helper.make_node("DequantizeLinear", [name, steps], [exact], exact, axis=1)
    return exact


def _round_input(
    graph: onnx.GraphProto, nodes: dict[str, onnx.NodeProto], name: str, grid: Grid
) -> str:
    """Round an input, and name what it is turned back into."""
    from onnx import helper, numpy_helper

    eight, exact = f"{name}.eight", f"{name}.exact"
    if exact not in nodes:  # layers can share an input
        grids = [f"{name}.step", f"{name}.zero"]
        step = numpy_helper.from_array(np.array(grid.step, np.float32), grids[0])
        zero = numpy_helper.from_array(np.array(grid.zero, np.uint8), grids[1])
        graph.initializer.extend([step, zero])
        nodes[eight] = helper.make_node("QuantizeLinear", [name, *grids], [eight], eight)
        nodes[exact] = helper.make_node("DequantizeLinear", [eight, *grids], [exact], exact)
    return exact


def round_words(model: onnx.ModelProto, table: str) -> None:
    """Round the word embeddings to eight bits with a scale for each word, in place.

    Parameters
    ----------
    model : onnx.ModelProto
        Has a ``Gather`` over the table.
    table : str
        Name of the weights.
    """
    from onnx import TensorProto, helper, numpy_helper

    graph = model.graph
    weights = next(one for one in graph.initializer if one.name == table)
    lookup = next(node for node in graph.node if node.op_type == "Gather" and table in node.input)
    words = numpy_helper.to_array(weights)
    steps = np.maximum(np.abs(words).max(axis=1, keepdims=True), _SMALLEST) / STEPS
    rounded = np.round(words / steps).astype(np.int8)
    graph.initializer.remove(weights)
    graph.initializer.extend(
        [
            numpy_helper.from_array(rounded, "words.rounded"),
            numpy_helper.from_array(steps.astype(np.float32), "words.steps"),
        ]
    )
    ids, found = lookup.input[1], lookup.output[0]
    at = list(graph.node).index(lookup)
    graph.node.remove(lookup)
    made = [
        helper.make_node("Gather", ["words.rounded", ids], ["words.eight"], axis=0),
        helper.make_node("Cast", ["words.eight"], ["words.float"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["words.steps", ids], ["words.step"], axis=0),
        helper.make_node("Mul", ["words.float", "words.step"], [found]),
    ]
    for number, node in enumerate(made):
        node.name = f"words_{number}"
        graph.node.insert(at + number, node)


def words_of(model: onnx.ModelProto, n_words: int, size: int) -> str:
    """Name the weights that hold the word embeddings."""
    looked_up = {node.input[0] for node in model.graph.node if node.op_type == "Gather"}
    return str(
        next(
            one.name
            for one in model.graph.initializer
            if one.name in looked_up and list(one.dims) == [n_words, size]
        )
    )


def _layer(node: onnx.NodeProto) -> str:
    """Name the encoder's layer that a product belongs to; empty where it is none."""
    if node.op_type != "MatMul":
        return ""
    for scope in reversed(scopes(node)):
        _, found, layer = scope.partition(_ENCODER)
        if found:
            return layer.removesuffix(".linear")
    return ""
