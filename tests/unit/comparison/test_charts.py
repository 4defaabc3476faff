"""Charts are well-formed, say what they show, and put values where they belong."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stancelab.comparison.charts import Chart, across, upward
from stancelab.comparison.scales import Scale, around

NUMBERS = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-6)


def test_a_chart_has_a_name_and_a_description_and_escapes_both():
    chart = Chart("<b> & co", "0.731 & <more>", 40)
    chart.text((5, 10), "</text><script>", "name")
    root = ElementTree.fromstring(chart.svg())
    assert root.get("role") == "img"
    assert root.findtext("title") == "<b> & co"
    assert root.findtext("desc") == "0.731 & <more>"
    assert root.findtext("text") == "</text><script>"
    assert "<script>" not in chart.svg()


def test_curves_stretch_and_dots_do_not():
    chart = Chart("a", "b", 100)
    chart.path([(0, 100), (50, 20), (100, 0)], "curve")
    chart.dot((50, 20), 3)
    root = ElementTree.fromstring(chart.svg())
    stretched = root.find("svg")
    assert stretched.get("viewBox") == "0 0 100 100"
    assert stretched.get("preserveAspectRatio") == "none"
    assert stretched.find("polyline").get("points") == "0,100 50,20 100,0"
    assert root.find("circle").get("cx") == "50%"


def test_series_of_a_legend_can_be_found():
    chart = Chart("a", "b", 10)
    chart.group("series s1", "of this one", series=7).dot((1, 1), 1)
    group = ElementTree.fromstring(chart.svg()).find("g")
    assert (group.get("data-series"), group.findtext("title")) == ("7", "of this one")
    assert group.find("circle") is not None


def test_axes_name_their_values():
    chart = Chart("a", "b", 100)
    x, y = Scale(10, 1000, 10, 90, is_log=True), Scale(0.5, 0.7, 80, 10)
    across(chart, x, y, "rows")
    upward(chart, x, y, "macro-F1")
    texts = [one.text for one in ElementTree.fromstring(chart.svg()).iter("text")]
    assert texts[:3] == ["10", "100", "1,000"]
    assert {"rows", "macro-F1", "0.5", "0.6", "0.7"} <= {*texts}


@given(st.lists(NUMBERS, min_size=1, max_size=9), st.integers(2, 8))
def test_every_value_has_its_place_and_ticks_lie_between(values, most):
    scale = around(values, 10, 90)
    places = [scale.at(value) for value in sorted(values)]
    assert places == sorted(places)
    assert all(10 <= place <= 90 for place in places)
    ticks = scale.ticks(most)
    assert len(ticks) <= most
    slack = 1e-6 * (scale.high - scale.low) + 1e-12
    assert all(scale.low - slack <= tick <= scale.high + slack for tick in ticks)


@given(st.lists(st.floats(1e-4, 1e7), min_size=1, max_size=9))
def test_equal_ratios_are_equal_distances(values):
    scale = around(values, 0, 100, is_log=True)
    middle = math.sqrt(scale.low * scale.high)
    assert scale.at(middle) == pytest.approx(50, abs=1e-6)
    assert 1 <= len(scale.ticks()) <= 6


def test_what_cannot_be_drawn_does_not_move_the_axis():
    nan, inf = float("nan"), float("inf")
    assert around([0.5, nan, 0.9, inf], 0, 1) == around([0.5, 0.9], 0, 1)
    assert around([], 0, 1) == Scale(0.0, 1.0, 0, 1)
    assert around([0.0, 3.0], 0, 1, is_log=True).low > 1
