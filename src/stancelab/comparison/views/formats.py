"""Numbers as the comparison page writes them."""

from __future__ import annotations

import math

NOTHING = "–"
_MINUS = "−"
_LONGEST = 40


def known(value: float | None) -> float | None:
    """Give a number that can be drawn, or None for one that is missing, nan or infinite."""
    return None if value is None or not math.isfinite(value) else float(value)


def score(value: float | None, digits: int = 3) -> str:
    """Write a score, or a dash where there is none.

    Examples
    --------
    >>> score(0.71349), score(None), score(float("nan"))
    ('0.713', '–', '–')
    """
    number = known(value)
    return NOTHING if number is None else f"{number:.{digits}f}".replace("-", _MINUS)


def signed(value: float | None, digits: int = 3) -> str:
    """Write a difference with its sign.

    Examples
    --------
    >>> signed(0.0312), signed(-0.0312), signed(0.0001)
    ('+0.031', '−0.031', '0.000')
    """
    number = known(value)
    if number is None:
        return NOTHING
    text = f"{number:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", _MINUS)


def interval(low: float | None, high: float | None) -> str:
    """Write the ends of an interval, or nothing where they are unknown.

    Examples
    --------
    >>> interval(0.6904, 0.7351), interval(None, 0.7)
    ('0.690–0.735', '')
    """
    if known(low) is None or known(high) is None:
        return ""
    return f"{score(low)}{'–' if low is not None and low >= 0 else ' to '}{score(high)}"


def signed_interval(low: float | None, high: float | None) -> str:
    """Write the ends of an interval of a difference, or nothing where they are unknown."""
    if known(low) is None or known(high) is None:
        return ""
    return f"{signed(low)} to {signed(high)}"


def p_value(value: float | None) -> str:
    """Write a p, where small ones are only said to be so.

    Examples
    --------
    >>> p_value(0.0004), p_value(0.0421), p_value(1.0)
    ('< 0.001', '0.042', '1.000')
    """
    number = known(value)
    if number is None:
        return NOTHING
    return "< 0.001" if number < 0.001 else f"{number:.3f}"


def amount(value: float | None) -> str:
    """Write seconds, microseconds or megabytes to about three digits.

    Examples
    --------
    >>> [amount(one) for one in (12_345.6, 31.41, 0.1234, 0.00012, 0)]
    ['12,346', '31.4', '0.12', '0.00012', '0']
    """
    number = known(value)
    if number is None:
        return NOTHING
    if number >= 100:
        return f"{number:,.0f}"
    if number >= 10:
        return f"{number:.1f}"
    return f"{number:.2f}" if number >= 0.1 else f"{number:.2g}"


def plain(value: float) -> str:
    """Write a tick of an axis with no more digits than it needs.

    Examples
    --------
    >>> plain(0.1 + 0.2), plain(20_000.0), plain(-0.5)
    ('0.3', '20,000', '−0.5')
    """
    return f"{value:,.6f}".rstrip("0").rstrip(".").replace("-", _MINUS)


def share(value: float) -> str:
    """Write a share in percent."""
    return f"{value:.0%}"


def shortened(name: str) -> str:
    """Cut a name that would run over its figure."""
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"


def counted(number: int, singular: str, plural: str = "") -> str:
    """Write a count and what is counted.

    Examples
    --------
    >>> counted(1, "model"), counted(1234, "row"), counted(2, "query", "queries")
    ('1 model', '1,234 rows', '2 queries')
    """
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"
