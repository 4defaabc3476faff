"""What is asked of an export, and refusing what contradicts itself or cannot be held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stancelab.export.huggingface.head import fold_head
from stancelab.export.onnx.convert import is_convertible
from stancelab.export.onnx.wanted import ExportError, OnnxWanted
from stancelab.predictors.holding import workers

if TYPE_CHECKING:
    from stancelab.evaluation.abstention import Wanted
    from stancelab.export.formats import Format
    from stancelab.predictors.base import Predictor

_LEAVE_OUT = "leave out --precision, --languages and --keep-tokens-of"


@dataclass(frozen=True, slots=True)
class Registration:
    """Under which name, and alias, an export is registered in MLflow."""

    name: str
    alias: str | None = None


def check_asked(
    export_format: Format,
    conversion: OnnxWanted | None,
    refit: bool,
    abstain: Wanted | None,
    register: Registration | None,
) -> None:
    """Refuse what contradicts itself, before anything is looked for.

    Raises
    ------
    ExportError
        Two things do not go together.
    """
    if refit and abstain:
        raise ExportError(
            "--abstain chooses its threshold on the validation rows, and --refit trains on them; "
            "leave out one of the two"
        )
    if register and export_format != "mlflow":
        raise ExportError(
            "--register goes with --format mlflow, whose folder carries its own code; found "
            f"--format {export_format}"
        )
    if export_format != "huggingface":
        return
    if abstain:
        raise ExportError(
            "--format huggingface always answers; leave out --abstain, or use --format bundle"
        )
    if conversion:
        raise ExportError(
            f"--format huggingface holds the whole network in single precision; {_LEAVE_OUT}"
        )


def check_holds(
    title: str, predictor: Predictor, export_format: Format, conversion: OnnxWanted | None
) -> None:
    """Refuse a model that the format cannot hold, before it is trained again or measured.

    Raises
    ------
    ExportError
        It has no network, or one that is not of the kind that is asked for.
    """
    if _infers(predictor):
        raise ExportError(
            f"{title} asks a model of natural-language inference, which no export holds; export a "
            'zero_shot of method = "similarity", or distil it'
        )
    if export_format == "huggingface":
        fold_head(predictor)
    if is_convertible(predictor):
        return
    if export_format == "onnx":
        raise ExportError(
            f"{title} has no network to write as ONNX; use --format bundle, which needs no runtime"
        )
    if conversion:
        raise ExportError(f"{title} has no network to convert; {_LEAVE_OUT}")


def _infers(predictor: Predictor) -> bool:
    return any(one.kind == "entailment" for one in workers(predictor))
