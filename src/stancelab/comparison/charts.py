"""Charts as inline SVG: whole at every width, with text that keeps its size.

Places across are percent of the width and places down are pixels, so that a chart is drawn once
for a phone and for a wide screen. Colours are classes, which the page's style sheet fills in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from stancelab.comparison.scales import Scale
from stancelab.comparison.views.formats import plain

Point = tuple[float, float]


class Chart:
    """An SVG image, or a group of shapes in one.

    Parameters
    ----------
    title : str
        What it shows: its name for those who do not see it.
    description : str
        What it says, with the numbers.
    height : float
        In pixels.
    css : str
        Further classes.

    Examples
    --------
    >>> chart = Chart("One dot", "It is in the middle.", 20)
    >>> chart.dot((50, 10), 4)
    >>> chart.svg()  # doctest: +ELLIPSIS
    '<svg role="img" class="chart" width="100%" height="20"><title>One dot</title>...</svg>'
    """

    def __init__(self, title: str, description: str, height: float, css: str = "") -> None:
        self.height = height
        self._element = Element(
            "svg",
            {"role": "img", "class": f"chart {css}".strip(), "width": "100%", "height": _n(height)},
        )
        SubElement(self._element, "title").text = title
        SubElement(self._element, "desc").text = description

    def svg(self) -> str:
        """Give the image as markup in which every text is escaped."""
        return tostring(self._element, encoding="unicode")

    def group(self, css: str, hint: str = "", series: int | None = None) -> Chart:
        """Add a group, to which shapes can be added as to the chart.

        Parameters
        ----------
        css : str
            Its classes.
        hint : str
            What is shown while a pointer rests on it.
        series : int or None
            Which entry of the legend shows and hides it.
        """
        inner = Chart.__new__(Chart)
        inner.height = self.height
        attributes = {"class": css} | ({} if series is None else {"data-series": str(series)})
        inner._element = SubElement(self._element, "g", attributes)
        if hint:
            SubElement(inner._element, "title").text = hint
        return inner

    def text(self, at: Point, content: str, css: str = "", anchor: str = "start") -> None:
        """Write; the anchor is where the place is: at the start, middle or end of the text."""
        attributes = {"x": f"{_n(at[0])}%", "y": _n(at[1])}
        if anchor != "start":
            attributes["text-anchor"] = anchor
        self._add("text", attributes, css).text = content

    def line(self, start: Point, end: Point, css: str) -> None:
        """Draw a straight line."""
        (x1, y1), (x2, y2) = start, end
        attributes = {"x1": f"{_n(x1)}%", "y1": _n(y1), "x2": f"{_n(x2)}%", "y2": _n(y2)}
        self._add("line", attributes, css)

    def dot(self, at: Point, radius: float, css: str = "") -> None:
        """Draw a circle."""
        self._add("circle", {"cx": f"{_n(at[0])}%", "cy": _n(at[1]), "r": _n(radius)}, css)

    def square(self, at: Point, size: float, css: str = "") -> None:
        """Draw a square around a place."""
        half = _n(-size / 2)
        attributes = {"x": f"{_n(at[0])}%", "y": _n(at[1]), "width": _n(size), "height": _n(size)}
        self._add("rect", {**attributes, "transform": f"translate({half} {half})"}, css)

    def path(self, points: Sequence[Point], css: str, is_closed: bool = False) -> None:
        """Draw straight lines from point to point, or the area that they enclose."""
        # A polyline takes no percentages; in a stretched image of width 100 they are its units.
        attributes = {
            "viewBox": f"0 0 100 {_n(self.height)}",
            "preserveAspectRatio": "none",
            "width": "100%",
            "height": _n(self.height),
        }
        stretched = SubElement(self._element, "svg", {**attributes, "aria-hidden": "true"})
        listed = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
        shape = "polygon" if is_closed else "polyline"
        SubElement(stretched, shape, {"class": css, "points": listed})

    def _add(self, shape: str, attributes: dict[str, str], css: str) -> Element:
        return SubElement(self._element, shape, attributes | ({"class": css} if css else {}))


def across(
    chart: Chart, x: Scale, y: Scale, name: str = "", most: int = 6, wording: Wording = plain
) -> None:
    """Draw the lines and values of the axis across, and its name."""
    top, bottom = sorted((y.start, y.end))
    for value in x.ticks(most):
        chart.line((x.at(value), top), (x.at(value), bottom), "grid")
        chart.text((x.at(value), bottom + 16), wording(value), "tick", "middle")
    if name:
        chart.text(((x.start + x.end) / 2, bottom + 36), name, "axis", "middle")


def upward(chart: Chart, x: Scale, y: Scale, name: str = "", most: int = 6) -> None:
    """Draw the lines and values of the axis upward, and its name above it."""
    for value in y.ticks(most):
        chart.line((x.start, y.at(value)), (x.end, y.at(value)), "grid")
        chart.text((x.start - 1.2, y.at(value) + 4), plain(value), "tick", "end")
    if name:
        chart.text((0, min(y.start, y.end) - 10), name, "axis")


Wording = Callable[[float], str]


def _n(number: float) -> str:
    """Write a coordinate to a hundredth."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
