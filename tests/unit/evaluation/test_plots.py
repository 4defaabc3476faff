"""Figures show the numbers that they are drawn from."""

from __future__ import annotations

import numpy as np

from stancelab.evaluation.plots import confusion_figure, f1_figure

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
