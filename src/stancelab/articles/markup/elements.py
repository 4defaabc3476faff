"""What the elements of HTML mean for the text that is in them."""

from __future__ import annotations

import re


def _names(written: str) -> frozenset[str]:
    return frozenset(written.split())


VOID = _names("area base br col embed hr img input link meta source track wbr frame param")
"""Elements that have no end."""

SKIPPED = _names(
    "script style nav aside footer noscript template svg math iframe object audio video canvas "
    "button select textarea title dialog menu xmp noembed noframes datalist rt rp"
)
"""Elements whose text is none of the article."""

PARTS = _names(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main "
    "menu nav ol optgroup option p pre search section summary table tbody td tfoot th thead tr "
    "ul"
)
"""Elements that begin and end a paragraph; the others stand within one."""

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ITEMS = frozenset({"li", "dd", "dt", "td", "th"})

CLOSED_BY = {
    **dict.fromkeys(("li", "option", "tr"), frozenset[str]()),
    "dt": frozenset({"dd"}),
    "dd": frozenset({"dt"}),
    "td": frozenset({"th"}),
    "th": frozenset({"td"}),
}
"""Elements whose end may be left out: the next of the same name, or of these, ends them."""

_HIDDEN = re.compile(
    r"""\shidden(?=[\s=>/])|aria-hidden\s*=\s*["']?true|display\s*:\s*none""", re.I
)
_REFERENCE = re.compile(r"""\sclass\s*=\s*["']?[^"'>]*\breference\b""", re.I)
_MAIN = re.compile(r"""\srole\s*=\s*["']?main\b""", re.I)
_BODY = re.compile(r"""\sitemprop\s*=\s*["']?articlebody\b""", re.I)
_LOOKED_AT = 2000
"""Characters of a tag that are looked at for what hides it; pictures within tags are longer."""


def is_closed(last: str, name: str) -> bool:
    """Say whether an element ends where another begins, as its own end may be left out.

    Parameters
    ----------
    last : str
        The element that was begun last.
    name : str
        The one that begins.

    Examples
    --------
    >>> is_closed("li", "li"), is_closed("p", "div"), is_closed("p", "b")
    (True, True, False)
    """
    if last == "p":
        return name in PARTS
    return last in CLOSED_BY and (last == name or last in CLOSED_BY.get(name, ()))


def is_skipped(name: str, tag: str) -> bool:
    """Say whether the text of an element is left out.

    Parameters
    ----------
    name : str
        The element.
    tag : str
        Its tag as written.

    Examples
    --------
    >>> is_skipped("nav", "<nav>"), is_skipped("p", "<p hidden>"), is_skipped("p", "<p>")
    (True, True, False)
    """
    if name in SKIPPED:
        return True
    if name in ("html", "body"):
        return False
    written = tag[:_LOOKED_AT]
    return bool(_HIDDEN.search(written) or (name == "sup" and _REFERENCE.search(written)))


def body_kind(name: str, tag: str) -> str:
    """Say of which kind of body an element is: "article", "main", or "" for none."""
    if name in ("article", "main"):
        return name
    written = tag[:_LOOKED_AT]
    if _BODY.search(written):
        return "article"
    return "main" if _MAIN.search(written) else ""
