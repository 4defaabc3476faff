"""An ONNX model in eight bits computes what the grids and steps say."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper

from stancelab.export.onnx.quantising import round_products, round_words, words_of
from stancelab.export.onnx.watching import Grid
from stancelab.export.onnx.weights import round_plainly

DRAW = np.random.default_rng(0)
WEIGHTS = DRAW.normal(size=(6, 4)).astype(np.float32)
STATES = DRAW.normal(size=(5, 6)).astype(np.float32)
GRID = Grid(0.1, 20)


def product(name, weights="w", scope="encoder."):
    node = helper.make_node("MatMul", ["x", weights], [name], name)
    node.metadata_props.add(
        key="pkg.torch.onnx.name_scopes", value=str(["", f"network.{scope}{name}.linear", ""])
    )
    return node


def model_of(*nodes):
    outputs = [
        helper.make_tensor_value_info(one.output[0], TensorProto.FLOAT, ["rows", 4])
        for one in nodes
    ]
    states = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", 6])
    weights = [numpy_helper.from_array(WEIGHTS * at, name) for at, name in ((1, "w"), (3, "v"))]
    graph = helper.make_graph(list(nodes), "g", [states], outputs, weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)


def run(model, given=STATES):
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return session.run(None, {session.get_inputs()[0].name: given})


def kinds(model):
    return sorted(one.op_type for one in model.graph.node)


def rounded_weights():
    return round_plainly(torch.from_numpy(WEIGHTS.T)).numpy().T


def test_weights_are_rounded_and_inputs_that_have_a_grid():
    model = model_of(product("one"), product("two", "v"))
    before = model.SerializeToString()
    made = round_products(model, {"one": GRID, "two": None})
    onnx.checker.check_model(made)
    states = GRID.round(torch.from_numpy(STATES)).numpy()
    one, two = run(made)
    np.testing.assert_allclose(one, states @ rounded_weights(), atol=1e-4)
    # ONNX Runtime rounds each row of an exact input as it goes
    np.testing.assert_allclose(two, STATES @ rounded_weights() * 3, atol=0.05)
    types = {each.name: each.data_type for each in made.graph.initializer}
    assert types["w"] == types["v"] == TensorProto.INT8
    assert model.SerializeToString() == before


def test_layers_that_share_an_input_or_weights_round_them_once():
    layers = [product("one"), product("two"), product("three", "v")]
    made = round_products(model_of(*layers), dict.fromkeys(("one", "two", "three"), GRID))
    turned_back = ["DequantizeLinear"] * 3  # the input, and two weights
    assert kinds(made) == [*turned_back, *["MatMul"] * 3, "QuantizeLinear"]
    one, two, three = run(made)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_allclose(three, 3 * one, atol=1e-4)


@pytest.mark.parametrize("node", [product("other"), product("one", scope="head.")])
def test_other_products_stay_as_they_are(node):
    assert kinds(round_products(model_of(node), {"one": GRID})) == ["MatMul"]


def test_words_have_a_step_each():
    words = WEIGHTS * np.array([[1], [100], [0], [1], [1], [1]], np.float32)
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows"])
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, ["rows", 4])
    lookup = helper.make_node("Gather", ["words", "ids"], ["found"], axis=0)
    table = numpy_helper.from_array(words, "words")
    graph = helper.make_graph([lookup], "g", [ids], [found], [table])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=10)
    round_words(model, words_of(model, 6, 4))
    (made,) = run(model, np.arange(6))
    np.testing.assert_allclose(made, round_plainly(torch.from_numpy(words)).numpy(), atol=1e-5)
