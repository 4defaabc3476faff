"""Writing a torch network as an ONNX file."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from stancelab.errors import MissingExtraError
from stancelab.export.onnx.wanted import ExportError

if TYPE_CHECKING:
    import onnx

    from stancelab.export.onnx.network import Opened

OPSET = 20
"""Version of the operators: the first that has GELU, which ONNX Runtime has known since 1.17."""

_LARGEST = 2_000_000_000
"""Bytes that a file can have; a protocol buffer ends at 2 GiB."""

_SCOPES = "pkg.torch.onnx.name_scopes"
_MAX_SHOWN = 200


def write_graph(opened: Opened) -> onnx.ModelProto:
    """Trace a network into an ONNX model whose batch and length are free.

    Raises
    ------
    MissingExtraError
        A package that this takes is not installed.
    ExportError
        The encoder has something that cannot be written, or is too large for one file.
    """
    try:
        import onnx  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(error.name or "onnx", "train") from None
    size = sum(one.numel() * one.element_size() for one in opened.module.parameters())
    if size > _LARGEST:
        raise ExportError(
            f"the encoder has {size / 1e9:.1f} GB of weights, and an ONNX file ends at 2 GB; "
            "export a smaller encoder, or use --format huggingface"
        )
    example = {name: torch.ones((2, 7), dtype=torch.long) for name in opened.names}
    free = {0: torch.export.Dim("batch"), 1: torch.export.Dim("length")}
    with _quiet():
        try:
            program = torch.onnx.export(
                opened.module,
                (),
                kwargs=example,
                dynamo=True,
                input_names=list(opened.names),
                output_names=[opened.output],
                dynamic_shapes=dict.fromkeys(opened.names, free),
                opset_version=OPSET,
                verbose=False,
            )
        except Exception as error:
            line = " ".join(str(error).split())[:_MAX_SHOWN]
            raise ExportError(
                f"the encoder cannot be written as ONNX ({line}); use --format huggingface"
            ) from error
    if program is None:
        raise ExportError("torch wrote no ONNX model; use --format huggingface")
    made: onnx.ModelProto = program.model_proto
    return made


def scopes(node: onnx.NodeProto) -> list[str]:
    """List the torch modules that a node comes from, the outermost first."""
    import ast

    for entry in node.metadata_props:
        if entry.key == _SCOPES:
            return [str(name) for name in ast.literal_eval(entry.value)]
    return []


def strip(model: onnx.ModelProto) -> None:
    """Take out what only tells how the model was traced, paths of this machine among it."""
    graph = model.graph
    parts: list[Any] = [model, graph, *graph.node, *graph.initializer]
    for part in (*parts, *graph.input, *graph.output, *graph.value_info, *model.functions):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    graph.ClearField("value_info")
    model.producer_name, model.producer_version = "stancelab", ""


def save(model: onnx.ModelProto, path: Path) -> None:
    """Write a model into one file."""
    import onnx

    onnx.save(model, path)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep back what torch says about packages and names that do not matter here."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logger.setLevel(level)
