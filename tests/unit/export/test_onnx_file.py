"""An ONNX file is looked into before a runtime reads it: operators, and where weights lie."""

from __future__ import annotations

import json

import numpy as np
import onnx
import pytest
from made_bundles import make_bundle, tiny_graph
from onnx import TensorProto, helper

from stancelab.errors import DamagedBundleError, UnsafeBundleError
from stancelab.export.bundle import read_bundle
from stancelab.export.digests import write_sums
from stancelab.export.onnx_file import OnnxFile, check_onnx

OPSETS = [helper.make_opsetid("", 20)]


@pytest.fixture
def path(tmp_path):
    return tiny_graph(tmp_path / "encoder.onnx", 5, 3, ("ids", "attention"))


def node(domain="", kind="Identity", **attributes):
    return helper.make_node(kind, ["x"], ["y"], domain=domain, **attributes)


def graph_of(*nodes, weights=()):
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"]) for name in "xy"]
    return helper.make_graph(list(nodes), "g", ends[:1], ends[1:], weights)


def save(path, graph, **more):
    path.write_bytes(helper.make_model(graph, opset_imports=OPSETS, **more).SerializeToString())
    return path


def external(location, **more):
    """A tensor whose numbers lie in another file."""
    tensor = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    for key, value in {"location": location, **more}.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def test_a_whole_file_tells_its_opset(path):
    assert check_onnx(path, ()) == OnnxFile(20, ())


def test_operators_of_its_own_domain_may_be_named_either_way(path):
    save(path, graph_of(node("ai.onnx")))
    assert check_onnx(path, ()).opset == 20


@pytest.mark.parametrize("domain", ["evil.ops", "ai.onnx.contrib", "com.microsoft", "AI.ONNX", " "])
def test_operators_of_other_domains_are_refused(path, domain):
    save(path, graph_of(node(domain, "PyOp")))
    expected = rf"encoder\.onnx has the operator PyOp of the unknown domain '?{domain}"
    with pytest.raises(UnsafeBundleError, match=expected):
        check_onnx(path, ())


INSIDE = {
    "an attribute": lambda bad: node("", "If", then_branch=graph_of(bad)),
    "a list of graphs": lambda bad: node("", "Loop", bodies=[graph_of(node()), graph_of(bad)]),
    "a graph in a graph": lambda bad: node("", "Scan", body=graph_of(node(body=graph_of(bad)))),
}


@pytest.mark.parametrize("where", INSIDE)
def test_operators_in_graphs_inside_are_looked_at(path, where):
    save(path, graph_of(INSIDE[where](node("evil.ops", "Run"))))
    with pytest.raises(UnsafeBundleError, match=r"operator Run of the unknown domain evil\.ops"):
        check_onnx(path, ())


def test_functions_are_looked_at(path):
    def function(domain, inner):
        return helper.make_function(domain, "f", ["x"], ["y"], [inner], OPSETS)

    save(path, graph_of(node()), functions=[function("", node("evil.ops", "Run"))])
    with pytest.raises(UnsafeBundleError, match=r"operator Run of the unknown domain evil\.ops"):
        check_onnx(path, ())
    save(path, graph_of(node()), functions=[function("evil.ops", node())])
    with pytest.raises(UnsafeBundleError, match=r"a function of the unknown domain evil\.ops"):
        check_onnx(path, ())


def test_domains_that_are_only_named_are_refused_but_for_those_of_the_tools(path):
    for domain, refused in (("com.microsoft.nchwc", False), ("evil.ops", True)):
        model = helper.make_model(
            graph_of(node()), opset_imports=[*OPSETS, helper.make_opsetid(domain, 1)]
        )
        path.write_bytes(model.SerializeToString())
        if not refused:
            assert check_onnx(path, ()).opset == 20
            continue
        with pytest.raises(UnsafeBundleError, match=r"operators of the unknown domain evil\.ops"):
            check_onnx(path, ())


def test_graphs_nested_without_end_cost_no_stack(path):
    """Length prefixes alone, as no library would write them."""
    inner = b""
    for _ in range(20_000):
        attribute = _field(6, inner)
        inner = _field(1, _field(5, attribute))
    whole = b"\x08\x0a" + _field(7, inner) + _field(8, b"\x10\x14")
    path.write_bytes(whole)
    assert check_onnx(path, ()).opset == 20


def _field(number, content):
    length, at = b"", len(content)
    while at > 0x7F:
        length += bytes([at & 0x7F | 0x80])
        at >>= 7
    return bytes([number << 3 | 2]) + length + bytes([at]) + content


def test_weights_in_a_listed_file_are_let_through(path):
    (path.parent / "encoder.data").write_bytes(b"\0" * 8)
    save(path, graph_of(node(), weights=[external("encoder.data", offset=0, length=8)]))
    assert check_onnx(path, {"encoder.data"}).external == ("encoder.data",)
    with pytest.raises(UnsafeBundleError, match=r"weights in encoder\.data, which is no file of"):
        check_onnx(path, {"encoder.onnx"})


@pytest.mark.parametrize(
    "location",
    ["../secret", "/etc/passwd", "a/../../x", "C:\\x", "", "*/_ORT_MEM_ADDR_/*", "file:///x"],
)
def test_weights_outside_the_folder_are_refused(path, location):
    save(path, graph_of(node(), weights=[external(location)]))
    with pytest.raises(UnsafeBundleError, match=r"has weights in .*, which is no file"):
        check_onnx(path, {location})


def test_weights_outside_are_found_wherever_they_are(path):
    bad = external("../secret")
    indices = helper.make_tensor("i", TensorProto.INT64, [1], [0])
    sparse = helper.make_sparse_tensor(bad, indices, [4])
    for graph in (
        graph_of(node("", "Constant", value=bad)),
        graph_of(node("", "If", then_branch=graph_of(node(), weights=[bad]))),
        graph_of(node("", "Constant", sparse_value=sparse)),
    ):
        save(path, graph)
        with pytest.raises(UnsafeBundleError, match=r"has weights in \.\./secret"):
            check_onnx(path, ())
    with_place_alone = TensorProto(name="w", dims=[2], data_type=TensorProto.FLOAT)
    with_place_alone.data_location = TensorProto.EXTERNAL
    save(path, graph_of(node(), weights=[with_place_alone]))
    with pytest.raises(DamagedBundleError, match="weights in a file that it does not name"):
        check_onnx(path, ())


@pytest.mark.parametrize("place", [{"offset": 4, "length": 8}, {"length": -1}, {"offset": "x"}])
def test_weights_past_the_end_of_their_file_are_told(path, place):
    (path.parent / "encoder.data").write_bytes(b"\0" * 8)
    save(path, graph_of(node(), weights=[external("encoder.data", **place)]))
    with pytest.raises(DamagedBundleError, match=r"encoder\.onnx is no ONNX file"):
        check_onnx(path, {"encoder.data"})


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "cannot mmap an empty file"),
        (b"not ONNX", "unknown kind of field|breaks off"),
        (b"\x08\x0a", "it has no graph"),
        (b"\x08\x0a" + b"\x3a\x00", "it names no version of operators"),
        (b"\xff" * 40, "it breaks off at byte 10"),
        (b"\x3a\x7f\x00", "it breaks off at byte 2"),
        (_field(7, _field(1, _field(7, b"\xff\xfe"))), "codec can't decode"),
    ],
)
def test_what_is_no_onnx_is_told(path, content, problem):
    path.write_bytes(content)
    with pytest.raises(DamagedBundleError, match=rf"encoder\.onnx is no ONNX file \(.*({problem})"):
        check_onnx(path, ())


def test_a_file_cut_anywhere_is_told(path):
    whole = path.read_bytes()
    for length in range(0, len(whole) - 1, 7):
        path.write_bytes(whole[:length])
        with pytest.raises(DamagedBundleError, match="is no ONNX file"):
            check_onnx(path, ())


def test_every_file_of_this_kind_in_a_bundle_is_looked_into(tmp_path):
    folder = make_bundle("onnx_transformer", tmp_path / "bundle")
    save(folder / "encoder.onnx", graph_of(node("evil.ops", "Run")))
    write_sums(folder)
    with pytest.raises(UnsafeBundleError, match=r"encoder\.onnx has the operator Run of"):
        read_bundle(folder)
    other = make_bundle("constant", tmp_path / "other")
    save(other / "more.onnx", graph_of(node("evil.ops", "Run")))
    manifest = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    text = json.dumps(manifest | {"files": ["more.onnx"]})
    (other / "manifest.json").write_text(text, encoding="utf-8")
    write_sums(other)
    with pytest.raises(UnsafeBundleError, match=r"more\.onnx has the operator Run of the unknown"):
        read_bundle(other)


def test_a_link_in_the_place_of_weights_is_refused(tmp_path):
    folder = make_bundle("onnx_transformer", tmp_path / "bundle")
    (tmp_path / "secret").write_bytes(b"\0" * 8)
    (folder / "encoder.data").symlink_to(tmp_path / "secret")
    save(folder / "encoder.onnx", graph_of(node(), weights=[external("encoder.data")]))
    write_sums(folder)
    with pytest.raises(UnsafeBundleError, match=r"encoder\.data is a link to .*outside the folder"):
        read_bundle(folder)


def test_the_file_says_what_the_library_says(path):
    """The fields are read by their numbers; the library reads them by their names."""
    model = onnx.load(path)
    assert check_onnx(path, ()).opset == model.opset_import[0].version
    weights = onnx.numpy_helper.from_array(np.zeros((300, 300), np.float32), "big")
    model.graph.initializer.append(weights)
    onnx.save(model, path)
    assert check_onnx(path, ()).opset == 20
