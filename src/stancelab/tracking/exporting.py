"""Exporting a tracked model: in one of several formats, verified before it takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stancelab.evaluation.abstention import Wanted
from stancelab.experiment import Progress, Silent
from stancelab.export.formats import Format, way_of
from stancelab.export.licences import caution
from stancelab.export.measuring import count_parameters, measure_speed, size_of
from stancelab.export.onnx.convert import convert, needs_conversion
from stancelab.export.onnx.wanted import OnnxWanted
from stancelab.export.placing import beside, take_place
from stancelab.tracking.exportable import Registration, check_asked, check_holds
from stancelab.tracking.registering import Registered, register_export
from stancelab.tracking.trained import Trained, read_trained

if TYPE_CHECKING:
    import pyarrow as pa

_CONVERSION = ("precision", "opset", "int8", "vocabulary", "members")
_MEASURED = 2000


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: which model, from which run, in which form, how fast and how like.

    Attributes
    ----------
    difference : float
        The largest one of a probability, when the folder was asked its probes.
    size : int
        Bytes of the folder.
    notes : tuple of str
        What the user should know: losses of a conversion, terms of the training data.
    abstention : mapping, optional
        The threshold below which it answers ``"uncertain"``, and what that gives; as the manifest
        has it.
    conversion : mapping
        Precision of the network, and what that and a smaller vocabulary changed; empty where
        nothing was converted.
    registered : Registered, optional
        What it is called in MLflow.
    """

    model: str
    run_id: str
    folder: Path
    format: Format
    difference: float
    refitted: bool
    size: int
    statements_per_second: float
    notes: tuple[str, ...] = ()
    abstention: Mapping[str, Any] | None = None
    conversion: Mapping[str, Any] | None = None
    registered: Registered | None = None


def export(
    target: str,
    folder: Path,
    *,
    export_format: Format = "bundle",
    conversion: OnnxWanted | None = None,
    refit: bool = False,
    abstain: Wanted | None = None,
    register: Registration | None = None,
    progress: Progress | None = None,
) -> Exported:
    """Export a tracked model and verify it in a fresh process.

    Parameters
    ----------
    target : str
        A run ID, ``best:EXPERIMENT``, ``best:EXPERIMENT/SETTING`` or ``models:/NAME@ALIAS``.
    folder : Path
        Where it goes; an earlier export of the format that is there is replaced.
    export_format : {"bundle", "onnx", "huggingface", "mlflow"}
        A bundle has what answering needs, a network as ONNX; ``"onnx"`` converts the frozen
        bundled encoder too; ``"huggingface"`` is a directory of `transformers`; ``"mlflow"`` a
        bundle that carries its code.
    conversion : OnnxWanted, optional
        How the network is converted; in single precision and whole where nothing is said.
    refit : bool
        Train the model on all rows first; no test figure then belongs to the weights. One that
        stops early by its validation rows has none then, and trains all its epochs; one that is
        calibrated holds out a fifth of the documents for that.
    abstain : ("precision" or "coverage", float), optional
        Let it answer ``"uncertain"`` below a threshold that is chosen for this share of right
        answers, or of answered rows, on the run's validation rows; not with `refit`, which trains
        on them.
    register : Registration, optional
        Register the ``"mlflow"`` folder as a new version of a model.
    progress : Progress, optional
        Shows how far training and conversion are.

    Raises
    ------
    StancelabError
        There is no such run, something else is at the place, the format cannot hold the model,
        what is wanted of `abstain` or `conversion` is not reached, or verification fails.
    """
    check_asked(export_format, conversion, refit, abstain, register)
    way, shown = way_of(export_format), progress or Silent()
    way.check_place(folder)
    trained = read_trained(target)
    check_holds(trained.title, trained.predictor, export_format, conversion)
    trained = trained.retrained(shown) if refit else trained
    with beside(folder) as scratch:
        trained, notes = _converted(trained, export_format, conversion, scratch, shown)
        trained = trained.abstaining(abstain) if abstain else trained
        about = _measured(trained)
        way.write(scratch / "export", trained.predictor, about)
        shown.step("verifying in a fresh process", 0, 1)
        difference = way.verify(scratch / "export")
        take_place(scratch, scratch / "export", folder)
    registered = _register(trained, folder, register) if register else None
    terms = caution(about["training_data"], about.get("unlabelled_data", ()))
    return Exported(
        trained.name,
        trained.run.info.run_id,
        folder,
        export_format,
        difference,
        refit,
        size_of(folder),
        about["speed"]["statements_per_second"],
        (*notes, *([terms] if terms else [])),
        about.get("abstention"),
        {key: about[key] for key in _CONVERSION if key in about},
        registered,
    )


def _converted(
    trained: Trained,
    export_format: Format,
    conversion: OnnxWanted | None,
    scratch: Path,
    progress: Progress,
) -> tuple[Trained, tuple[str, ...]]:
    """Give the model with its network as ONNX, where the format or the user wants that."""
    wanted = conversion or export_format == "onnx" or needs_conversion(trained.predictor)
    if export_format == "huggingface" or not wanted:
        return trained, ()
    asked = conversion or OnnxWanted(frozen=export_format == "onnx")
    place = scratch / "network"
    place.mkdir()
    made = convert(trained.predictor, place, asked, trained.material(asked), progress.step)
    about = {**trained.about, **made.about}
    about["unlabelled_data"] = [
        one for part in (trained.about, made.about) for one in part.get("unlabelled_data", ())
    ]
    return replace(trained, predictor=made.predictor, about=about), made.notes


def _measured(trained: Trained) -> dict[str, Any]:
    """Add what the classifier takes, on rows that the run was validated and tested on."""
    asked: pa.Table = trained.rows("test").slice(0, _MEASURED)
    speed = measure_speed(trained.predictor, asked)
    parameters = count_parameters(trained.predictor)
    return {**trained.about, "speed": asdict(speed), "parameters": parameters}


def _register(trained: Trained, folder: Path, register: Registration) -> Registered:
    title = f"{trained.name.replace('/', '-')}-exported"
    return register_export(
        trained.tracked, trained.run, folder, title, register.name, register.alias
    )
