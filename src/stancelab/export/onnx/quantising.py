"""Rounding an ONNX model to eight bits: products by ONNX Runtime's own tool, embeddings by rows."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from stancelab.export.onnx.graph import save, scopes
from stancelab.inference.batching import Feed

if TYPE_CHECKING:
    import onnx

_ENCODER = "encoder."


def round_products(
    model: onnx.ModelProto, layers: Collection[str], feeds: Sequence[Feed]
) -> onnx.ModelProto:
    """Round the inputs and weights of some layers to eight bits.

    Weights have a scale for each output channel; inputs have one scale and zero point, which are
    measured on the rows and fixed, so that no row changes what another is answered.

    Parameters
    ----------
    model : onnx.ModelProto
        As it was traced; it is left as it is.
    layers : collection of str
        Names of the encoder's layers.
    feeds : sequence of mapping
        Inputs of one row each.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    nodes = [node.name for node in model.graph.node if _layer(node) in layers]
    if not nodes:
        return model
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.ERROR)  # it advises on steps that do not apply
    try:
        with tempfile.TemporaryDirectory() as scratch:
            source, target = Path(scratch) / "exact.onnx", Path(scratch) / "rounded.onnx"
            save(model, source)
            quantize_static(
                source,
                target,
                _reader(feeds),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=["MatMul"],
                nodes_to_quantize=nodes,
                per_channel=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                extra_options={
                    "MatMulConstBOnly": True,
                    "OpTypesToExcludeOutputQuantization": ["MatMul"],
                    "QDQOpTypePerChannelSupportToAxis": {"MatMul": 1},
                },
            )
            return onnx.load(target)
    finally:
        logging.getLogger().setLevel(level)


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
    steps = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-12) / 127
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


def _reader(feeds: Sequence[Feed]) -> Any:
    from onnxruntime.quantization import CalibrationDataReader

    class Reader(CalibrationDataReader):  # type: ignore[misc]
        """Gives one row after the other."""

        def __init__(self) -> None:
            self.left: Iterator[Feed] = iter(feeds)

        def get_next(self) -> dict[str, Any] | None:
            row = next(self.left, None)
            return None if row is None else dict(row)

    return Reader()
