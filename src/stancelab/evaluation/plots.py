"""Figures of one model's answers; drawn without a display."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stancelab.evaluation.metrics import f1_scores
from stancelab.schema import LABELS

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from stancelab.evaluation.abstention import RiskCoverage
    from stancelab.evaluation.answers import Answers
    from stancelab.evaluation.calibration import Calibration

_COLOURS = ("#b5452f", "#8a8f98", "#2f7d5b")
_BLUE = "#2b5f8f"
_SIZE, _SHEET = (4.2, 3.6), (8.4, 3.9)
_FEW = (0, 0.25, 0.5, 0.75, 1)
"""Ticks of a share."""
_SPACES = {"left": 0.09, "right": 0.98, "bottom": 0.13, "top": 0.9, "wspace": 0.22}
"""Fixed: a layout that matplotlib finds by itself costs every run as much as the drawing."""


def answers_figure(answers: Answers, title: str) -> Figure:
    """Draw the answers of a model for its run: confusion matrix, F1 of each label, reliability.

    Parameters
    ----------
    answers : Answers
        On one test set.
    title : str
        The model, and what it was tested on.
    """
    figure = Figure(figsize=_SHEET)
    left, right = figure.subplots(1, 2, gridspec_kw=_SPACES)
    _draw_confusion(left, answers.matrix)
    scores = zip(LABELS, f1_scores(answers.matrix), strict=True)
    left.set_yticklabels([f"{label}\nF1 {score:.2f}" for label, score in scores])
    _draw_reliability(right, answers.calibration)
    figure.suptitle(title)
    return figure


def save_svg(figure: Figure, file: Path) -> None:
    """Save a figure as SVG with its text as text: a third of the time that pixels take."""
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": file.name}):
        figure.savefig(file, format="svg", metadata={"Date": None})


def confusion_figure(matrix: NDArray[np.float64], title: str) -> Figure:
    """Draw a confusion matrix: counts, coloured by the share of the true label.

    Parameters
    ----------
    matrix : numpy.ndarray, shape (3, 3)
        True labels in rows, predicted in columns.
    title : str
        What was tested.
    """
    figure, axes = _canvas(title)
    _draw_confusion(axes, matrix)
    return figure


def f1_figure(matrix: NDArray[np.float64], title: str) -> Figure:
    """Draw the F1 of each label as bars, with how many rows have it."""
    figure, axes = _canvas(title)
    _draw_f1(axes, matrix)
    return figure


def reliability_figure(calibration: Calibration, title: str) -> Figure:
    """Draw how often answers are right against how sure they are, with 95 % intervals.

    Points below the diagonal are of a model that is too sure.
    """
    figure, axes = _canvas(title)
    _draw_reliability(axes, calibration)
    return figure


def risk_coverage_figure(curve: RiskCoverage, title: str) -> Figure:
    """Draw the share of wrong answers against the share of rows that are answered."""
    figure, axes = _canvas(title)
    _draw_risk_coverage(axes, curve)
    return figure


def _canvas(title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=_SIZE)
    axes = figure.add_axes((0.15, 0.15, 0.82, 0.75))
    axes.set_title(title)
    return figure, axes


def _draw_confusion(axes: Axes, matrix: NDArray[np.float64]) -> None:
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
    axes.set(xlabel="predicted", ylabel="true")


def _draw_f1(axes: Axes, matrix: NDArray[np.float64]) -> None:
    values = f1_scores(matrix)
    names = [f"{name}\n({rows:.0f})" for name, rows in zip(LABELS, matrix.sum(axis=1), strict=True)]
    bars = axes.bar(names, values, color=_COLOURS)
    axes.bar_label(bars, fmt="%.2f", padding=2)
    axes.axhline(values.mean(), color="black", linewidth=0.8, linestyle="--")
    axes.set_title(f"macro {values.mean():.2f}", loc="right", fontsize=8)
    axes.set(ylim=(0, 1), ylabel="F1", yticks=_FEW)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_reliability(axes: Axes, calibration: Calibration) -> None:
    bins = calibration.bins
    confidence = [one.confidence for one in bins]
    accuracy = np.array([one.accuracy for one in bins])
    low, high = np.array([[one.low, one.high] for one in bins]).T
    errors = np.maximum([accuracy - low, high - accuracy], 0)  # rounding can make them negative
    axes.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle="--")
    axes.errorbar(confidence, accuracy, errors, color=_BLUE, marker="o", markersize=4, capsize=2)
    axes.text(0.97, 0.04, f"ECE {calibration.ece:.3f}", ha="right", fontsize=8)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share right")
    axes.set(xticks=_FEW, yticks=_FEW)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_risk_coverage(axes: Axes, curve: RiskCoverage) -> None:
    coverage, risk = (0.0, *curve.coverage), (curve.risk[0], *curve.risk)
    axes.step(coverage, risk, where="pre", color=_BLUE)
    axes.axhline(curve.risk[-1], color="black", linewidth=0.8, linestyle="--")
    text = f"all answered: {curve.risk[-1]:.3f}, area {curve.area:.3f}"
    axes.text(0.97, 0.04, text, ha="right", fontsize=8, transform=axes.transAxes)
    axes.set(xlim=(0, 1), ylim=(0, None), xlabel="share answered", ylabel="share wrong")
    axes.set_xticks(_FEW)
    axes.spines[["top", "right"]].set_visible(False)
