"""An int8 network: smoothed, rounded, and as many inputs left exact as its labels need."""

from __future__ import annotations

import math
from collections.abc import Mapping
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from stancelab.export.onnx.graph import write_graph
from stancelab.export.onnx.loss import Likeness, likeness_by_runtime
from stancelab.export.onnx.quantising import round_products, round_words, words_of
from stancelab.export.onnx.smoothing import smooth
from stancelab.export.onnx.wanted import ExportError, Material
from stancelab.export.onnx.written import write
from stancelab.inference.engines import describe
from stancelab.predictors.holding import around

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stancelab.export.onnx.network import Opened
    from stancelab.predictors.base import Predictor

WARNED, REFUSED = 0.99, 0.97
"""Agreement with single precision below which an export warns, and below which it fails."""

_LEFT = (1 / 8, 1 / 4, 1 / 2)
"""Shares of the layers whose inputs are left exact, the worst first, until labels agree.

A few layers make most of the error, and most of that by their inputs. Their weights are rounded
like all others, so that the file is as small; a little speed is lost.
"""

_MEASURED = 200
"""Training rows by which ranges are measured."""


class Rounded(NamedTuple):
    """A predictor that answers from an int8 network, what is said of it, and what to know."""

    predictor: Predictor
    about: dict[str, Any]
    notes: tuple[str, ...]


def round_network(
    predictor: Predictor,
    opened: Opened,
    exact: NDArray[np.float64],
    scratch: Path,
    material: Material,
) -> Rounded:
    """Write a network in eight bits.

    Parameters
    ----------
    predictor : Predictor
        The trained one, with its wrappers.
    opened : Opened
        Its network; it is smoothed in place.
    exact : numpy.ndarray, shape (n_validation_rows, 3)
        What it answers in single precision.
    scratch : Path
        A folder for the files.
    material : Material
        Ranges are measured on training rows, and the labels that agree on validation rows.

    Raises
    ------
    ExportError
        Labels agree on fewer than 97 % of the rows.
    """
    feeds = opened.feeds(_some(material))
    grids = smooth(opened.module.encoder, opened.module, feeds, _LEFT[0])
    model = write_graph(opened)
    words = words_of(model, *opened.module.words.weight.shape)
    tries: list[tuple[float, Predictor, dict[str, Any]]] = []
    for share in _LEFT:
        left = list(grids)[: math.ceil(share * len(grids))]
        rounded = round_products(model, grids | dict.fromkeys(left))
        round_words(rounded, words)
        made = around(predictor, write(opened, rounded, scratch / f"int8-{len(left)}", "int8"))
        found = likeness_by_runtime(exact, made, material.validation)
        lowest = min(one.agreement for one in found.values())
        layers = {"layers": len(grids) - len(left), "layers_left": left}
        tries.append((lowest, made, described(found, len(exact), layers)))
        if lowest >= WARNED:
            break
    agreement, chosen, int8 = max(tries, key=itemgetter(0))
    return Rounded(chosen, int8, noted(agreement, len(exact)))


def _some(material: Material) -> Any:
    """Take some training rows, the same each time."""
    rows = len(material.training)
    chosen = np.random.default_rng(0).permutation(rows)[:_MEASURED]
    return material.training.take(np.sort(chosen))


def described(
    found: Mapping[Any, Likeness], rows: int, layers: Mapping[str, Any]
) -> dict[str, Any]:
    """Say for the manifest how int8 differs from single precision, by runtime on so many rows."""
    largest = max(one.largest_difference for one in found.values())
    int8 = {
        "agreement": min(one.agreement for one in found.values()),
        "largest_difference": largest,
        "rows": rows,
        "runtimes": {describe(name): one._asdict() for name, one in found.items()},
        **layers,
    }
    return {"int8": int8, "tolerance": largest}


def noted(agreement: float, rows: int) -> tuple[str, ...]:
    """Tell where the labels of int8 and single precision agree on too few rows.

    Raises
    ------
    ExportError
        They agree on fewer than 97 %.
    """
    said = f"int8 and single precision give the same label for {agreement:.1%} of {rows} validation"
    if agreement < REFUSED:
        raise ExportError(
            f"{said} rows, and at least {REFUSED:.0%} are needed; export with --precision fp32"
        )
    if agreement < WARNED:
        return (f"{said} rows, fewer than {WARNED:.0%}; --precision fp32 has no such loss",)
    return ()
