"""The files of a network, and the predictor that reads them."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import TYPE_CHECKING

from stancelab.export.onnx.graph import save, strip
from stancelab.inference.engines import Precision
from stancelab.inference.network import GRAPH, TOKENIZER, Network

if TYPE_CHECKING:
    import onnx

    from stancelab.export.onnx.network import Opened
    from stancelab.predictors.base import Predictor


def write(opened: Opened, model: onnx.ModelProto, folder: Path, precision: Precision) -> Predictor:
    """Write graph and tokenizer into a folder, and give the predictor that answers from them.

    Parameters
    ----------
    opened : Opened
        Whose network it is.
    model : onnx.ModelProto
        The network as it was traced or rounded; it is left as it is.
    folder : Path
        Made where it is not there.
    precision : {"fp32", "int8"}
        What the model's weights are.
    """
    folder.mkdir(parents=True, exist_ok=True)
    bare = copy.deepcopy(model)
    strip(bare)
    save(bare, folder / GRAPH)
    opened.tokenizer.no_truncation()
    opened.tokenizer.no_padding()
    opened.tokenizer.save(str(folder / TOKENIZER), pretty=False)
    return opened.build(Network(folder / GRAPH, folder / TOKENIZER, precision))
