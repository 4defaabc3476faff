"""An ensemble whose members answer from ONNX files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.export.onnx.convert import convert, is_convertible, needs_conversion
from stancelab.export.onnx.loss import likeness, likeness_by_runtime
from stancelab.export.onnx.rounding import described, noted
from stancelab.export.onnx.wanted import Converted, Material, OnnxWanted
from stancelab.predictors.holding import around, innermost

if TYPE_CHECKING:
    from stancelab.export.onnx.convert import Step
    from stancelab.predictors.base import Predictor


def convert_members(
    predictor: Predictor, scratch: Path, wanted: OnnxWanted, material: Material, step: Step
) -> Converted:
    """Write the network of each member as ONNX, and measure what that changes in their mean.

    Parameters
    ----------
    predictor : Predictor
        An ensemble, with its wrappers.
    scratch : Path
        A folder, in which each member has one for its files.
    wanted : OnnxWanted
        How each is written; with `frozen` also those that answer without it.
    material : Material
        The rows to measure ranges and loss on.
    step : callable
        Called as `convert` calls it, with the member before what is being done.

    Raises
    ------
    ExportError
        A member, or their mean, loses too much.
    """
    ensemble: Any = innermost(predictor)
    asked = is_convertible if wanted.frozen else needs_conversion
    chosen = {at: one for at, one in enumerate(ensemble.members, start=1) if asked(one)}
    made = {
        at: convert(one, scratch / f"member_{at}", wanted, material, _of_member(at, step))
        for at, one in chosen.items()
    }
    step("comparing the mean of the members", 0, 1)
    trained = predictor.predict_proba(material.validation)
    exact = _with_members(predictor, {at: one.exact for at, one in made.items()})
    found = _with_members(predictor, {at: one.predictor for at, one in made.items()})
    answers = exact.predict_proba(material.validation)
    about = {
        **{key: next(iter(made.values())).about[key] for key in ("precision", "opset")},
        "exact": {**likeness(trained, answers)._asdict(), "rows": len(answers)},
        "members": [{"member": at, **one.about} for at, one in made.items()],
        "unlabelled_data": _each_once([one.about for one in made.values()]),
    }
    if wanted.precision == "fp32":
        return Converted(found, about, (), exact)
    by_runtime = likeness_by_runtime(answers, found, material.validation)
    about |= described(by_runtime, len(answers), {})
    return Converted(found, about, noted(about["int8"]["agreement"], len(answers)), exact)


def _of_member(number: int, step: Step) -> Step:
    return lambda what, done, total: step(f"member {number}: {what}", done, total)


def _with_members(predictor: Predictor, others: dict[int, Predictor]) -> Predictor:
    """Put others in the place of some members, by their number from 1."""
    ensemble: Any = innermost(predictor)
    members = [others.get(at, one) for at, one in enumerate(ensemble.members, start=1)]
    return around(predictor, replace(ensemble, members=members))


def _each_once(abouts: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for one in (data for about in abouts for data in about.get("unlabelled_data", ())):
        if one not in found:
            found.append(one)
    return found
