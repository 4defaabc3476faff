"""The formats of an export: what each can hold, how it is written, and how it is verified."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

from stancelab.errors import VerificationError
from stancelab.export import alone, bundle
from stancelab.export.card.page import model_card
from stancelab.export.carried import CODE_FOLDER
from stancelab.export.huggingface import folder as huggingface
from stancelab.export.layout import CARD, MANIFEST
from stancelab.export.manifest import read_part
from stancelab.export.measuring import size_of
from stancelab.export.verify import verify_in_fresh_process

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor

Format = Literal["bundle", "onnx", "huggingface", "mlflow"]
FORMATS: tuple[Format, ...] = get_args(Format)

Write = Callable[[Path, "Predictor", dict[str, Any]], None]


class Way(NamedTuple):
    """How a format is made.

    Attributes
    ----------
    check_place : callable
        Refuses a folder that holds something else.
    write : callable
        Writes predictor and what is said of it into a new folder.
    verify : callable
        Asks the folder its probes in a fresh process, and gives the largest difference.
    """

    check_place: Callable[[Path], None]
    write: Write
    verify: Callable[[Path], float]


def way_of(export_format: Format) -> Way:
    """Give how a format is made.

    Examples
    --------
    >>> way_of("huggingface").write.__name__
    'write_huggingface'
    """
    if export_format == "huggingface":
        return Way(huggingface.check_place, huggingface.write_huggingface, verify_folder)

    def write(folder: Path, predictor: Predictor, about: dict[str, Any]) -> None:
        bundle.write_bundle(folder, predictor, about, lambda made: _complete(made, export_format))

    return Way(bundle.check_place, write, verify_folder)


def _complete(folder: Path, export_format: Format) -> None:
    """Make an unfinished bundle an MLflow model with a card."""
    from stancelab.export.mlflow_folder import add_mlflow_files

    add_mlflow_files(folder, carried=export_format == "mlflow")
    card = model_card(read_part(folder, MANIFEST), export_format, size_of(folder))
    (folder / CARD).write_text(card, encoding="utf-8")


def verify_folder(folder: Path) -> float:
    """Ask an exported folder its probes in a fresh process, as its users do.

    A bundle is loaded without the training stack. One that carries its code is served besides,
    and a directory of `transformers` is asked by the code of its card, both where no stancelab
    can be imported but the folder's own.

    Returns
    -------
    float
        The largest difference of a probability.

    Raises
    ------
    VerificationError
        It answers differently, or lacks something.
    BundleError
        It cannot be read.
    """
    if huggingface.is_huggingface(folder):
        return _alone("huggingface", folder, huggingface.read_about(folder))
    found = verify_in_fresh_process(folder)
    if (folder / CODE_FOLDER).is_dir():
        found = max(found, _alone("mlflow", folder, read_part(folder, MANIFEST)))
    return found


def _alone(way: str, folder: Path, about: Mapping[str, Any]) -> float:
    words = [sys.executable, "-I", "-B", str(alone.__file__), way, str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        raise VerificationError(f"{folder}: does not answer by itself ({last[0]})")
    difference = float(json.loads(done.stdout.splitlines()[-1])["difference"])
    if not difference <= float(about["tolerance"]):
        raise VerificationError(
            f"{folder}: by itself it answers with probabilities that differ by {difference:.2g} "
            f"from those at export, more than {about['tolerance']:g}"
        )
    return difference
