"""The whole card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stancelab.export.card.bias import bias
from stancelab.export.card.cost import conversion, cost
from stancelab.export.card.figures import figures, uncertain
from stancelab.export.card.header import header
from stancelab.export.card.origin import data_table, licence, made_by, unlabelled
from stancelab.export.card.use import use

_PURPOSE = """It is for aggregate reading of news, diplomacy and public posts by people who check
samples. It is not for decisions about persons, nor a source of facts."""

_LIMITS = """Statements unlike the training data, other languages, irony and long texts lower its
quality; measure it on labelled rows of your own first. It reads one statement at a time: what an
article says before it is not known to it."""


def model_card(
    manifest: Mapping[str, Any], export_format: str = "bundle", size: int = 0, code: str = ""
) -> str:
    """Write the card of an exported classifier, with the hub's metadata header.

    Parameters
    ----------
    manifest : mapping
        What the export says of the classifier.
    export_format : {"bundle", "onnx", "huggingface", "mlflow"}
        What the folder is.
    size : int
        Bytes of its files, the card not counted.
    code : str
        Python that loads a folder of `transformers` and gives the probabilities.
    """
    data = manifest["training_data"]
    languages = sorted({language for one in data for language in one["languages"]})
    learnt = f"It learnt from {', '.join(languages)}. " if languages else ""
    parts = [
        header(manifest, export_format),
        f"# {manifest['model']['name']}: stance of a statement toward an actor",
        "Tags a statement as *hostile*, *neutral* or *cooperative* toward a given actor: a "
        "country, a government or an organisation. The same statement can have different labels "
        "for different actors.",
        "## What it is for",
        _PURPOSE,
        "## Use",
        use(manifest, export_format, code),
        "## Figures",
        figures(manifest),
        *uncertain(manifest.get("abstention")),
        *bias(manifest),
        "## Size and speed",
        *cost(manifest, size),
        *conversion(manifest),
        "## Training data",
        data_table(data),
        *unlabelled(manifest.get("unlabelled_data", ())),
        "## Licence",
        *licence(manifest),
        "## Limits",
        learnt + _LIMITS,
        "## Origin",
        made_by(manifest),
    ]
    return "\n\n".join(parts) + "\n"
