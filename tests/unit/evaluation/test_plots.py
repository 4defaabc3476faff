"""Figures show the numbers that they are drawn from."""

from __future__ import annotations

import numpy as np

from stancelab.evaluation.abstention import RiskCoverage
from stancelab.evaluation.calibration import Bin, Calibration
from stancelab.evaluation.plots import (
    confusion_figure,
    f1_figure,
    reliability_figure,
    risk_coverage_figure,
)

MATRIX = np.array([[8.0, 1.0, 1.0], [2.0, 6.0, 2.0], [0.0, 0.0, 10.0]])


def test_confusion_matrix_shows_counts_and_shares():
    (axes,) = confusion_figure(MATRIX, "mine, seed 0").axes
    shown = [text.get_text() for text in axes.texts]
    assert shown[:3] == ["8\n80%", "1\n10%", "1\n10%"]
    assert axes.get_title() == "mine, seed 0"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == [
        "hostile",
        "neutral",
        "cooperative",
    ]


def test_bars_are_the_f1_of_each_label():
    (axes,) = f1_figure(MATRIX, "mine").axes
    heights = [bar.get_height() for bar in axes.patches]
    np.testing.assert_allclose(heights, [16 / 20, 12 / 17, 20 / 23])


def test_a_label_that_is_missing_is_no_division_by_zero():
    empty = np.zeros((3, 3))
    assert confusion_figure(empty, "none").axes[0].texts[0].get_text() == "0\n0%"
    assert [bar.get_height() for bar in f1_figure(empty, "none").axes[0].patches] == [0, 0, 0]


def test_reliability_shows_each_bin_with_its_interval_and_the_error():
    bins = (Bin(10, 0.5, 0.4, 0.2, 0.7), Bin(10, 0.9, 1.0, 0.7, 1.0))
    found = Calibration(0.1, 0.5, 0.1, 0.2, 0.6, 0.8, bins)
    (axes,) = reliability_figure(found, "mine").axes
    (shown,) = axes.containers
    points, _, (bars,) = shown.lines
    np.testing.assert_allclose(points.get_xydata(), [[0.5, 0.4], [0.9, 1.0]])
    heights = [np.sort(bar[:, 1]).tolist() for bar in bars.get_segments()]
    np.testing.assert_allclose(heights, [[0.2, 0.7], [0.7, 1.0]])
    assert axes.texts[0].get_text() == "ECE 0.100"
    assert axes.get_title() == "mine"


def test_the_area_under_the_drawn_curve_is_the_one_it_says():
    curve = RiskCoverage((0.25, 0.5, 1.0), (0.0, 0.2, 0.3), 0.2)
    (axes,) = risk_coverage_figure(curve, "mine").axes
    coverage, risk = axes.lines[0].get_data()
    assert axes.lines[0].get_drawstyle() == "steps-pre"
    assert np.diff(coverage) @ risk[1:] == curve.area
    assert axes.texts[0].get_text() == "all answered: 0.300, area 0.200"
    single = RiskCoverage((1.0,), (0.4,), 0.4)
    assert len(risk_coverage_figure(single, "constant").axes[0].lines[0].get_xdata()) == 2
