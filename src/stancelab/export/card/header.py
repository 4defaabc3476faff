"""The header of a card: what the Hugging Face hub reads of a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.datasets.own.hub import is_hub
from stancelab.datasets.own.opening import PREFIX
from stancelab.datasets.registry import SPECS
from stancelab.encoders import BUNDLED
from stancelab.export.encoder import encoders_in
from stancelab.export.layout import CARD
from stancelab.export.licences import OTHER, learnt_from, weights_licence

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

BUNDLED_ON_HUB = "intfloat/multilingual-e5-small"
LIBRARIES = {"huggingface": "transformers", "mlflow": "mlflow"}
_TASK = "text-classification"
_TAGS = ("stance-detection", "targeted-sentiment", "political-text")


def header(manifest: Mapping[str, Any], export_format: str) -> str:
    """Write the metadata of a card as YAML, between lines of dashes.

    Where the terms of the training data are not those of one open licence the hub's ``other``
    is named, with a link to the part of the card that tells them.

    Parameters
    ----------
    manifest : mapping
        What the export says of the classifier.
    export_format : {"bundle", "onnx", "huggingface", "mlflow"}
        What the folder is.
    """
    from huggingface_hub import ModelCardData

    data: Sequence[Mapping[str, Any]] = manifest["training_data"]
    encoders = encoders_in(manifest)
    licence = weights_licence(learnt_from(manifest), encoders).name
    is_other = licence == OTHER
    results = list(_results(manifest))
    described = ModelCardData(
        language=sorted({language for one in data for language in one["languages"]}) or None,
        license=licence,
        license_name="terms-of-the-training-data" if is_other else None,
        license_link=f"{CARD}#licence" if is_other else None,
        library_name=LIBRARIES.get(export_format, "stancelab"),
        pipeline_tag=_TASK,
        tags=list(_TAGS),
        datasets=_datasets(data) or None,
        base_model=_base_models(encoders),
        metrics=["f1", "accuracy"],
        model_name=manifest["model"]["name"] if results else None,
        eval_results=results or None,
    )
    return f"---\n{described.to_yaml()}\n---"


def base_model(encoder: Mapping[str, Any]) -> str | None:
    """Name an encoder as the hub knows it; None for a local one.

    Examples
    --------
    >>> base_model({"name": "bundled"}), base_model({"name": "owner/name@main"})
    ('intfloat/multilingual-e5-small', 'owner/name')
    """
    if encoder["name"] == BUNDLED:
        return BUNDLED_ON_HUB
    name, _, _ = str(encoder["name"]).partition("@")
    return name if "/" in name and not Path(name).is_absolute() else None


def _base_models(encoders: Sequence[Mapping[str, Any]]) -> str | list[str] | None:
    known = [name for one in encoders if (name := base_model(one))]
    return known if len(known) > 1 else next(iter(known), None)


def _datasets(data: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name what others can find: corpora by their name, data sets of the hub by theirs."""
    named = [str(one["name"]) for one in data]
    known = [one.removeprefix(PREFIX) for one in named if one in SPECS or is_hub(one)]
    return [one for one in dict.fromkeys(known) if one in SPECS or "/" in one]


def _results(manifest: Mapping[str, Any]) -> Iterator[EvalResult]:
    """Give what these very weights have on each test set."""
    from huggingface_hub import EvalResult

    for test_set, figures in manifest.get("metrics", {}).get("tested", {}).items():
        corpus, _, split = test_set.partition("/")
        for key, kind, title in (("macro_f1", "f1", "macro-F1"), ("accuracy", "accuracy", None)):
            yield EvalResult(
                task_type=_TASK,
                task_name="stance of a statement toward an actor",
                dataset_type=corpus,
                dataset_name=test_set,
                dataset_split=split or "test",
                metric_type=kind,
                metric_name=title or "accuracy",
                metric_value=round(figures[key], 4),
            )
