"""Writing the directory: weights, tokenizer, head, what it is, a card with code, and digests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from safetensors.numpy import save_file

import stancelab
from stancelab.errors import BundleError
from stancelab.export.bundle import write_json
from stancelab.export.card.page import model_card
from stancelab.export.digests import check_sums, write_sums
from stancelab.export.huggingface.code import HEAD, card_code
from stancelab.export.huggingface.head import fold_head
from stancelab.export.layout import CARD, INPUT_COLUMNS, PROBES
from stancelab.export.manifest import read_part
from stancelab.export.measuring import size_of
from stancelab.export.probes import probe_table
from stancelab.export.safety import safe_files
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from stancelab.predictors.base import Predictor

ABOUT = "stancelab.json"
"""What the export says of the classifier; by it such a directory is known as ours."""

TOLERANCE = 1e-4
"""What a probability may differ by from what the trained model gives."""


def is_huggingface(folder: Path) -> bool:
    """Say whether an export wrote a folder in this format."""
    return all((folder / name).is_file() for name in (ABOUT, HEAD))


def read_about(folder: Path) -> dict[str, Any]:
    """Read what is said of a classifier, after a look at every file's digest.

    Raises
    ------
    BundleError
        A file is missing, changed, or can run code.
    """
    check_sums(folder, safe_files(folder), (ABOUT, HEAD, PROBES, CARD))
    found: dict[str, Any] = read_part(folder, ABOUT)
    return found


def check_place(folder: Path) -> None:
    """Refuse a place that holds something other than such a directory of ours.

    Raises
    ------
    BundleError
        It does.
    """
    if is_huggingface(folder) or (folder.is_dir() and not any(folder.iterdir())):
        return
    if folder.exists():
        raise BundleError(
            f"{folder}: exists and was not written by --format huggingface; choose another folder "
            "or remove it"
        )


def write_huggingface(folder: Path, predictor: Predictor, about: dict[str, Any]) -> None:
    """Write a fine-tuned encoder as a directory that `transformers` opens by itself.

    Parameters
    ----------
    folder : Path
        Does not exist.
    predictor : Predictor
        A fine-tuned encoder, with a temperature around it at most.
    about : dict
        What is said of the classifier.

    Raises
    ------
    ExportError
        It is something else.
    """
    from stancelab.export.huggingface.network import assemble

    head = fold_head(predictor)
    model = assemble(head)
    folder.mkdir(parents=True)
    model.save(folder)
    save_file({"weight": head.weight, "bias": head.bias}, folder / HEAD)
    parameters = model.parameters + head.weight.size + head.bias.size
    described = {
        "stancelab": stancelab.__version__,
        "labels": list(LABELS),
        "tolerance": TOLERANCE,
        "requires": [],
        **about,
        "parameters": parameters,
    }
    write_json(folder / ABOUT, described)
    table = probe_table()
    shares = predictor.predict_proba(table).tolist()
    columns = table.select(list(INPUT_COLUMNS)).to_pylist()
    rows = [{**row, "probabilities": p} for row, p in zip(columns, shares, strict=True)]
    write_json(folder / PROBES, rows)
    code = card_code(model.described)
    card = model_card(described, "huggingface", size_of(folder), code)
    (folder / CARD).write_text(card, encoding="utf-8")
    for file in folder.iterdir():  # safetensors writes for its owner alone
        file.chmod(0o644)
    write_sums(folder)
