"""Figures of one model's answers; drawn without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stancelab.evaluation.metrics import f1_scores
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_COLOURS = ("#b5452f", "#8a8f98", "#2f7d5b")
_SIZE = (4.2, 3.6)


def _canvas() -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE)
    return figure, figure.add_axes((0.15, 0.15, 0.82, 0.75))


def confusion_figure(matrix: NDArray[np.float64], title: str) -> Figure:
    """Draw a confusion matrix: counts, coloured by the share of the true label.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (3, 3)
        True labels in rows, predicted in columns.
    title : str
        What was tested.
    """
    figure, axes = _canvas()
    totals = matrix.sum(axis=1, keepdims=True)
    shares = np.divide(matrix, totals, out=np.zeros_like(matrix), where=totals > 0)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(matrix.shape):
        colour = "white" if shares[row, column] > 0.5 else "black"
        text = f"{matrix[row, column]:.0f}\n{shares[row, column]:.0%}"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    ticks = range(len(LABELS))
    axes.set_xticks(ticks, LABELS)
    axes.set_yticks(ticks, LABELS, rotation=90, va="center")
    axes.set(xlabel="predicted", ylabel="true", title=title)
    return figure


def f1_figure(matrix: NDArray[np.float64], title: str) -> Figure:
    """Draw the F1 of each label as bars, with how many rows have it."""
    figure, axes = _canvas()
    values = f1_scores(matrix)
    names = [f"{name}\n({rows:.0f})" for name, rows in zip(LABELS, matrix.sum(axis=1), strict=True)]
    bars = axes.bar(names, values, color=_COLOURS)
    axes.bar_label(bars, fmt="%.2f", padding=2)
    axes.axhline(values.mean(), color="black", linewidth=0.8, linestyle="--")
    axes.text(2.5, values.mean(), f"macro {values.mean():.2f}", ha="right", va="bottom", fontsize=8)
    axes.set(ylim=(0, 1), ylabel="F1", title=title)
    axes.spines[["top", "right"]].set_visible(False)
    return figure
