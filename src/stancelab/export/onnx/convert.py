"""From a trained encoder to one that answers from an ONNX file, and what that changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.encoders import BUNDLED
from stancelab.errors import MissingExtraError
from stancelab.export.onnx.wanted import Converted, ExportError, Material, OnnxWanted
from stancelab.predictors.base import Predictor
from stancelab.predictors.holding import ENSEMBLE, around, innermost, workers

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[str, int, int], None]

LARGEST_LOSS = 0.005
"""Of macro-F1 on the validation rows, beyond which leaving tokens out fails."""


def is_convertible(predictor: Predictor) -> bool:
    """Say whether a predictor, or one that it holds, has a network."""
    return any(one.kind in ("transformer", "embedding_linear") for one in workers(predictor))


def needs_conversion(predictor: Predictor) -> bool:
    """Say whether a predictor, or one that it holds, has a network and needs torch for it.

    One over the frozen bundled encoder does not: the package that brings it needs no torch.
    """
    return any(is_convertible(one) and not _answers_frozen(one) for one in workers(predictor))


def _answers_frozen(worker: Any) -> bool:
    return bool(worker.kind == "embedding_linear" and worker.encoder.name == BUNDLED)


def convert(
    predictor: Predictor,
    scratch: Path,
    wanted: OnnxWanted,
    material: Material,
    step: Step | None = None,
) -> Converted:
    """Write the network of a predictor as ONNX, and measure what that changes.

    Each member of an ensemble has a network of its own; those without one are left as they are.

    Parameters
    ----------
    predictor : Predictor
        One that `is_convertible`.
    scratch : Path
        A folder for the files; the new predictor reads them there.
    wanted : OnnxWanted
        The precision, and the tokens to keep.
    material : Material
        The rows to measure ranges and loss on.
    step : callable, optional
        Called with what is being done, how many steps are done, and how many there are.

    Raises
    ------
    ExportError
        The network cannot be written, or too much is lost: labels that agree on fewer than 97 %
        of the validation rows, or more than 0.005 of macro-F1 by tokens that were left out.
    MissingExtraError
        A package that this takes is not installed.
    """
    try:
        from stancelab.export.onnx import graph, members, network, pruning, rounding, written
        from stancelab.export.onnx.loss import likeness, macro_f1_of
    except ImportError as error:
        raise MissingExtraError(error.name or "torch", "train") from None
    if not len(material.validation):
        raise ExportError(
            "the run has no validation rows, on which the loss of a conversion is measured; run "
            "the experiment with a validation part"
        )
    material = material.of(wanted.languages).drawn()
    told: Step = step or (lambda *_: None)
    if innermost(predictor).kind == ENSEMBLE:
        return members.convert_members(predictor, scratch, wanted, material, told)
    told("opening the encoder", 0, _STEPS)
    opened = network.open_network(innermost(predictor))
    trained = predictor.predict_proba(material.validation)
    about: dict[str, Any] = {"precision": wanted.precision, "opset": graph.OPSET}
    if wanted.prunes:
        told("choosing tokens", 1, _STEPS)
        opened, found = pruning.leave_out_tokens(opened, wanted, material)
        about |= found
    told("writing the network", 2, _STEPS)
    model = graph.write_graph(opened)
    exact = around(predictor, written.write(opened, model, scratch / "fp32", "fp32"))
    answers = exact.predict_proba(material.validation)
    about["exact"] = {**likeness(trained, answers)._asdict(), "rows": len(answers)}
    if wanted.prunes:
        before = macro_f1_of(trained, material.validation)
        change = macro_f1_of(answers, material.validation) - before
        about["vocabulary"]["macro_f1_change"] = change
        _check_loss(change)
    if wanted.precision == "fp32":
        return Converted(exact, about, (), exact)
    told("rounding to eight bits", 3, _STEPS)
    rounded = rounding.round_network(predictor, opened, answers, scratch, material)
    return Converted(rounded.predictor, about | rounded.about, rounded.notes, exact)


_STEPS = 4


def _check_loss(change: float) -> None:
    if change < -LARGEST_LOSS:
        raise ExportError(
            f"without the tokens that were left out, macro-F1 on the validation rows changes by "
            f"{change:+.4f}, and at most -{LARGEST_LOSS} is allowed; name more --languages, or "
            "texts like yours with --keep-tokens-of FILE"
        )
