"""From a trained encoder to one that answers from an ONNX file, and what that changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.encoders import BUNDLED
from stancelab.errors import MissingExtraError
from stancelab.export.onnx.wanted import Converted, ExportError, Material, OnnxWanted
from stancelab.predictors.base import WRAPPERS, Predictor, innermost

if TYPE_CHECKING:
    from collections.abc import Callable

    from stancelab.export.onnx.loss import Likeness

    Step = Callable[[str, int, int], None]

LARGEST_LOSS = 0.005
"""Of macro-F1 on the validation rows, beyond which leaving tokens out fails."""

_TOLERANCE = 1e-3
"""What probabilities in single precision may differ by, as sums are added in another order."""


def is_convertible(predictor: Predictor) -> bool:
    """Say whether a predictor, looked at through its wrappers, has a network."""
    return innermost(predictor).kind in ("transformer", "embedding_linear")


def needs_conversion(predictor: Predictor) -> bool:
    """Say whether a predictor cannot answer with the base install as it is.

    One over the frozen bundled encoder can: the package that brings it needs no torch.
    """
    inner: Any = innermost(predictor)
    frozen = inner.kind == "embedding_linear" and inner.encoder.name == BUNDLED
    return is_convertible(predictor) and not frozen


def rewrapped(predictor: Predictor, inner: Predictor) -> Predictor:
    """Put the wrappers of a predictor around another one."""
    if predictor.kind not in WRAPPERS:
        return inner
    wrapper: Any = predictor
    made: Predictor = replace(wrapper, inner=rewrapped(wrapper.inner, inner))
    return made


def convert(
    predictor: Predictor,
    scratch: Path,
    wanted: OnnxWanted,
    material: Material,
    step: Step | None = None,
) -> Converted:
    """Write the network of a predictor as ONNX, and measure what that changes.

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
        from stancelab.export.onnx import graph, network, pruning, rounding, written
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
    told("opening the encoder", 0, _STEPS)
    opened = network.open_network(innermost(predictor))
    trained = predictor.predict_proba(material.validation)
    about: dict[str, Any] = {"precision": wanted.precision, "opset": graph.OPSET, "requires": []}
    about |= {"encoder": _encoder(predictor), "tolerance": _TOLERANCE}
    if wanted.prunes:
        told("choosing tokens", 1, _STEPS)
        opened, found = pruning.leave_out_tokens(opened, wanted, material)
        about |= found
    told("writing the network", 2, _STEPS)
    model = graph.write_graph(opened)
    exact = rewrapped(predictor, written.write(opened, model, scratch / "fp32", "fp32"))
    answers = exact.predict_proba(material.validation)
    about["exact"] = _described(likeness(trained, answers), len(answers))
    if wanted.prunes:
        before = macro_f1_of(trained, material.validation)
        change = macro_f1_of(answers, material.validation) - before
        about["vocabulary"]["macro_f1_change"] = change
        _check_loss(change)
    if wanted.precision == "fp32":
        return Converted(exact, about, ())
    told("rounding to eight bits", 3, _STEPS)
    rounded = rounding.round_network(predictor, opened, answers, scratch, material)
    return Converted(rounded.predictor, about | rounded.about, rounded.notes)


_STEPS = 4


def _described(found: Likeness, rows: int) -> dict[str, Any]:
    return {**found._asdict(), "rows": rows}


def _encoder(predictor: Predictor) -> dict[str, str]:
    inner: Any = innermost(predictor)
    if inner.kind == "transformer":
        return {"name": inner.encoder, "revision": inner.revision}
    return {"name": inner.encoder.name, "revision": inner.encoder.revision}


def _check_loss(change: float) -> None:
    if change < -LARGEST_LOSS:
        raise ExportError(
            f"without the tokens that were left out, macro-F1 on the validation rows changes by "
            f"{change:+.4f}, and at most -{LARGEST_LOSS} is allowed; name more --languages, or "
            "texts like yours with --keep-tokens-of FILE"
        )
